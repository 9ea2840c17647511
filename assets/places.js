// Back: each step of the history has its scroll position and what had the focus.
(function () {
  "use strict";

  const PLACES = "workhealth-places", MOST = 50; // in sessionStorage, so that they outlast a reload
  const RESTS_MS = 100; // a place is kept once scrolling rests
  let places = {}, step = "", returning = null;

  try { places = JSON.parse(window.sessionStorage.getItem(PLACES)) || {}; } catch (error) { console.info("Places are not kept: " + error.message); }

  // names the step of the history that is shown
  function nameStep() {
    const state = window.history.state || {};
    if (!state.whStep) {
      state.whStep = Date.now().toString(36) + Math.random().toString(36).slice(2, 6);
      window.history.replaceState(state, "");
    }
    step = state.whStep;
  }

  // how to find the focused element again: its id, or which of the links to one address it is
  function focusOf() {
    const now = document.activeElement;
    if (!now || !now.closest("#page")) return null;
    if (now.id) return { id: now.id };
    const href = now.getAttribute("href");
    return href ? { href: href, nth: linksTo(href).indexOf(now) } : null;
  }

  function linksTo(href) {
    return Array.from(document.querySelectorAll("#page a")).filter(function (link) { return link.getAttribute("href") === href; });
  }

  function keepPlace() {
    if (!step || returning) return;
    places[step] = { y: window.scrollY, focus: focusOf() };
    const names = Object.keys(places);
    if (names.length > MOST) delete places[names[0]];
    try { window.sessionStorage.setItem(PLACES, JSON.stringify(places)); } catch (error) { console.info("Places are not kept: " + error.message); }
  }

  // true where what had the focus has it again
  function goBackTo(place) {
    window.scrollTo(0, place.y);
    const focus = place.focus, found = focus && (focus.id ? document.getElementById(focus.id) : linksTo(focus.href)[focus.nth]);
    if (found) found.focus({ preventScroll: true });
    return Boolean(found);
  }

  if ("scrollRestoration" in window.history) window.history.scrollRestoration = "manual";
  let keeping = 0;
  ["scroll", "focusin"].forEach(function (name) {
    document.addEventListener(name, function () { clearTimeout(keeping); keeping = setTimeout(keepPlace, RESTS_MS); }, { passive: true });
  });
  document.addEventListener("click", keepPlace, true);
  window.addEventListener("popstate", function () {
    clearTimeout(keeping);
    const name = (window.history.state || {}).whStep;
    returning = places[name] || null;
    step = name || "";
  });

  // a page has come, or a page that answers its own queries has changed: the place of its step of the history, where the
  // reader goes back to one; null otherwise
  function arriveAt() {
    const place = returning;
    returning = null;
    nameStep();
    return place;
  }

  window.workhealth = Object.assign(window.workhealth || {}, {
    arriveAt: arriveAt, goBackTo: goBackTo, placeOfStep: function () { return places[step] || null; }
  });
})();
