// Makes editing records pleasanter: terms of vocabularies appear while one types, and all of a list is ticked at once.
"use strict";

function terms(place) {
  const input = place.querySelector("input[type=text]");
  const list = place.querySelector("ul");
  let timer = 0;
  let asked = null;

  function item(each) {
    const item = document.createElement("li");
    const label = document.createElement("label");
    const box = document.createElement("input");
    const words = document.createElement("span");
    const from = document.createElement("span");
    label.className = "tick";
    Object.assign(box, { type: "checkbox", name: "found", value: each.value });
    words.textContent = each.words + " ";
    from.textContent = each.list;
    from.className = "quiet small";
    words.append(from);
    label.append(box, words);
    item.append(label);
    return item;
  }
  function show(found) {
    const ticked = [...list.children].filter((each) => each.querySelector("input").checked);
    const known = new Set(ticked.map((each) => each.querySelector("input").value));
    list.replaceChildren(...ticked, ...found.filter((each) => !known.has(each.value)).map(item));
  }
  async function ask() {
    if (asked) asked.abort();
    if (input.value.trim().length < 2) return show([]);
    asked = new AbortController();
    try {
      const answer = await fetch(place.dataset.terms + "?q=" + encodeURIComponent(input.value), { signal: asked.signal });
      if (answer.ok) show((await answer.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") show([]);
    }
  }
  place.querySelector("button").hidden = true;
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}

// The box in the head of a list ticks all that are on the page.
function ticks(place) {
  const all = document.createElement("input");
  const label = document.createElement("label");
  const boxes = () => [...place.closest("form").querySelectorAll("tbody input[type=checkbox]")];
  label.className = "tickonly";
  all.type = "checkbox";
  all.setAttribute("aria-label", place.dataset.ticks);
  all.addEventListener("change", () => { for (const box of boxes()) box.checked = all.checked; });
  place.closest("form").addEventListener("change", () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  });
  label.append(all);
  place.replaceChildren(label);
}

document.querySelectorAll("[data-terms]").forEach(terms);
document.querySelectorAll("[data-ticks]").forEach(ticks);
