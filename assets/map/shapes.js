// The areas as SVG, in pixels of the frame: one path for each, their edges and borders over them, London enlarged beside
// them. assets/map/zoom.js moves what lies on the stages.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  // areas of a file of shapes: [code, name, path, x, y, width, height]
  const CODE = 0, NAME = 1, PATH = 2, X = 3, Y = 4, WIDTH = 5, HEIGHT = 6;
  const EDGES = 2; // of worse areas, and over them of better ones
  const WIDE = 600; // px of a frame from which there is sea enough beside the land
  const PAD = 8; // px between the land and the frame

  // the edges of a layer are one path over all areas: to move an area to another place among them would cost far more
  function edgesIn(parent) {
    return Array.from({ length: EDGES }, function () { return map.svg("path", { class: "wh-map-edges", "aria-hidden": "true" }, parent); });
  }

  // {url, svg, defs, stages, edges, paths, clones, inset, shapes, view, frame}: paths and clones (the enlarged ones) by code
  function build(panel, shapes, url) {
    const svg = map.svg("svg", { class: "wh-map-svg", role: "group", focusable: "false" });
    const defs = map.svg("defs", {}, svg), stage = map.svg("g", { class: "wh-map-stage" }, svg);
    const group = map.svg("g", { class: "wh-map-areas" }, stage), paths = new Map();
    shapes.areas.forEach(function (area) {
      const path = map.svg("path", {
        d: area[PATH], class: "wh-area", role: "button", tabindex: "-1", "data-area-code": area[CODE]
      }, group);
      map.svg("title", {}, path);
      paths.set(area[CODE], path);
    });
    const edges = edgesIn(stage);
    map.svg("path", { d: shapes.outlines, class: "wh-map-outlines", "aria-hidden": "true" }, stage);
    if (shapes.inset) box(shapes.inset.from, "wh-inset-from", stage);
    const hidden = function (name) { return map.svg("g", { class: name, "aria-hidden": "true" }, svg); };
    const labels = hidden("wh-map-labels");
    const drawn = {
      url: url, svg: svg, defs: defs, edges: edges, paths: paths, clones: new Map(), inset: null, shapes: shapes, labels: labels,
      view: { k: 1, x: 0, y: 0 }, frame: null, base: null, fitted: ""
    };
    if (shapes.inset) addInset(panel, drawn);
    drawn.stages = [stage, hidden("wh-map-links"), hidden("wh-map-marks")];
    drawn.own = hidden("wh-map-own");
    drawn.lead = hidden("wh-map-lead");
    drawn.focus = hidden("wh-map-focus");
    drawn.stages.push(drawn.focus);
    return drawn;
  }

  function box(sides, className, parent) {
    return map.svg("rect", { x: sides[0], y: sides[1], width: sides[2], height: sides[3], class: className }, parent);
  }

  // the areas of London again, larger, so that they can be distinguished and hit
  function addInset(panel, drawn) {
    const shapes = drawn.shapes, inset = map.svg("g", { class: "wh-map-inset", "aria-hidden": "true" }, drawn.svg);
    const ground = map.svg("rect", { class: "wh-inset-ground", rx: 4 }, inset), inner = map.svg("g", {}, inset);
    shapes.inset.areas.forEach(function (place) {
      const area = shapes.areas[place];
      drawn.clones.set(area[CODE], map.svg("path", { d: area[PATH], class: "wh-area", "data-area-code": area[CODE] }, inner));
    });
    const edges = edgesIn(inner);
    map.svg("g", { class: "wh-map-marks wh-inset-marks" }, inner);
    map.svg("g", { class: "wh-map-focus wh-inset-focus" }, inner);
    const title = map.svg("text", { class: "wh-map-name-region wh-inset-title" }, inset), labels = map.svg("g", {}, inset);
    title.textContent = "London";
    drawn.inset = { root: inset, ground: ground, inner: inner, edges: edges, title: title, labels: labels, k: 1, x: 0, y: 0 };
  }

  // ---- the frame ----------------------------------------------------------------------------------

  function heightOf(width) { return Math.round(width >= WIDE ? Math.min(width * 604 / 820, 660) : width * 403 / 358); }

  // fits the drawing into the width that there is; what is looked at stays
  function layOut(panel) {
    const drawn = panel.drawn, shapes = drawn.shapes, width = panel.frame.clientWidth;
    if (!width || (drawn.frame && drawn.frame.width === width)) return;
    const height = heightOf(width), isWide = width >= WIDE;
    const k = Math.min((width - 2 * PAD) / shapes.width, (height - 2 * PAD) / shapes.height);
    const before = drawn.frame;
    drawn.frame = { width: width, height: height, isWide: isWide };
    // the enlarged London takes the sea at the right
    drawn.base = {
      k: k, x: (width - shapes.width * k) * (drawn.inset && isWide ? 0.16 : 0.5), y: (height - shapes.height * k) / 2
    };
    drawn.svg.setAttribute("viewBox", "0 0 " + width + " " + height);
    if (drawn.inset) layInset(drawn);
    const share = before ? width / before.width : 1;
    drawn.view = { k: drawn.view.k, x: drawn.view.x * share, y: drawn.view.y * share };
    drawn.fitted = "";
  }

  function layInset(drawn) {
    const frame = drawn.frame, inset = drawn.inset, from = drawn.shapes.inset.from, top = frame.isWide ? 12 : 6;
    const width = Math.round(frame.width * (frame.isWide ? 0.33 : 0.29)), head = frame.isWide ? 28 : 20, pad = frame.isWide ? 12 : 5;
    const k = (width - 2 * pad) / from[2], height = Math.round(from[3] * k + head + pad), x = frame.width - top - width;
    Object.entries({ x: x, y: top, width: width, height: height }).forEach(function (pair) { inset.ground.setAttribute(pair[0], pair[1]); });
    inset.title.setAttribute("x", x + pad);
    inset.title.setAttribute("y", top + head - (frame.isWide ? 9 : 5));
    Object.assign(inset, { k: k, x: x + pad - from[0] * k, y: top + head - from[1] * k, box: [x, top, width, height] });
    inset.inner.setAttribute("transform", "translate(" + inset.x + " " + inset.y + ") scale(" + k + ")");
  }

  // ---- edges --------------------------------------------------------------------------------------

  // layerOf gives the layer of an area by its code: 0 similar, 1 worse, 2 better
  function drawEdges(panel, layerOf) {
    const drawn = panel.drawn, all = ["", ""], enlarged = ["", ""];
    drawn.shapes.areas.forEach(function (area) {
      const layer = layerOf(area[CODE]);
      if (!layer) return;
      all[layer - 1] += area[PATH];
      if (drawn.clones.has(area[CODE])) enlarged[layer - 1] += area[PATH];
    });
    const put = function (paths, texts) {
      paths.forEach(function (path, i) { if (path.getAttribute("d") !== texts[i]) path.setAttribute("d", texts[i]); });
    };
    put(drawn.edges, all);
    if (drawn.inset) put(drawn.inset.edges, enlarged);
  }

  // the border of one area again, over all others
  function outline(panel, group, code, className) {
    const area = areaOf(panel, code);
    if (area) map.svg("path", { d: area[PATH], class: className }, group);
  }

  function areaOf(panel, code) {
    return panel.shapes.areas.find(function (area) { return area[CODE] === code; });
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

  // the region of an area; empty where it lies in none
  function regionOf(shapes, place) {
    const regions = shapes.regions;
    return regions && regions.of[place] >= 0 ? regions.names[regions.of[place]] : "";
  }

  Object.assign(map, {
    AREA: { CODE: CODE, NAME: NAME, PATH: PATH, X: X, Y: Y, WIDTH: WIDTH, HEIGHT: HEIGHT },
    buildShapes: build, layOut: layOut, drawEdges: drawEdges, outline: outline, areaOf: areaOf, drawOutlines: drawOutlines, regionOf: regionOf
  });
})();
