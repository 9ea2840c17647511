// An interval drawn in a row of a table: a line from limit to limit, a mark at the value, the benchmark behind it.
// The cell's words say the same, so that the drawing is hidden from screen readers.
(function () {
  "use strict";

  const NS = "http://www.w3.org/2000/svg";
  const CIRCLE = "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0Z", DIAMOND = "M0 -5.5L5.5 0L0 5.5L-5.5 0Z", SQUARE = "M-4 -4H4V4H-4Z";
  const UP = "M0 -5.5L5.5 4.5L-5.5 4.5Z", DOWN = "M0 5.5L5.5 -4.5L-5.5 -4.5Z";
  // the same shapes as in charts and keys (dashboard/figures/symbols.py)
  const SHAPES = { better: DIAMOND, higher: UP, worse: SQUARE, lower: DOWN };

  function part(name, attributes) {
    const made = document.createElementNS(NS, name);
    Object.entries(attributes).forEach(function (pair) { made.setAttribute(pair[0], pair[1]); });
    return made;
  }

  // scale: {from, to, mark}; numbers: [lower, value, upper, own benchmark]; kind: the comparison
  function bar(scale, numbers, kind) {
    const span = scale.to - scale.from || 1;
    const at = function (value) { return (3 + 94 * (value - scale.from) / span).toFixed(2) + "%"; };
    const mark = numbers.length > 3 ? numbers[3] : scale.mark;
    const drawing = part("svg", { "class": "wh-bar", "aria-hidden": "true", width: "100%", height: "14", focusable: "false" });
    drawing.appendChild(part("line", { "class": "wh-bar-ground", x1: "0", x2: "100%", y1: "7", y2: "7" }));
    if (mark !== null && mark !== undefined) {
      drawing.appendChild(part("line", { "class": "wh-bar-benchmark", x1: at(mark), x2: at(mark), y1: "0", y2: "14" }));
    }
    drawing.appendChild(part("line", { "class": "wh-bar-interval", x1: at(numbers[0]), x2: at(numbers[2]), y1: "7", y2: "7" }));
    const place = part("svg", { x: at(numbers[1]), y: "7", overflow: "visible" });
    place.appendChild(part("path", { "class": "wh-bar-value wh-bar-" + (kind || "not-compared").replace(/_/g, "-"), d: SHAPES[kind] || CIRCLE }));
    drawing.appendChild(place);
    return drawing;
  }

  window.workhealth = Object.assign(window.workhealth || {}, { bar: bar });
})();
