// Choose several areas by drawing round them or by a click on each: with Shift held, or with the button "Select areas" pressed.
// The keyboard's way is Space on each area (assets/map/keyboard.js).
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const SHORTEST = 12; // px; less is a click
  let line = null; // while it is drawn: {panel, svg, path, points, from, far}
  let ended = -Infinity; // when the last line was, in ms

  function inDrawing(svg, event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [at.x, at.y];
  }

  // even-odd rule
  function holds(points, x, y) {
    let inside = false;
    for (let i = 0, j = points.length - 1; i < points.length; j = i, i += 1) {
      const a = points[i], b = points[j];
      if ((a[1] > y) !== (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]) inside = !inside;
    }
    return inside;
  }

  // areas whose middle lies inside, where they stand or enlarged
  function inside(panel, points) {
    const drawn = panel.drawn, inset = drawn.inset, stage = map.stageOf(drawn);
    const boxes = new Map(panel.shapes.areas.map(function (area) { return [area[0], area]; }));
    return panel.order.filter(function (record) {
      const area = boxes.get(record.code), x = area[3] + area[5] / 2, y = area[4] + area[6] / 2;
      if (holds(points, stage.x + x * stage.k, stage.y + y * stage.k)) return true;
      if (!inset || !drawn.clones.has(record.code) || inset.root.style.display === "none") return false;
      return holds(points, inset.x + x * inset.k, inset.y + y * inset.k);
    }).map(function (record) { return record.code; });
  }

  document.addEventListener("pointerdown", function (event) {
    const svg = event.target.closest && event.target.closest(".wh-map-svg"), panel = svg && map.panelOf(svg);
    if (!panel || event.button !== 0) return;
    if (!event.shiftKey && !map.drawsRound()) return;
    event.preventDefault();
    const path = map.svg("path", { class: "wh-map-lasso", "aria-hidden": "true" }, svg);
    line = { panel: panel, svg: svg, path: path, points: [inDrawing(svg, event)], from: [event.clientX, event.clientY], far: 0 };
    svg.setPointerCapture(event.pointerId);
  });

  document.addEventListener("pointermove", function (event) {
    if (!line) return;
    line.points.push(inDrawing(line.svg, event));
    line.far = Math.max(line.far, Math.hypot(event.clientX - line.from[0], event.clientY - line.from[1]));
    line.path.setAttribute("d", "M" + line.points.map(function (point) { return point[0].toFixed(1) + " " + point[1].toFixed(1); }).join("L") + "Z");
  });

  function finish(isChosen) {
    const done = line;
    line = null;
    if (!done) return;
    done.path.remove();
    if (!isChosen) return;
    if (done.far < SHORTEST || done.points.length < 3) { chooseAt(done); return; }
    ended = performance.now();
    const codes = inside(done.panel, done.points);
    if (codes.length) map.chooseInside(codes);
    else map.say("No area has its middle inside the line.");
  }

  // a click: the drawing has captured the pointer, so the area below it does not hear of it
  function chooseAt(done) {
    const path = document.elementFromPoint(done.from[0], done.from[1]), area = path && path.closest(".wh-area");
    if (!area || map.panelOf(area) !== done.panel) return;
    ended = performance.now();
    map.setRoving(done.panel, area.dataset.areaCode, false);
    map.choose(area.dataset.areaCode, true);
  }

  document.addEventListener("pointerup", function () { finish(true); });
  document.addEventListener("pointercancel", function () { finish(false); });

  // whether a click is the end of a line and not a choice of one area
  map.endedLine = function () { return performance.now() - ended < 300; };
})();
