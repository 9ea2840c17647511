// The colour of each area, and a pattern over it so that no class differs by colour alone.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  // between two colours such as #1d70b8; share from 0 to 1
  function mix(first, second, share) {
    const part = function (at) {
      const from = parseInt(first.slice(at, at + 2), 16), to = parseInt(second.slice(at, at + 2), 16);
      return Math.round(from + (to - from) * share).toString(16).padStart(2, "0");
    };
    return "#" + part(1) + part(3) + part(5);
  }

  function patternId(panel, kind, isInset) { return "wh-pattern-" + panel.name + "-" + kind.key + (isInset ? "-inset" : ""); }

  // what fills the area of a record
  function colour(panel, record) {
    const payload = panel.payload, kind = payload.classes[record.kind];
    if (payload.shading === "continuous" && kind.key === "value") {
      const range = payload.range, span = range.high - range.low;
      const at = span > 0 ? (record.value - range.low) / span * (range.colours.length - 1) : 0;
      const left = Math.min(Math.floor(at), range.colours.length - 2);
      return mix(range.colours[left], range.colours[left + 1], at - left);
    }
    return kind.pattern ? "url(#" + patternId(panel, kind) + ")" : kind.colour;
  }

  const LINES = {
    stripes: function (size) {
      return "M" + -size / 4 + " " + size / 4 + "l" + size / 2 + " " + -size / 2 + "M0 " + size + "l" + size + " " + -size +
        "M" + size * 0.75 + " " + size * 1.25 + "l" + size / 2 + " " + -size / 2;
    },
    hatch: function (size) {
      return "M0 0l" + size + " " + size + "M" + -size / 4 + " " + size * 0.75 + "l" + size / 2 + " " + size / 2 +
        "M" + size * 0.75 + " " + -size / 4 + "l" + size / 2 + " " + size / 2;
    }
  };

  function addPattern(defs, kind, id, size) {
    const pattern = map.svg("pattern", { id: id, width: size, height: size, patternUnits: "userSpaceOnUse" }, defs);
    map.svg("rect", { width: size, height: size, fill: kind.colour }, pattern);
    if (kind.pattern === "stripes") {
      map.svg("path", { d: LINES.stripes(size), stroke: "#fff", "stroke-width": size / 7, "stroke-opacity": 0.75 }, pattern);
    } else if (kind.pattern === "hatch" || kind.pattern === "grey") {
      map.svg("path", { d: LINES.hatch(size), stroke: "#767676", "stroke-width": size / 9 }, pattern);
    } else if (kind.pattern === "dots") {
      map.svg("circle", { cx: size / 2, cy: size / 2, r: size / 9, fill: "#0b0c0c", "fill-opacity": 0.45 }, pattern);
    }
  }

  // the patterns of a drawing; unit: a thousandth of the height that is looked at
  function addPatterns(panel, unit) {
    const drawn = panel.drawn, inset = panel.shapes.inset, classes = panel.payload.classes;
    // they are kept while they stay the same: making them anew repaints every area
    const wanted = unit + classes.map(function (kind) { return kind.key + kind.pattern; }).join();
    if (drawn.patterns === wanted) return;
    drawn.patterns = wanted;
    drawn.defs.querySelectorAll("pattern").forEach(function (pattern) { pattern.remove(); });
    classes.forEach(function (kind) {
      if (!kind.pattern) return;
      addPattern(drawn.defs, kind, patternId(panel, kind), 16 * unit);
      if (inset) addPattern(drawn.defs, kind, patternId(panel, kind, true), 16 * unit * inset.from[2] / inset.to[2]);
    });
  }

  // a small sample of a class for the legend; `apart` keeps its id from that of another sample in the document
  function swatch(panel, kind, apart) {
    const svg = map.svg("svg", { width: 28, height: 20, class: "wh-swatch", "aria-hidden": "true", focusable: "false" });
    const id = "wh-swatch-" + panel.name + "-" + kind.key + (apart || "");
    if (kind.pattern) addPattern(map.svg("defs", {}, svg), kind, id, 9);
    map.svg("rect", {
      x: 1, y: 1, width: 26, height: 18, fill: kind.pattern ? "url(#" + id + ")" : kind.colour, stroke: "#0b0c0c"
    }, svg);
    return svg;
  }

  Object.assign(map, { colour: colour, addPatterns: addPatterns, swatch: swatch });
})();
