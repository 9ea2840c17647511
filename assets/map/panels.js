// The places of the maps on the page: each with its drawing, tip, legend and what takes it away.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  // by name, map and second: {name, root, frame, side, tip, title, words, drawn, payload, shapes, all, byCode, order, roving}
  const panels = {};

  const HELP = "Click an area to choose it; with Shift, drag round several. By keyboard: Tab to the map, arrow keys go from " +
    "area to area in the order of the table, Enter chooses one, Space adds one or takes it away.";

  function buildPanel(name, holder) {
    const root = map.html("section", "wh-map-panel", null, holder), isSecond = name === "second";
    root.dataset.panel = name;
    const words = isSecond ? map.html("div", "wh-map-second-words", null, root) : null;
    if (words) words.id = "map-second-words";
    const title = map.html("p", "wh-map-name", null, root);
    const frame = map.html("div", "wh-map-frame", null, root), tip = map.html("div", "wh-map-tip", null, frame);
    const across = map.html("p", "wh-map-across", window.workhealthVocabulary.illustrative.across, frame);
    across.hidden = true;
    across.setAttribute("aria-hidden", "true");
    tip.hidden = true;
    tip.setAttribute("aria-hidden", "true");
    const side = map.html("div", "wh-map-side", null, root);
    map.html("h2", "wh-h3", isSecond ? "What the second map shows" : "What the map shows", side);
    map.html("ul", "wh-legend", null, side);
    map.html("p", "wh-hint wh-map-note", null, side);
    if (!isSecond) map.html("p", "wh-hint wh-map-help", HELP, side);
    panels[name] = { name: name, root: root, frame: frame, side: side, tip: tip, across: across, title: title, words: words, drawn: null, roving: null };
    addTakeAway(panels[name]);
    return panels[name];
  }

  // as under every chart (dashboard/components/downloads.py)
  function addTakeAway(panel) {
    const isSecond = panel.name === "second", group = map.html("div", "wh-downloads", null, panel.side), id = panel.name + "-take";
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", id);
    map.html("p", "wh-label", isSecond ? "Take the second map away" : "Take the map away", group).id = id;
    ["png", "svg"].forEach(function (kind) {
      map.button("Download " + kind.toUpperCase(), group).addEventListener("click", function () { map.download(panel, kind); });
    });
    if (isSecond) return;
    csvLink("Download CSV", group).id = "map-csv";
    map.button("Copy link", group).dataset.copy = "link";
    addEmbedCode(group);
    map.html("p", "wh-hint wh-status", null, group).setAttribute("role", "status");
  }

  // the server's figures of the address that is shown when the link is used
  function csvLink(words, parent) {
    const link = map.html("a", "wh-button wh-button-secondary", words, parent);
    const follow = function () { link.href = "/csv/map" + window.location.search; };
    link.download = "";
    follow();
    // before the browser reads where the link leads, by pointer, by keyboard or from its menu
    ["pointerdown", "focus", "click"].forEach(function (name) { link.addEventListener(name, follow); });
    return link;
  }

  function addEmbedCode(group) {
    const details = map.html("details", "wh-details", null, group);
    map.html("summary", "wh-details-summary", "Embed this map in a web page", details);
    const inner = map.html("div", "wh-details-text", null, details), pre = map.html("pre", "wh-code", null, inner);
    const code = map.html("code", null, null, pre);
    pre.tabIndex = 0;
    pre.setAttribute("aria-label", "Code to embed this map");
    const follow = function () { code.dataset.embed = "/embed/map/map" + window.location.search; };
    details.addEventListener("toggle", follow);
    follow();
    map.button("Copy code", inner).dataset.copy = "code";
  }

  // once a visit to the page
  function build(holder) {
    clear();
    holder.replaceChildren();
    const live = map.html("p", "wh-visually-hidden", "", holder);
    live.id = "map-live";
    live.setAttribute("role", "status");
    const tools = map.html("div", "wh-map-tools", null, holder);
    tools.setAttribute("role", "group");
    tools.setAttribute("aria-label", "Move through time and choose areas");
    const pair = map.html("div", "wh-map-panels", null, holder);
    buildPanel("map", pair);
    buildPanel("second", pair).root.hidden = true;
    map.buildTools(tools);
  }

  function clear() {
    delete panels.map;
    delete panels.second;
  }

  // the second map beside the first, or the words on why there is none; neither where no second one is asked for
  function arrange(holder, second, words) {
    const isPair = Boolean(second) || Boolean(words), panel = panels.second;
    holder.querySelector(".wh-map-panels").classList.toggle("wh-map-pair", isPair);
    panel.root.hidden = !isPair;
    panel.title.hidden = panel.frame.hidden = panel.side.hidden = !second;
    document.getElementById("map-csv").textContent = second ? "Download CSV of both maps" : "Download CSV";
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

  Object.assign(map, {
    panels: panels, buildPlaces: build, clearPlaces: clear, arrange: arrange, eachPanel: each, panelOf: panelOf, csvLink: csvLink
  });
})();
