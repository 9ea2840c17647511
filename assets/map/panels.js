// The places of the maps on the page: each with its frame, tip and key; and what stands under them.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  // by name, map and second: {name, root, frame, side, tip, title, words, drawn, payload, shapes, all, byCode, order, roving}
  const panels = {};

  const HELP = [
    "Choose an area: click or tap it. To add another, hold Ctrl or Shift. To choose several, use Select areas: click each, or drag a line around them.",
    "Zoom: use the buttons, pinch with two fingers, or scroll with Ctrl (⌘ on a Mac). Double-click an area to see its region.",
    "Move the zoomed map: drag it, or use two fingers on a touch screen.",
    "By keyboard: Tab to the map. Arrow keys go to the next area in that direction. Page Up and Page Down go from A to Z. " +
      "Enter chooses an area, Space adds or removes one, Escape leaves the map. + and − zoom, 0 shows all of England, Shift with an arrow key moves the map."
  ];

  function buildPanel(name, holder) {
    const root = map.html("section", "wh-map-panel", null, holder), isSecond = name === "second";
    root.dataset.panel = name;
    root.setAttribute("aria-label", isSecond ? "Second map" : "Map");
    const words = isSecond ? map.html("div", "wh-map-second-words", null, root) : null;
    if (words) words.id = "map-second-words";
    const title = map.html("p", "wh-map-name", null, root);
    const frame = map.html("div", "wh-map-frame", null, root), tip = map.html("div", "wh-map-tip", null, frame);
    const across = map.html("p", "wh-map-across", window.workhealthVocabulary.illustrative.across, frame);
    across.hidden = tip.hidden = true;
    across.setAttribute("aria-hidden", "true");
    tip.setAttribute("aria-hidden", "true");
    const side = buildKey(isSecond, isSecond ? root : document.getElementById("map-key"));
    panels[name] = { name: name, root: root, frame: frame, side: side, tip: tip, across: across, title: title, words: words, drawn: null, roving: null };
    map.addZoomButtons(panels[name]);
    map.watchFrame(panels[name]);
    return panels[name];
  }

  function buildKey(isSecond, parent) {
    if (!isSecond) parent.replaceChildren();
    const side = map.html("div", "wh-map-key", null, parent);
    side.setAttribute("role", "group");
    side.setAttribute("aria-label", isSecond ? "Key of the second map" : "Key");
    map.html("p", "wh-map-key-title", "", side);
    map.html("ul", "wh-legend", null, side);
    map.html("div", "wh-map-strip", null, side);
    map.html("p", "wh-hint wh-map-strip-words", "Each dot is an area. Taller columns mean more areas have that value.", side);
    map.html("p", "wh-hint wh-map-colours-note", "Colours as in Fingertips: green better, amber similar, red worse.", side).hidden = true;
    if (!isSecond) {
      const colours = map.html("button", "wh-map-colours", "", side);
      colours.type = "button";
      colours.addEventListener("click", function () { map.setColours(!map.isFingertips()); });
      addHelp(side);
    } else {
      addSecondDownload(side);
    }
    map.html("p", "wh-hint wh-map-note", null, side);
    return side;
  }

  function addHelp(parent) {
    const details = map.html("details", "wh-details wh-map-help", null, parent), list = map.html("ul", "wh-list");
    map.html("summary", "wh-details-summary", "How to use the map", details);
    map.html("div", "wh-details-text", null, details).appendChild(list);
    HELP.forEach(function (words) { map.html("li", null, words, list); });
  }

  function addSecondDownload(parent) {
    const group = map.html("div", "wh-downloads", null, parent);
    ["png", "svg"].forEach(function (kind) {
      map.button("Second map (" + kind.toUpperCase() + ")", group).addEventListener("click", function () { map.download(panels.second, kind); });
    });
  }

  // once a visit to the page
  function build(holder) {
    clear();
    holder.replaceChildren();
    holder.classList.add("wh-map-there");
    const live = map.html("p", "wh-visually-hidden", "", holder);
    live.id = "map-live";
    live.setAttribute("role", "status");
    const pair = map.html("div", "wh-map-panels", null, holder);
    buildPanel("map", pair);
    buildPanel("second", pair).root.hidden = true;
    const place = document.getElementById("map-tools"), tools = map.html("div", "wh-map-tools", null);
    place.replaceChildren(tools);
    tools.setAttribute("role", "group");
    tools.setAttribute("aria-label", "Move through time and choose areas");
    map.buildTools(tools);
  }

  function clear() {
    delete panels.map;
    delete panels.second;
    ["map-key", "map-tools"].forEach(function (id) {
      const place = document.getElementById(id);
      if (place) place.replaceChildren();
    });
  }

  // the second map beside the first, or the words on why there is none; neither where no second one is asked for
  function arrange(holder, second, words) {
    const isPair = Boolean(second) || Boolean(words), panel = panels.second, view = document.getElementById("map-view");
    holder.querySelector(".wh-map-panels").classList.toggle("wh-map-pair", isPair);
    if (view) view.classList.toggle("wh-map-view-pair", isPair);
    panel.root.hidden = !isPair;
    panel.title.hidden = panel.frame.hidden = panel.side.hidden = !second;
    if (!second && panel.drawn) {
      panel.drawn.svg.remove();
      panel.drawn = panel.byCode = null;
    }
    if (panel.words._text === words) return;
    panel.words._text = words;
    window.workhealth.morph(panel.words, words || "");
  }

  function each(act) { Object.values(panels).forEach(function (panel) { if (panel.drawn) act(panel); }); }

  // the drawn panel that holds an element; null outside
  function panelOf(node) {
    const root = node.closest && node.closest("[data-panel]");
    const panel = root && panels[root.dataset.panel];
    return panel && panel.root === root && panel.drawn ? panel : null;
  }

  // ---- the menu of downloads and the chips of the shapes, which the server wrote (dashboard/components/area_map.py) ----

  // the address, with the type of area that is shown: files never give another type than they are asked for
  function exactSearch() {
    const params = new URLSearchParams(window.location.search), shown = map.shownMap();
    if (!shown || !params.has("area_type") || params.get("area_type") === shown.area_type) return window.location.search;
    params.set("area_type", shown.area_type);
    if (params.has("area")) params.set("area", map.shownCodes().join(","));
    return "?" + params.toString().replace(/%2C/g, ",");
  }

  function csvHref(isForExcel) {
    const search = exactSearch();
    return window.workhealth.at("/csv/map") + search + (isForExcel ? (search ? "&" : "?") + "format=csv-excel" : "");
  }

  // the server's figures of the address that is shown when the link is used, by pointer, by keyboard or from its menu
  function follow(event) {
    const link = event.target.closest && event.target.closest("a[download][href^='" + window.workhealth.at("/csv/map") + "']");
    if (link) link.href = csvHref(link.search.includes("format=csv-excel"));
  }
  ["pointerdown", "focusin", "click"].forEach(function (name) { document.addEventListener(name, follow, true); });

  function closeMenu(isFocused) {
    const menu = document.querySelector(".wh-map-download[open]");
    if (!menu) return;
    menu.open = false;
    if (isFocused) menu.querySelector("summary").focus();
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-map-download]"), chip = event.target.closest("[data-map-view]");
    if (button && panels.map) map.download(panels.map, button.dataset.mapDownload);
    if (chip) window.workhealth.change({ view: chip.dataset.mapView || null });
    if (!event.target.closest(".wh-map-download")) closeMenu(false);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && event.target.closest(".wh-map-download")) closeMenu(true);
  });
  // the code to embed is that of the address shown when it is looked at
  document.addEventListener("toggle", function (event) {
    const embed = window.workhealth.at("/embed/map/map");
    const code = event.target.querySelector && event.target.querySelector("[data-embed^='" + embed + "']");
    if (code) code.dataset.embed = embed + exactSearch();
  }, true);

  Object.assign(map, {
    panels: panels, buildPlaces: build, clearPlaces: clear, arrange: arrange, eachPanel: each, panelOf: panelOf, csvHref: csvHref,
    // the frame has another width
    resized: function (panel) { map.placeTipAgain(panel); }
  });
})();
