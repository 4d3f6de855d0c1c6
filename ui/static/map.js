// The map of the Earth: a box drawn on it goes into its field; a record's places can be looked at closely. Leaflet is loaded before this.
const COLOURS = { land: "#8a97a3", box: "#0b5a9e" };

async function world(element) {
  const map = L.map(element, { attributionControl: false, worldCopyJump: true, minZoom: 0, maxZoom: 9, zoomSnap: 0.5 });
  const land = await (await fetch(element.dataset.land)).json();
  const style = { color: COLOURS.land, weight: 0.8, fillColor: COLOURS.land, fillOpacity: 0.25 };
  // The land again to the east and to the west: places cross the antimeridian.
  for (const turn of [-360, 0, 360]) {
    L.geoJSON(land, { interactive: false, style, coordsToLatLng: ([x, y]) => L.latLng(y, x + turn) }).addTo(map);
  }
  L.control.scale({ imperial: false }).addTo(map);
  return map;
}

function place(button) {
  const element = document.createElement("div");
  element.className = "map";
  element.dataset.land = button.dataset.land;
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", button.dataset.label);
  return element;
}

const round = (value) => Math.round(value * 100) / 100;
const wrap = (longitude) => (((longitude + 180) % 360) + 360) % 360 - 180;

// Dragging draws the box; with the keyboard the field itself is typed in.
async function draw(button) {
  const field = document.getElementById(button.dataset.draw);
  const element = place(button);
  button.parentElement.before(element);
  const map = await world(element);
  const sides = field.value.split(",").map(Number);
  let box = null;
  let start = null;
  if (sides.length === 4 && sides.every(Number.isFinite)) {
    const east = sides[2] < sides[0] ? sides[2] + 360 : sides[2];
    box = L.rectangle([[sides[1], sides[0]], [sides[3], east]], { color: COLOURS.box, weight: 2 }).addTo(map);
    map.fitBounds(box.getBounds(), { padding: [20, 20], animate: false });
  } else {
    map.setView([20, 0], 0);
  }
  map.dragging.disable();
  map.on("mousedown", (event) => { start = event.latlng; });
  map.on("mousemove", (event) => {
    if (!start) return;
    const bounds = L.latLngBounds(start, event.latlng);
    if (box) box.setBounds(bounds);
    else box = L.rectangle(bounds, { color: COLOURS.box, weight: 2 }).addTo(map);
  });
  document.addEventListener("mouseup", () => {
    if (!start || !box) { start = null; return; }
    start = null;
    const bounds = box.getBounds();
    const whole = bounds.getEast() - bounds.getWest() >= 360;
    const latitude = (value) => round(Math.max(-90, Math.min(90, value)));
    field.value = [
      whole ? -180 : round(wrap(bounds.getWest())), latitude(bounds.getSouth()),
      whole ? 180 : round(wrap(bounds.getEast())), latitude(bounds.getNorth()),
    ].join(",");
  });
}

// A record's places, to be moved and looked at closely.
async function move(button) {
  const element = place(button);
  button.before(element);
  const map = await world(element);
  const places = JSON.parse(document.getElementById(button.dataset.move).textContent);
  const drawn = L.geoJSON(places, {
    interactive: false,
    style: { color: COLOURS.box, weight: 2, fillOpacity: 0.12 },
    pointToLayer: (feature, position) => L.circleMarker(position, { radius: 6, color: COLOURS.box }),
  }).addTo(map);
  map.fitBounds(drawn.getBounds(), { padding: [20, 20], maxZoom: 7, animate: false });
}

export function start(button) {
  return button.dataset.draw ? draw(button) : move(button);
}
