// Keeps a page live that says where from. Without it the page is as it was when it was loaded.
"use strict";

(() => {
  const root = document.querySelector("[data-live]");
  if (!root) return;
  const state = document.getElementById("live-state");
  let doubt = 0;
  const say = (word) => {
    if (state && state.textContent !== state.dataset[word]) state.textContent = state.dataset[word];
  };

  const source = new EventSource(root.dataset.live);
  source.addEventListener("open", () => {
    clearTimeout(doubt);
    say("on");
  });
  // The server ends each answer now and then; the browser asks anew by itself, and only a longer silence is worth a word.
  source.addEventListener("error", () => {
    clearTimeout(doubt);
    doubt = setTimeout(() => say("off"), 6000);
  });
  source.addEventListener("done", () => {
    source.close();
    location.reload();
  });
  source.addEventListener("board", (event) => {
    const fresh = new DOMParser().parseFromString(event.data, "text/html");
    for (const part of root.querySelectorAll("[data-part]")) {
      const other = fresh.getElementById(part.id);
      if (!other || other.innerHTML === part.innerHTML) continue;
      // Nothing is taken away from under somebody's fingers.
      if (part.contains(document.activeElement)) continue;
      part.replaceChildren(...other.childNodes);
    }
  });
})();
