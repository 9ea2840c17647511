// What the map fetches: shapes once, what a page draws when it has come, and then what differs between the view that is
// shown and the one that is wanted (dashboard/pages/map.py).
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const FAILED = "The map could not be loaded. The table below has every figure.";
  const fetched = new Map();
  let shown = null; // {search, map, second, secondWords}: what the page shows now
  let wanted = null; // the query that was asked for last
  let turn = 0; // of the newest question: answers to older ones come too late

  function holder() { return document.getElementById("map-drawing"); }

  function fetchJson(url) {
    return fetch(url).then(function (answer) {
      if (!answer.ok) throw new Error(url + ": " + answer.status);
      return answer.json();
    });
  }

  // a file that its address names for good: kept as long as the page is open
  function fetchOnce(url) {
    if (!fetched.has(url)) {
      const asked = fetchJson(url);
      asked.catch(function () { fetched.delete(url); });
      fetched.set(url, asked);
    }
    return fetched.get(url);
  }

  // ---- drawing what is shown --------------------------------------------------------------------

  function fail(place, error) {
    console.error(error);
    place.replaceChildren();
    map.clearPlaces();
    place.classList.add("wh-map-there"); // no shape is on its way
    map.html("p", "wh-inset", FAILED, place);
  }

  // there is nothing to draw for these choices; the page says why
  function clear(place) {
    place.replaceChildren();
    delete place.dataset.drawn;
    map.clearPlaces();
    document.getElementById("map-table").replaceChildren();
    document.getElementById("map-view").classList.add("wh-map-none");
  }

  function draw() {
    const place = holder(), now = shown, panels = map.panels;
    if (!place || !now) return;
    if (!now.map) { clear(place); return; }
    document.getElementById("map-view").classList.remove("wh-map-none");
    if (!panels.map || !place.contains(panels.map.root)) map.buildPlaces(place);
    Promise.all([fetchOnce(now.map.shapes), now.second ? fetchOnce(now.second.shapes) : null]).then(function (shapes) {
      // the page may have moved on while the shapes came
      if (shown !== now || holder() !== place) return;
      const isFirst = !panels.map.drawn;
      map.paint(panels.map, now.map, shapes[0]);
      map.arrange(place, now.second, now.secondWords);
      if (now.second) map.paint(panels.second, now.second, shapes[1]);
      map.markSelection();
      place.dataset.drawn = now.map.key + (now.second ? "+" + now.second.key : "");
      if (isFirst) map.finish(); else map.finishSoon();
    }).catch(function (error) { if (shown === now) fail(place, error); });
  }

  // a period that was fetched before is shown at once; the address follows when the reader stays there
  function preview(payload) {
    const panel = map.panels.map;
    if (!panel || !panel.drawn) return;
    fetchOnce(payload.shapes).then(function (shapes) {
      if (map.panels.map !== panel || !document.contains(panel.root)) return;
      map.paint(panel, payload, shapes);
      // what is shown is another thing now, so that a drawing under way does not overwrite it
      shown = Object.assign({}, shown);
      holder().dataset.drawn = payload.key;
      map.markSelection();
    }).catch(function (error) { console.error(error); });
  }

  // ---- a changed address ------------------------------------------------------------------------

  // a payload from the one before and what differs: null takes a key out, and `only` is null for all of England
  function merged(old, answer) {
    if (!answer || !answer.change) return answer;
    const made = Object.assign({}, old, answer.change);
    Object.keys(answer.change).forEach(function (key) { if (answer.change[key] === null && key !== "only") delete made[key]; });
    return made;
  }

  function apply(answer, search) {
    const parts = answer.parts, used = document.activeElement;
    Object.keys(parts).forEach(function (id) {
      const node = document.getElementById(id);
      if (node && id !== "map-second-words") window.workhealth.morph(node, parts[id]);
    });
    shown = {
      search: search,
      map: "map" in parts ? merged(shown.map, parts.map) : shown.map,
      second: "second" in parts ? merged(shown.second, parts.second) : shown.second,
      secondWords: "map-second-words" in parts ? parts["map-second-words"] : shown.secondWords
    };
    // those that the page came with are of the address before
    document.querySelectorAll("#page > .wh-inset").forEach(function (note) { note.remove(); });
    window.workhealth.morph(document.getElementById("map-notes"), answer.notes || "");
    (answer.later || []).forEach(function (id) { map.bringLater[id](search); });
    document.title = answer.title;
    draw();
    window.workhealth.settled();
    tellLead(parts);
    if (used && used.id === "map-clear" && !document.contains(used)) leaveCard();
  }

  // the card of the chosen areas is gone, and with it the link that had the focus
  function leaveCard() {
    const panel = map.panels.map, area = panel && panel.drawn && panel.drawn.paths.get(panel.roving);
    if (area) area.focus({ preventScroll: true });
    map.say("No area is chosen.");
  }

  // what the new map says is read out, where its words have changed
  function tellLead(parts) {
    const heading = document.querySelector("#map-words h1"), lead = document.getElementById("map-lead");
    if ("map-words" in parts && heading) map.say(heading.textContent + ". " + (lead ? lead.textContent : ""));
  }

  // the address has changed: ask what differs and show it
  function follow(search) {
    if (!shown || !holder() || search === wanted) return;
    wanted = search;
    turn += 1;
    const mine = turn, key = shown.map ? shown.map.key : "";
    window.workhealth.wait();
    fetch(window.workhealth.at("/map/change?key=") + key + "&from=" + encodeURIComponent(shown.search) + "&to=" + encodeURIComponent(search))
      .then(function (answer) {
        if (mine !== turn) return null;
        if (answer.ok) return answer.json();
        // a page of words on what is wrong with the address
        window.workhealth.load("/map", search);
        return null;
      })
      .then(function (answer) { if (answer && mine === turn && holder()) apply(answer, search); })
      .catch(function (error) {
        if (mine !== turn) return;
        wanted = shown.search;
        window.workhealth.idle();
        map.say("The new figures could not be loaded. Check the connection and choose again.");
        console.error(error);
      });
  }

  // ---- a page that has come ---------------------------------------------------------------------

  // `start` is what is drawn on it; a document says with `address` where that is, and a frame of another site neither
  function arrive(start, address) {
    turn += 1;
    if (!holder()) return;
    if (start) { begin(start); return; }
    const mine = turn;
    fetchJson(address || window.workhealth.at("/map/drawing?to=") + encodeURIComponent(window.location.search))
      .then(function (answer) { if (mine === turn) begin(answer); })
      .catch(function (error) { if (mine === turn && holder()) fail(holder(), error); });
  }

  function begin(start) {
    shown = { search: start.search, map: start.map, second: start.second, secondWords: start["map-second-words"] };
    wanted = start.search ? "?" + start.search.replace(/^\?/, "") : "";
    draw();
    follow(window.location.search);
  }

  Object.assign(map, {
    fetchJson: fetchJson, fetchOnce: fetchOnce, preview: preview, merged: merged, follow: follow, arrive: arrive,
    shownMap: function () { return shown && shown.map; },
    shownSearch: function () { return shown && shown.search; },
    rezoom: function () { map.eachPanel(function (panel) { map.zoom(panel); }); },
    // the controls may have been made anew
    refresh: function () {
      const main = map.panels.map;
      if (!main || !main.drawn || !document.contains(main.root)) return;
      map.fillPicker(main.all);
      map.markSelection();
    }
  });
})();
