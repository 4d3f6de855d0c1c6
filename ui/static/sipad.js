// Makes the SIPAD's pages pleasanter; every page is whole without it.
"use strict";

const LIST = { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" };

async function fragment(address, signal) {
  const answer = await fetch(address, { ...LIST, signal });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return holder.content;
}

// The tree: nodes open and close in place, and the address says which are open.
function tree(form) {
  const find = document.querySelector("[data-findtree]");
  const says = form.querySelector("[data-ticked]");

  function remember() {
    const developed = "developed" in form.dataset;
    const toggles = form.querySelectorAll(`.toggle[aria-expanded='${!developed}']`);
    const named = [...toggles].slice(0, 200).map((toggle) => [developed ? "closed" : "open", toggle.dataset.node]);
    const first = developed ? [["develop", "1"]] : named.length ? [] : [["open", ""]];
    history.replaceState(null, "", "/sipad/tree?" + new URLSearchParams([...first, ...named]));
  }
  async function turn(toggle) {
    const item = toggle.closest("li");
    const list = item.querySelector(":scope > ul");
    if (toggle.getAttribute("aria-expanded") === "true") {
      toggle.setAttribute("aria-expanded", "false");
      if (list) list.hidden = true;
    } else if (list) {
      toggle.setAttribute("aria-expanded", "true");
      list.hidden = false;
    } else {
      if (toggle.classList.contains("busy")) return;
      toggle.classList.add("busy");
      try {
        item.append(await fragment(toggle.dataset.under));
        toggle.setAttribute("aria-expanded", "true");
      } catch {
        location.assign(toggle.href);
        return;
      } finally {
        toggle.classList.remove("busy");
      }
    }
    remember();
    filter();
  }
  form.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const toggle = event.target.closest(".toggle");
    const criteria = event.target.closest("[data-criteria]");
    if (!toggle && !criteria) return;
    event.preventDefault();
    if (toggle) turn(toggle);
    else panel(criteria);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches(".toggle")) { event.preventDefault(); turn(event.target); }
  });

  function count() {
    const ticked = [...form.querySelectorAll("input[name='dataset']:checked")];
    const files = ticked.reduce((sum, box) => sum + Number(box.dataset.files), 0);
    const spoken = (number) => number.toLocaleString(document.documentElement.lang);
    const words = says.dataset;
    says.textContent = !ticked.length ? words.ticked
      : (ticked.length === 1 ? words.one : words.many.replace("{count}", spoken(ticked.length)))
        + ", " + (files === 1 ? words.file : words.files.replace("{count}", spoken(files)));
  }
  form.addEventListener("change", count);
  count();

  // Rows whose title, or that of one under them, has what was typed.
  function filter() {
    const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const wanted = fold(input.value.trim());
    const keep = (item) => {
      const under = [...item.querySelectorAll(":scope > ul > li")].map(keep).some(Boolean);
      const own = fold(item.querySelector(".toggle, label, .gap + span").textContent).includes(wanted);
      item.hidden = Boolean(wanted) && !own && !under;
      return own || under;
    };
    const found = [...form.querySelectorAll(":scope > ul > li")].map(keep).some(Boolean);
    none.hidden = found || !wanted;
  }
  const input = find.querySelector("input");
  const none = document.createElement("p");
  none.className = "empty quiet";
  none.setAttribute("role", "status");
  none.textContent = find.dataset.findtree;
  none.hidden = true;
  form.querySelector(".bar").before(none);
  input.addEventListener("input", filter);
  input.addEventListener("keydown", (event) => { if (event.key === "Escape") { input.value = ""; filter(); } });
  find.hidden = false;
}

// The criteria of a data set, at the bottom of the tree.
async function panel(link) {
  const place = document.getElementById("criteria");
  try {
    const content = await fragment(link.getAttribute("href") + "?part=1");
    const heading = document.createElement("h2");
    heading.textContent = link.closest(".name").querySelector("label, .gap + span").textContent;
    place.replaceChildren(heading, content);
    place.hidden = false;
    place.querySelectorAll("[data-count]").forEach(counting);
    place.scrollIntoView({ block: "nearest" });
    place.focus({ preventScroll: true });
  } catch {
    location.assign(link.href);
  }
}

