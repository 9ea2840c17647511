// Names on the map: the chosen areas, cities and regions, and boroughs at the edge of the enlarged London. Where two would
// overlap, the less important one is left out until the reader zooms in.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const LINE = 16, GAP = 3, DOT = 6; // px
  const FEW = 5, CLOSE = 2.2; // cities on a narrow frame, until it is zoomed in so many times
  const MOST_OWN = 5;

  function text(parent, className, lines, anchor) {
    const node = map.svg("text", { class: className, "text-anchor": anchor }, parent);
    lines.forEach(function (line, i) {
      map.svg("tspan", { x: 0, dy: i ? LINE : 0 }, node).textContent = line;
    });
    return node;
  }

  // made once a drawing: [{node, dot, what, x, y, anchor, lines, width}]
  function build(panel) {
    const drawn = panel.drawn, shapes = drawn.shapes;
    drawn.names = (shapes.labels || []).map(function (label) {
      const group = map.svg("g", { class: "wh-map-label wh-map-" + label[0] }, drawn.labels);
      if (label[0] === "city") map.svg("circle", { r: 2.2 }, group);
      return {
        group: group, node: text(group, label[0] === "city" ? "wh-map-name-city" : "wh-map-name-region", label[1], label[4]),
        what: label[0], lines: label[1].length, x: label[2], y: label[3], anchor: label[4], width: 0
      };
    });
    if (!shapes.labels || !shapes.labels.length) nameRegions(drawn);
    if (drawn.inset) nameEdges(drawn);
  }

  // on hexagons a region's name stands in the middle of its areas
  function nameRegions(drawn) {
    const regions = drawn.shapes.regions, at = map.AREA;
    if (!regions) return;
    regions.names.forEach(function (name, region) {
      const inside = drawn.shapes.areas.filter(function (_, place) { return regions.of[place] === region; });
      const mean = function (place, size) { return inside.reduce(function (sum, area) { return sum + area[place] + area[size] / 2; }, 0) / inside.length; };
      if (inside.length < 2) return;
      const group = map.svg("g", { class: "wh-map-label wh-map-region" }, drawn.labels);
      drawn.names.push({
        group: group, node: text(group, "wh-map-name-region", [name], "middle"), what: "region", lines: 1,
        x: mean(at.X, at.WIDTH), y: mean(at.Y, at.HEIGHT), anchor: "middle", width: 0
      });
    });
  }

  // the outermost areas of London in each direction
  function nameEdges(drawn) {
    const shapes = drawn.shapes, at = map.AREA, areas = shapes.inset.areas.map(function (place) { return shapes.areas[place]; });
    const middle = function (area) { return [area[at.X] + area[at.WIDTH] / 2, area[at.Y] + area[at.HEIGHT] / 2]; };
    const outermost = function (sign, axis) {
      return areas.reduce(function (best, area) { return sign * middle(area)[axis] > sign * middle(best)[axis] ? area : best; });
    };
    const edges = new Set([outermost(-1, 0), outermost(1, 0), outermost(-1, 1), outermost(1, 1)]);
    drawn.outermost = Array.from(edges).map(function (area) {
      const name = map.words.shortName(area[at.NAME]).replace(/ \(\w+\)$| London$/, "");
      return { node: text(drawn.inset.labels, "wh-map-name-city", [name], "middle"), at: middle(area) };
    });
  }

  // ---- placing ------------------------------------------------------------------------------------

  function overlaps(box, others) {
    return others.some(function (other) {
      return box[0] < other[2] + GAP && other[0] < box[2] + GAP && box[1] < other[3] + GAP && other[1] < box[3] + GAP;
    });
  }

  function boxOf(x, y, width, lines, anchor) {
    const left = anchor === "end" ? x - width : anchor === "middle" ? x - width / 2 : x;
    return [left, y - 12, left + width, y + 4 + (lines - 1) * LINE];
  }

  function isInside(box, frame) { return box[0] >= 2 && box[1] >= 2 && box[2] <= frame.width - 2 && box[3] <= frame.height - 2; }

  function put(node, x, y) { node.setAttribute("transform", "translate(" + x.toFixed(1) + " " + y.toFixed(1) + ")"); }

  // the tests of one label; true where it stands there now
  function placeOne(label, x, y, taken, frame) {
    const isCity = label.what === "city", anchor = label.anchor, nudge = isCity ? (anchor === "end" ? -DOT : DOT) : 0;
    const box = boxOf(x + nudge, y + 4, label.width, label.lines, anchor);
    const isFree = isInside(box, frame) && !overlaps(box, taken);
    if (isFree) {
      put(label.group, x, y);
      label.node.setAttribute("transform", "translate(" + nudge + " 4)");
      taken.push(box);
    }
    return isFree;
  }

  function place(panel) {
    const drawn = panel.drawn, frame = drawn.frame, stage = map.stageOf(drawn), k = drawn.view.k;
    if (!drawn.names) build(panel);
    if (!drawn.names.every(function (label) { return label.width; })) measure(drawn);
    const taken = [];
    if (drawn.inset && drawn.inset.root.style.display !== "none") {
      const box = drawn.inset.box;
      taken.push([box[0], box[1], box[0] + box[2], box[1] + box[3]]);
    }
    // the buttons (assets/map.css)
    taken.push(frame.isWide ? [frame.width - 54, frame.height - 102, frame.width, frame.height] : [0, 0, 58, 110]);
    placeOwn(panel, stage, taken);
    let cities = 0;
    drawn.names.forEach(function (label) {
      const isWanted = frame.isWide || k >= CLOSE || (label.what === "city" && cities < FEW);
      const isShown = isWanted && placeOne(label, stage.x + label.x * stage.k, stage.y + label.y * stage.k, taken, frame);
      if (isShown && label.what === "city") cities += 1;
      label.group.style.display = isShown ? "" : "none";
    });
    placeEdges(drawn);
  }

  function measure(drawn) {
    drawn.names.forEach(function (label) {
      label.width = Math.max(...Array.from(label.node.childNodes).map(function (line) { return line.getComputedTextLength(); }), 1);
    });
  }

  // the names of the chosen areas stand over all others
  function placeOwn(panel, stage, taken) {
    const drawn = panel.drawn, at = map.AREA, chosen = map.singleCodes().slice(0, MOST_OWN);
    const wanted = chosen.join();
    if (drawn.ownOf !== wanted) {
      drawn.ownOf = wanted;
      drawn.own.replaceChildren();
      drawn.owns = chosen.map(function (code) {
        const area = map.areaOf(panel, code);
        return area && { area: area, node: text(drawn.own, "wh-map-name-own", [map.words.shortName(area[at.NAME])], "start") };
      }).filter(Boolean);
      drawn.owns.forEach(function (own) { own.width = own.node.getComputedTextLength(); });
    }
    (drawn.owns || []).forEach(function (own) {
      const area = own.area, right = stage.x + (area[at.X] + area[at.WIDTH]) * stage.k + 7, left = stage.x + area[at.X] * stage.k - 7;
      const y = stage.y + (area[at.Y] + area[at.HEIGHT] / 2) * stage.k + 4;
      const places = [["start", right], ["end", left]].map(function (pair) { return { anchor: pair[0], x: pair[1], box: boxOf(pair[1], y, own.width, 1, pair[0]) }; });
      const found = places.find(function (one) { return isInside(one.box, drawn.frame) && !overlaps(one.box, taken); });
      own.node.style.display = found ? "" : "none";
      if (!found) return;
      own.node.setAttribute("text-anchor", found.anchor);
      put(own.node, found.x, y);
      taken.push(found.box);
    });
  }

  function placeEdges(drawn) {
    if (!drawn.outermost) return;
    const inset = drawn.inset, box = inset.box, isShown = drawn.frame.isWide, taken = [];
    drawn.outermost.forEach(function (edge) {
      edge.node.style.display = isShown ? "" : "none";
      if (!isShown) return;
      const width = edge.node.getComputedTextLength(), y = inset.y + edge.at[1] * inset.k + 4;
      const x = Math.min(Math.max(inset.x + edge.at[0] * inset.k, box[0] + width / 2 + 5), box[0] + box[2] - width / 2 - 5);
      const own = boxOf(x, y, width, 1, "middle"), fits = width < box[2] - 10 && !overlaps(own, taken);
      edge.node.style.display = fits ? "" : "none";
      if (fits) taken.push(own);
      put(edge.node, x, y);
    });
  }

  map.placeLabels = place;
})();
