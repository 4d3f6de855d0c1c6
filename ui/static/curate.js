// Shows how far harvests are while one looks; every page is whole without it.
"use strict";

const PAUSE = 2000;
const MOST = 30000;

function follow(place) {
  const bar = place.querySelector("progress");
  const words = place.querySelector("[data-words]");
  let pause = PAUSE;

  function show(told) {
    words.textContent = told.words;
    if (told.share === null) bar.removeAttribute("value");
    else bar.value = told.share;
    for (const mark of document.querySelectorAll(`[data-mark="${told.run}"] .state`)) {
      mark.className = `state ${told.mark.kind}`;
      if (mark.textContent !== told.mark.words) mark.textContent = told.mark.words;
    }
    for (const [name, number] of Object.entries(told.figures)) {
      const figure = document.querySelector(`[data-figure="${name}"]`);
      if (figure && figure.textContent !== number) figure.textContent = number;
    }
  }
  async function ask() {
    if (document.hidden) return void document.addEventListener("visibilitychange", ask, { once: true });
    try {
      const answer = await fetch(place.dataset.run, { credentials: "same-origin", redirect: "error" });
      if (answer.status === 404) return void location.assign("/curate/sources"); // gone with its source
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      if (told.over) return void location.reload();
      show(told);
      pause = PAUSE;
    } catch {
      pause = Math.min(2 * pause, MOST); // the server is busy, or the network away
    }
    setTimeout(ask, pause);
  }
  setTimeout(ask, pause);
}

for (const place of document.querySelectorAll("[data-run]")) follow(place);
for (const link of document.querySelectorAll("[data-look]")) link.hidden = true;
