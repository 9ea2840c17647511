// How a class looks: a css class with the colours of assets/tokens.css, and a pattern where colour alone would not tell it
// apart. Pictures that are taken away carry literal colours instead (assets/map/picture.js).
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const SIZES = { stripes: 5, hatch: 6, grey: 6 }; // px
  const TURNS = { stripes: 45, hatch: -45, grey: -45 };

  // better, q1 …: a part of the names of css classes
  function look(kind) { return kind.key.startsWith("fifth-") ? "q" + kind.key.slice(6) : kind.key.replace(/_/g, "-"); }

  // the layer of a class: similar lies under worse, worse under better
  function layerOf(kind) {
    if (["worse", "lower"].includes(kind.key)) return 1;
    return ["better", "higher", "fifth-4", "fifth-5"].includes(kind.key) ? 2 : 0;
  }

  function patternId(panel, kind, isInset) { return "wh-pattern-" + panel.name + "-" + kind.key + (isInset ? "-inset" : ""); }

  // {name, fill, style}: the css class of an area, and what css cannot hold
  function fillOf(panel, record) {
    const payload = panel.payload, kind = payload.classes[record.kind];
    if (payload.shading === "continuous" && kind.key === "value") return { name: "wh-fill-value", fill: "", style: mixed(payload, record.value) };
    return { name: "wh-fill-" + look(kind), fill: kind.pattern ? patternId(panel, kind) : "", style: "" };
  }

  // where a value lies between the colours of the scale: [place of the lower one, per cent of the way to the next]
  function placeOnScale(payload, value) {
    const range = payload.range, span = range.high - range.low, steps = range.colours.length - 1;
    const at = span > 0 ? (value - range.low) / span * steps : 0, left = Math.min(Math.floor(at), steps - 1);
    return [left, Math.round((at - left) * 100)];
  }

  function mixed(payload, value) {
    const at = placeOnScale(payload, value);
    return "color-mix(in srgb, var(--q" + (at[0] + 2) + ") " + at[1] + "%, var(--q" + (at[0] + 1) + "))";
  }

  // ---- patterns -----------------------------------------------------------------------------------

  // `colours` are literal ones {ground, lines} for a picture that is taken away
  function addPattern(defs, kind, id, colours) {
    const size = SIZES[kind.pattern], turn = TURNS[kind.pattern];
    const pattern = map.svg("pattern", {
      id: id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: "rotate(" + turn + ")", "data-turn": turn
    }, defs);
    const ground = map.svg("rect", { width: size, height: size, class: "wh-pattern-ground wh-fill-" + look(kind) }, pattern);
    const lines = map.svg("path", { d: "M0 0V" + size, class: "wh-pattern-lines wh-lines-" + kind.pattern }, pattern);
    if (colours) {
      ground.setAttribute("fill", colours.ground);
      lines.setAttribute("stroke", colours.lines);
      lines.setAttribute("stroke-width", kind.pattern === "stripes" ? 2.2 : 1.6);
      if (kind.pattern === "stripes") lines.setAttribute("stroke-opacity", 0.75);
    }
    return pattern;
  }

  function addPatterns(panel) {
    const drawn = panel.drawn, classes = panel.payload.classes.filter(function (kind) { return kind.pattern; });
    // they are kept while they stay the same: making them anew repaints every area
    const wanted = classes.map(function (kind) { return kind.key + kind.pattern; }).join();
    if (drawn.patterns === wanted) return;
    drawn.patterns = wanted;
    drawn.defs.replaceChildren();
    classes.forEach(function (kind) {
      addPattern(drawn.defs, kind, patternId(panel, kind));
      if (drawn.inset) addPattern(drawn.defs, kind, patternId(panel, kind, true)).setAttribute("data-inset", "yes");
    });
    drawn.scaled = "";
  }

  // lines stay as far apart as they are on the screen, however far the map is zoomed in
  function scalePatterns(panel, k) {
    const drawn = panel.drawn, inset = drawn.inset ? drawn.inset.k : 1, wanted = k.toFixed(4) + " " + inset;
    if (drawn.scaled === wanted) return;
    drawn.scaled = wanted;
    drawn.defs.querySelectorAll("pattern").forEach(function (pattern) {
      const scale = 1 / (pattern.dataset.inset ? inset : k);
      pattern.setAttribute("patternTransform", "rotate(" + pattern.dataset.turn + ") scale(" + scale.toFixed(4) + ")");
    });
  }

  // a small sample of a class for the key; `apart` keeps its id from that of another sample in the document
  function swatch(panel, kind, apart, colours) {
    const svg = map.svg("svg", { width: 28, height: 18, class: "wh-swatch", "aria-hidden": "true", focusable: "false" });
    const id = "wh-swatch-" + panel.name + "-" + kind.key + (apart || "");
    if (kind.pattern) addPattern(map.svg("defs", {}, svg), kind, id, colours);
    const box = map.svg("rect", { x: 0.5, y: 0.5, width: 27, height: 17, class: "wh-swatch-box wh-fill-" + look(kind) }, svg);
    if (kind.pattern) box.setAttribute("fill", "url(#" + id + ")");
    if (colours) {
      if (!kind.pattern) box.setAttribute("fill", colours.ground);
      box.setAttribute("stroke", colours.edge);
    }
    return svg;
  }

  Object.assign(map, {
    look: look, layerOfClass: layerOf, fillOf: fillOf, placeOnScale: placeOnScale, addPatterns: addPatterns, scalePatterns: scalePatterns, swatch: swatch,
    addPattern: addPattern
  });
})();