// Criteria count the files that meet them while they are typed.
function counting(form) {
  const says = form.querySelector("[data-counted]");
  let timer = 0;
  let asked = null;

  function mark(field, problem) {
    for (const input of form.querySelectorAll("input, textarea")) input.removeAttribute("aria-invalid");
    for (const each of form.querySelectorAll(".problem")) each.remove();
    const input = field && form.elements.namedItem(field);
    if (!input || !input.setAttribute) return;
    input.setAttribute("aria-invalid", "true");
    const words = document.createElement("p");
    words.className = "problem";
    words.textContent = problem;
    input.after(words);
  }
  async function ask() {
    if (asked) asked.abort();
    asked = new AbortController();
    const typed = [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && value);
    says.classList.add("busy");
    try {
      const answer = await fetch(form.dataset.count + "?" + new URLSearchParams(typed), { ...LIST, signal: asked.signal });
      if (!answer.ok) return;
      const found = await answer.json();
      mark(found.field, found.problem);
      says.textContent = found.says;
      says.classList.remove("busy");
    } catch (error) {
      if (error.name !== "AbortError") says.classList.remove("busy");
    }
  }
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 200); });
  const again = form.querySelector("[value='count']");
  if (again) again.hidden = true;
  const clear = form.querySelector("[data-clear]");
  if (clear) clear.addEventListener("click", (event) => {
    event.preventDefault();
    for (const input of form.querySelectorAll("input[type='text'], textarea")) input.value = "";
    for (const input of form.querySelectorAll("input[type='checkbox']")) input.checked = false;
    ask();
  });
}

// Ticks are kept as they are made.
function objects(form) {
  const says = form.querySelector("[data-counted]");
  let kept = Promise.resolve();
  form.addEventListener("change", (event) => {
    const box = event.target.closest("input[name='ticked']");
    if (!box) return;
    const sent = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, shown: box.value });
    if (box.checked) sent.append("ticked", box.value);
    kept = kept.then(async () => {
      try {
        const answer = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "application/json" }, credentials: "same-origin" });
        if (answer.ok) says.textContent = (await answer.json()).says;
        else throw new Error(String(answer.status));
      } catch {
        box.checked = !box.checked;
      }
    });
  });
}

// The order form: no compression without a packaging.
function ordering(form) {
  const { compression, packaging } = form.elements;
  const button = form.querySelector(".submit button");
  const says = form.querySelector(".submit [data-why]");
  const usual = says.innerHTML;
  const shut = button.disabled;

  function rule() {
    const missing = compression.value !== "none" && !packaging.value;
    button.disabled = shut || missing;
    packaging.disabled = compression.value === "none";
    if (missing) says.textContent = says.dataset.why;
    else if (says.textContent === says.dataset.why) says.innerHTML = usual;
  }
  form.addEventListener("change", rule);
  rule();
}

// An order under way is looked at again by itself.
function watching(place) {
  const again = async () => {
    if (document.hidden) { setTimeout(again, 5000); return; }
    try {
      const content = await fragment(place.dataset.live);
      const next = content.querySelector("#order-state");
      if (next.innerHTML !== place.innerHTML && !place.contains(document.activeElement)) {
        place.replaceWith(next);
        if (next.dataset.live) watching(next);
        return;
      }
    } catch {
      // Looked at once more in a while; what is shown stays.
    }
    setTimeout(again, 5000);
  };
  setTimeout(again, 5000);
}

document.querySelectorAll("[data-tree]").forEach(tree);
document.querySelectorAll("[data-count]").forEach(counting);
document.querySelectorAll("[data-objects]").forEach(objects);
document.querySelectorAll("[data-order]").forEach(ordering);
document.querySelectorAll("[data-live]").forEach(watching);
