// Which areas lie beside which, and where their middles are: read out of the shapes the first time that an arrow key is used.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const WIDEST = Math.PI / 3; // of the direction of the key, for a neighbour; half of it beyond neighbours
  const DIRECTIONS = { ArrowRight: 0, ArrowDown: Math.PI / 2, ArrowLeft: Math.PI, ArrowUp: -Math.PI / 2 };

  // the rings of a path of relative whole numbers, as lists of [x, y]
  function ringsOf(path) {
    return path.split("M").filter(Boolean).map(function (part) {
      const numbers = part.match(/-?\d+/g).map(Number);
      // an islet is written as a box
      if (part.includes("h")) return [[numbers[0], numbers[1]], [numbers[0] + 2, numbers[1]], [numbers[0] + 2, numbers[1] + 2]];
      let x = 0, y = 0;
      const ring = [];
      for (let i = 0; i + 1 < numbers.length; i += 2) {
        x += numbers[i];
        y += numbers[i + 1];
        ring.push([x, y]);
      }
      return ring;
    });
  }

  // [area, x, y] of a ring: its area and the middle of it
  function middleOf(ring) {
    let twice = 0, x = 0, y = 0;
    ring.forEach(function (point, i) {
      const next = ring[(i + 1) % ring.length], cross = point[0] * next[1] - next[0] * point[1];
      twice += cross;
      x += (point[0] + next[0]) * cross;
      y += (point[1] + next[1]) * cross;
    });
    if (!twice) return [0, ring[0][0], ring[0][1]];
    return [Math.abs(twice / 2), x / (3 * twice), y / (3 * twice)];
  }

  // {middles, beside}: by code
  function read(shapes) {
    const middles = new Map(), at = new Map(), beside = new Map();
    shapes.areas.forEach(function (area) {
      const code = area[map.AREA.CODE], rings = ringsOf(area[map.AREA.PATH]);
      const largest = rings.map(middleOf).reduce(function (best, one) { return one[0] > best[0] ? one : best; });
      middles.set(code, [largest[1], largest[2]]);
      beside.set(code, new Set());
      rings.forEach(function (ring) {
        ring.forEach(function (point) {
          const key = point[0] * 100000 + point[1];
          if (!at.has(key)) at.set(key, new Set());
          at.get(key).add(code);
        });
      });
    });
    at.forEach(function (codes) {
      if (codes.size < 2) return;
      codes.forEach(function (code) { codes.forEach(function (other) { if (other !== code) beside.get(code).add(other); }); });
    });
    return { middles: middles, beside: beside };
  }

  // the nearest of some areas that lie within an angle of a direction; undefined where none does
  function towards(middles, code, codes, direction, widest) {
    const from = middles.get(code);
    let best, least = Infinity;
    codes.forEach(function (other) {
      const to = middles.get(other), right = to[0] - from[0], down = to[1] - from[1];
      const off = Math.abs(Math.atan2(Math.sin(Math.atan2(down, right) - direction), Math.cos(Math.atan2(down, right) - direction)));
      // straight on goes before near
      const cost = Math.hypot(right, down) * (1 + 2 * off * off);
      if (other !== code && off <= widest && cost < least) { least = cost; best = other; }
    });
    return best;
  }

  // the area that an arrow key leads to: a neighbour, or else the nearest in that direction, across water too
  function neighbour(panel, code, key) {
    if (!panel.neighbours) panel.neighbours = read(panel.shapes);
    const found = panel.neighbours, inView = panel.order.map(function (record) { return record.code; });
    const beside = inView.filter(function (other) { return found.beside.get(code).has(other); });
    return towards(found.middles, code, beside, DIRECTIONS[key], WIDEST) || towards(found.middles, code, inView, DIRECTIONS[key], WIDEST);
  }

  map.neighbour = neighbour;
})();
