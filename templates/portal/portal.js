// Folds the menu on a phone, and makes the filters answer while one types. The server filters: without this script the
// button does.
"use strict";

(() => {
  // The menu is folded on a phone, and has no fold elsewhere.
  const menu = document.querySelector(".menu");
  if (menu) {
    const narrow = matchMedia("(max-width: 48rem)");
    const fold = () => { menu.open = !narrow.matches; };
    narrow.addEventListener("change", fold);
    fold();
    menu.dataset.ready = "";
  }

  const form = document.getElementById("filter");
  let events = document.getElementById("events");
  let waiting = 0;
  let asked = null;

  // Shows what the address says, from the server.
  const show = async (address) => {
    asked?.abort();
    asked = new AbortController();
    events.setAttribute("aria-busy", "true");
    try {
      // The desk's page is for who is signed in.
      const answer = await fetch(address, { signal: asked.signal, credentials: "same-origin" });
      if (!answer.ok) {
        location.assign(address);
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // Another page came, such as the one to sign in on: it is shown as what it is.
      if (!page.getElementById("events")) {
        location.assign(address);
        return;
      }
      for (const part of ["events", "night", "loose"]) {
        const fresh = page.getElementById(part);
        if (fresh) document.getElementById(part)?.replaceWith(fresh);
      }
      events = document.getElementById("events");
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
    }
  };

  const address = () => {
    const wishes = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    const query = wishes.toString();
    return form.getAttribute("action") + (query === "" ? "" : "?" + query);
  };

  if (form && events) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      show(address());
    });
    form.addEventListener("change", () => show(address()));
    form.addEventListener("input", (event) => {
      if (event.target.type !== "search") return;
      clearTimeout(waiting);
      waiting = setTimeout(() => show(address()), 250);
    });
    document.addEventListener("click", (event) => {
      if (!event.target.closest("[data-reset]")) return;
      event.preventDefault();
      for (const field of form.elements) if (field.name) field.value = "";
      show(address());
    });
  }

  // One recording at a time; one that is opened begins to play, one that is closed stops.
  document.addEventListener("play", (event) => {
    for (const video of document.querySelectorAll("video")) if (video !== event.target) video.pause();
  }, true);
  document.addEventListener("toggle", (event) => {
    const video = event.target.querySelector?.(":scope > video");
    if (!video) return;
    if (event.target.open) video.play().catch(() => {});
    else video.pause();
  }, true);
  // Whoever comes to an event by the drawing of the night (or any link to it) sees its recording at that second.
  const arrive = () => {
    const clip = /^#e\d+$/.test(location.hash) && document.querySelector(location.hash + " details.clip");
    if (clip) clip.open = true;
  };
  addEventListener("hashchange", arrive);
  // The same mark once more: the address stays as it is.
  document.addEventListener("click", (event) => {
    if (event.target.closest("#night a")) setTimeout(arrive);
  });
  arrive();
  // A folded transaction does not print.
  addEventListener("beforeprint", () => {
    for (const sale of document.querySelectorAll("details.sale")) sale.open = true;
  });
})();
