// Makes the pages pleasanter; every page is whole without it.
"use strict";

// Suggestions under the search box (ARIA combobox with a list box).
function suggest(box) {
  const input = box.querySelector("input");
  const list = document.createElement("ul");
  const status = document.createElement("span");
  list.className = "suggestions";
  list.id = input.id + "-suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  list.hidden = true;
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  box.append(list, status);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }
  let timer = 0;
  let asked = null;
  let typed = "";

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function pick(option) {
    for (const other of list.children) other.setAttribute("aria-selected", String(other === option));
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    input.value = option ? option.dataset.text : typed;
  }
  function show(suggestions) {
    list.replaceChildren(...suggestions.map((each, index) => {
      const option = document.createElement("li");
      const text = document.createElement("span");
      const kind = document.createElement("span");
      option.id = list.id + "-" + index;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.text = each.text;
      text.textContent = each.text;
      kind.textContent = each.label;
      kind.className = "quiet small";
      option.append(text, kind);
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); pick(option); input.form.requestSubmit(); });
      return option;
    }));
    list.hidden = !suggestions.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = suggestions.length ? suggestions.length + " " + box.dataset.some : "";
  }
  async function ask() {
    if (asked) asked.abort();
    typed = input.value;
    if (typed.trim().length < 2) { close(); return; }
    asked = new AbortController();
    try {
      const answer = await fetch(box.dataset.suggest + "?q=" + encodeURIComponent(typed), { signal: asked.signal });
      if (answer.ok && document.activeElement === input) show((await answer.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { pick(null); close(); event.preventDefault(); return; }
    if (list.hidden || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    const options = [...list.children];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const next = event.key === "ArrowDown" ? at + 1 : (at < 0 ? options.length : at) - 1;
    pick(options[next] || null);
  });
}

// Menus close when something else is clicked, and by Escape.
function menus() {
  const open = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) { menu.open = false; menu.querySelector("summary").focus(); }
  });
}

function copying(button) {
  if (!navigator.clipboard) return;
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 2000);
  });
}

// A long list of a filter gets a field to find in it.
function finding(list) {
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = list.dataset.find;
  input.setAttribute("aria-label", list.dataset.find);
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  input.addEventListener("input", () => {
    for (const item of list.children) item.hidden = !fold(item.querySelector(".words").textContent).includes(fold(input.value));
  });
  list.before(input);
}

// The map comes only where it is opened: its library and our part are loaded then.
function load(button) {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = button.dataset.style;
  const script = document.createElement("script");
  script.src = button.dataset.script;
  return new Promise((done, failed) => {
    script.addEventListener("load", () => import(button.dataset.module).then(done, failed));
    script.addEventListener("error", failed);
    document.head.append(style, script);
  });
}
function mapping(button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    const module = await load(button);
    await module.start(button);
    button.hidden = true;
  }, { once: true });
}

document.querySelectorAll("[data-suggest]").forEach(suggest);
document.querySelectorAll("[data-copy]").forEach(copying);
document.querySelectorAll("[data-find]").forEach(finding);
document.querySelectorAll("[data-draw], [data-move]").forEach(mapping);
menus();
