// Paints a map: the class of every area, and what stands with the map in words (key, note, the names that are read out).
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  // the shapes are kept while their file is the same one
  function shapesOf(panel, payload, shapes) {
    if (panel.drawn && panel.drawn.url === payload.shapes) return panel.drawn;
    if (panel.drawn) panel.drawn.svg.remove();
    const drawn = map.buildShapes(panel, shapes, payload.shapes);
    panel.frame.insertBefore(drawn.svg, panel.frame.firstChild);
    panel.roving = null;
    panel.neighbours = null;
    return drawn;
  }

  // what the panel holds of a payload; `order` is the areas in view by name, `counts` what the key says
  function hold(panel, payload, shapes) {
    const all = map.records(payload, shapes), inView = payload.only ? new Set(payload.only) : null;
    panel.payload = payload;
    panel.shapes = shapes;
    panel.all = all;
    panel.byCode = new Map(all.map(function (record) { return [record.code, record]; }));
    panel.isInView = function (record) { return !inView || inView.has(record.place); };
    panel.order = all.filter(function (record) { return record.hasShape && panel.isInView(record); });
    panel.counts = payload.classes.map(function (_, i) {
      return all.filter(function (record) { return record.kind === i && panel.isInView(record); }).length;
    });
  }

  function fill(path, look, isInset) {
    path.setAttribute("class", "wh-area " + look.name + (look.isAway ? " wh-area-away" : ""));
    if (look.fill) path.setAttribute("fill", "url(#" + look.fill + (isInset ? "-inset" : "") + ")");
    else path.removeAttribute("fill");
    path.style.fill = look.style;
  }

  // attributes are written where they change: each write repaints an area
  function paintArea(panel, record) {
    const path = panel.drawn.paths.get(record.code);
    if (!path) return;
    const look = map.fillOf(panel, record), wanted = look.name + look.fill + look.style + panel.isInView(record);
    if (path._look === wanted) return;
    path._look = wanted;
    look.isAway = !panel.isInView(record);
    fill(path, look, false);
    const clone = panel.drawn.clones.get(record.code);
    if (clone) fill(clone, look, true);
  }

  function layerOf(panel, code) {
    const record = panel.byCode.get(code);
    return record ? map.layerOfClass(panel.payload.classes[record.kind]) : 0;
  }

  function paint(panel, payload, shapes) {
    panel.drawn = shapesOf(panel, payload, shapes);
    hold(panel, payload, shapes);
    panel.title.textContent = payload.title;
    panel.across.hidden = !payload.illustrative; // the word across a map of illustrative figures
    panel.drawn.svg.setAttribute("aria-label", "Map. " + payload.caption + ". " + shapes.areas.length + " areas, each a button.");
    map.addPatterns(panel);
    panel.all.forEach(function (record) { paintArea(panel, record); });
    map.drawEdges(panel, function (code) { return layerOf(panel, code); });
    map.zoom(panel);
    map.keepRoving(panel);
    map.drawKey(panel);
    map.drawOutlines(panel);
  }

  // ---- the names that are read out, and the table -----------------------------------------------

  function nameArea(path, text) {
    if (path.getAttribute("aria-label") === text) return;
    path.setAttribute("aria-label", text);
    if (!map.isPointedAt(path)) path.firstChild.textContent = text;
  }

  function finish() {
    const main = map.panels.map;
    if (!main || !main.drawn) return;
    map.eachPanel(function (panel) {
      panel.all.forEach(function (record) {
        const path = panel.drawn.paths.get(record.code);
        if (path) nameArea(path, map.words.spoken(panel, record));
      });
      map.drawStrip(panel);
    });
    map.fillPicker(main.all);
    map.drawTable();
  }

  // after the colours are on the screen; only the last map of several that follow each other fast
  let finishing = 0;
  function finishSoon() {
    finishing += 1;
    const mine = finishing;
    const last = function () { if (mine === finishing) finish(); };
    requestAnimationFrame(function () { requestAnimationFrame(function () { setTimeout(last, 0); }); });
  }

  Object.assign(map, { paint: paint, finish: finish, finishSoon: finishSoon });
})();
