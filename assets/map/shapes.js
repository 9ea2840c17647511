// The areas as SVG: one path for each, London enlarged beside them, borders over them, and the part that is looked at.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  // areas of a file of shapes: [code, name, path, x, y, width, height]
  const CODE = 0, PATH = 2, X = 3, Y = 4, WIDTH = 5, HEIGHT = 6;

  // {url, svg, defs, paths, clones, inset, shapes}: paths and clones (the enlarged ones) by code
  function build(panel, shapes, url) {
    const svg = map.svg("svg", {
      viewBox: "0 0 " + shapes.width + " " + shapes.height, class: "wh-map-svg", role: "group", focusable: "false"
    });
    const defs = map.svg("defs", {}, svg), areas = map.svg("g", { class: "wh-map-areas" }, svg), paths = new Map();
    shapes.areas.forEach(function (area) {
      const path = map.svg("path", {
        d: area[PATH], class: "wh-area", role: "button", tabindex: "-1", "data-area-code": area[CODE]
      }, areas);
      map.svg("title", {}, path);
      paths.set(area[CODE], path);
    });
    map.svg("path", { d: shapes.outlines, class: "wh-map-outlines", "aria-hidden": "true" }, svg);
    map.svg("g", { class: "wh-map-links", "aria-hidden": "true" }, svg);
    map.svg("g", { class: "wh-map-marks", "aria-hidden": "true" }, svg);
    const drawn = { url: url, svg: svg, defs: defs, paths: paths, clones: new Map(), inset: null, shapes: shapes };
    if (shapes.inset) addInset(panel, drawn);
    return drawn;
  }

  function lies(area, box) {
    return area[X] <= box[0] + box[2] && area[X] + area[WIDTH] >= box[0] && area[Y] <= box[1] + box[3] && area[Y] + area[HEIGHT] >= box[1];
  }

  function frame(box, className, parent) {
    return map.svg("rect", { x: box[0], y: box[1], width: box[2], height: box[3], class: className }, parent);
  }

  // the same areas again, larger, so that those of London can be distinguished
  function addInset(panel, drawn) {
    const shapes = drawn.shapes, from = shapes.inset.from, to = shapes.inset.to, scale = to[2] / from[2];
    const inset = map.svg("g", { class: "wh-map-inset", "aria-hidden": "true" }, drawn.svg);
    const clip = map.svg("clipPath", { id: "wh-inset-clip-" + panel.name }, drawn.defs);
    map.svg("rect", { x: to[0], y: to[1], width: to[2], height: to[3] }, clip);
    frame(to, "wh-inset-ground", inset);
    const clipped = map.svg("g", { "clip-path": "url(#wh-inset-clip-" + panel.name + ")" }, inset);
    const move = "translate(" + (to[0] - from[0] * scale) + " " + (to[1] - from[1] * scale) + ") scale(" + scale + ")";
    const inner = map.svg("g", { transform: move }, clipped);
    shapes.areas.forEach(function (area) {
      if (!lies(area, from)) return;
      drawn.clones.set(area[CODE], map.svg("path", { d: area[PATH], class: "wh-area", "data-area-code": area[CODE] }, inner));
    });
    map.svg("path", { d: shapes.outlines, class: "wh-map-outlines" }, inner);
    map.svg("g", { class: "wh-map-marks wh-inset-marks" }, inner);
    frame(to, "wh-inset-frame", inset);
    frame(from, "wh-inset-frame wh-inset-from", inset);
    map.svg("text", { x: to[0] + 14, y: to[1] + to[3] + 58, class: "wh-inset-label" }, inset).textContent = "London, enlarged";
    drawn.inset = inset;
  }

  // the border of one area again, over all others
  function outline(panel, group, code, className) {
    const area = panel.shapes.areas.find(function (area) { return area[CODE] === code; });
    if (area) map.svg("path", { d: area[PATH], class: className }, group);
  }

  // borders of another kind of area than the usual one are a file of their own
  function drawOutlines(panel) {
    const url = panel.payload.outline, drawn = panel.drawn;
    const put = function (outlines) {
      drawn.svg.querySelectorAll(".wh-map-outlines").forEach(function (path) {
        if (path.getAttribute("d") !== outlines) path.setAttribute("d", outlines);
      });
      drawn.svg.dataset.outline = url;
    };
    if (!url) { put(panel.shapes.outlines); return; }
    map.fetchOnce(url).then(function (found) {
      if (panel.drawn === drawn && panel.payload.outline === url) put(found.outlines);
    }).catch(function () { map.say("The outlines could not be loaded."); });
  }

  // places of the areas that are looked at: those inside the parent or the chosen ones; null for all of England
  function placesInView(panel) {
    if (new URLSearchParams(window.location.search).get("zoom") === "chosen") {
      const chosen = map.chosenCodes().map(function (code) { return panel.byCode.get(code); })
        .filter(function (record) { return record && record.hasShape; });
      if (chosen.length) return new Set(chosen.map(function (record) { return record.place; }));
    }
    return panel.payload.only ? new Set(panel.payload.only) : null;
  }

  // [x, y, width, height] of the places, with a margin
  function boxOf(shapes, places) {
    const areas = places ? shapes.areas.filter(function (_, place) { return places.has(place); }) : [];
    if (!areas.length) return [0, 0, shapes.width, shapes.height];
    const left = Math.min(...areas.map(function (area) { return area[X]; })), top = Math.min(...areas.map(function (area) { return area[Y]; }));
    const width = Math.max(...areas.map(function (area) { return area[X] + area[WIDTH]; })) - left;
    const height = Math.max(...areas.map(function (area) { return area[Y] + area[HEIGHT]; })) - top;
    // a single small area is shown with what lies around it
    const margin = Math.max(width * 0.08, height * 0.08, (shapes.height * 0.12 - Math.max(width, height)) / 2);
    return [left - margin, top - margin, width + 2 * margin, height + 2 * margin];
  }

  function zoom(panel) {
    const drawn = panel.drawn, places = placesInView(panel), box = boxOf(panel.shapes, places), text = box.join(" ");
    // what stays as it is must not be written: it would lay the whole drawing out again
    if (drawn.box !== text) {
      drawn.box = text;
      drawn.svg.setAttribute("viewBox", text);
      if (drawn.inset) drawn.inset.style.display = places ? "none" : "";
    }
    map.addPatterns(panel, box[3] / 1000);
  }

  Object.assign(map, { buildShapes: build, outline: outline, drawOutlines: drawOutlines, zoom: zoom });
})();
