// Paints a map: the colour of every area, and what stands with the map in words (legend, note, the names that are read out).
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
    return drawn;
  }

  // what the panel holds of a payload; `order` is what the keyboard goes through, `counts` what the legend says
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

  // attributes are written where they change: each write repaints an area
  function paintArea(panel, record) {
    const path = panel.drawn.paths.get(record.code);
    if (!path) return;
    const colour = map.colour(panel, record), isAway = !panel.isInView(record);
    if (path._colour !== colour) {
      path._colour = colour;
      path.setAttribute("fill", colour);
      const clone = panel.drawn.clones.get(record.code);
      if (clone) clone.setAttribute("fill", colour.replace(/^url\((.*)\)$/, "url($1-inset)"));
    }
    if (path._isAway !== isAway) {
      path._isAway = isAway;
      path.classList.toggle("wh-area-away", isAway);
    }
  }

  // the word across a map of illustrative figures
  function writeAcross(panel) { panel.across.hidden = !panel.payload.illustrative; }

  function paint(panel, payload, shapes) {
    panel.drawn = shapesOf(panel, payload, shapes);
    hold(panel, payload, shapes);
    panel.title.textContent = payload.title;
    writeAcross(panel);
    panel.drawn.svg.setAttribute("aria-label", "Map. " + payload.caption + ". " + shapes.areas.length + " areas, each a button.");
    map.zoom(panel);
    panel.all.forEach(function (record) { paintArea(panel, record); });
    map.keepRoving(panel);
    drawLegend(panel);
    const note = panel.side.querySelector(".wh-map-note");
    note.textContent = payload.note || "";
    note.hidden = !payload.note;
    map.drawOutlines(panel);
  }

  // ---- legend -----------------------------------------------------------------------------------

  function drawLegend(panel) {
    const list = panel.side.querySelector(".wh-legend"), payload = panel.payload;
    // the swatches stay while the classes do: only the counts change
    const wanted = JSON.stringify([payload.shading, payload.classes, payload.benchmark, payload.range || 0]);
    if (list._drawn !== wanted) {
      list._drawn = wanted;
      list.replaceChildren();
      if (payload.shading === "continuous") drawScale(list, payload);
      payload.classes.forEach(function (kind, i) {
        if (kind.key === "value") return;
        const item = map.html("li", null, null, list);
        item.dataset.place = i;
        item.appendChild(map.swatch(panel, kind));
        map.html("span", null, map.words.legend(payload, kind), item);
        map.html("span", "wh-legend-count", "", item);
      });
    }
    list.querySelectorAll("[data-place]").forEach(function (item) {
      const place = Number(item.dataset.place), count = panel.counts[place];
      item.hidden = !count && ["missing", "not_compared"].includes(payload.classes[place].key);
      item.lastChild.textContent = map.words.count(count);
    });
  }

  function drawScale(list, payload) {
    const item = map.html("li", "wh-legend-scale", null, list), range = payload.range;
    map.html("span", "wh-scale-bar", null, item).style.background = "linear-gradient(to right, " + range.colours.join(", ") + ")";
    const ends = map.words.withUnit(payload, range.low) + " (light) to " + map.words.withUnit(payload, range.high) + " (dark)";
    map.html("span", "wh-scale-ends", ends, item);
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
