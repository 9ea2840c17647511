// Turns the payload of a map into one record for each area. Numbers stay whole numbers of the last decimal shown, as the
// server sends them (dashboard/figures/map.py), so that nothing is rounded twice.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  const DIGITS = Array.from({ length: 94 }, function (_, i) { return String.fromCharCode(32 + i); })
    .filter(function (digit) { return digit !== '"' && digit !== "\\"; }).join("");
  const PLACES = new Map(Array.from(DIGITS).map(function (digit, i) { return [digit, i]; }));

  // as packed by dashboard/figures/map.py: [lowest, width, text]
  function unpack(pack) {
    const lowest = pack[0], width = pack[1], text = pack[2], length = text.length / width;
    return Array.from({ length: length }, function (_, i) {
      let number = lowest;
      for (let place = 0; place < width; place += 1) {
        const digit = PLACES.get(text[place * length + i]);
        if (digit === undefined) return null;
        number += digit * Math.pow(DIGITS.length, place);
      }
      return number;
    });
  }

  // {value, lower, upper}: the limits are sent as distances from the value, null where there are none
  function withLimits(value, below, skew) {
    if (value === null || below === null) return { value: value, lower: null, upper: null };
    return { value: value, lower: value - below, upper: value + below + skew };
  }

  // by the place of an area: the status of one without a figure, and the reason of one whose course is not known
  function statusesOf(payload) {
    const found = {};
    Object.keys(payload.missing).forEach(function (status) {
      payload.missing[status].forEach(function (place) { found[place] = status; });
    });
    return found;
  }

  function reasonsOf(payload) {
    const found = {};
    (payload.reasons || []).forEach(function (pair) { pair[1].forEach(function (place) { found[place] = pair[0]; }); });
    return found;
  }

  const NO_CHANGE = { value: null, lower: null, upper: null };

  // in the order of the drawing, which is by name; areas without a shape come last.
  // {place, code, name, value, lower, upper, compared, kind, status, reason, hasShape, region, change}: `compared` is a place in
  // payload.compared (the comparison), `kind` in payload.classes (the colour)
  function records(payload, shapes) {
    const statuses = statusesOf(payload), reasons = reasonsOf(payload);
    const value = unpack(payload.v), below = unpack(payload.lo), skew = unpack(payload.skew);
    const change = payload.d && { value: unpack(payload.d), below: unpack(payload.dlo), skew: unpack(payload.dskew) };
    const drawn = shapes.areas.map(function (area, i) {
      const compared = Number(payload.c[i]);
      return Object.assign(withLimits(value[i], below[i], skew[i]), {
        place: i, code: area[0], name: area[1], compared: compared, kind: payload.k ? Number(payload.k[i]) : compared,
        status: statuses[i] || "no_row", reason: reasons[i] || "", hasShape: true, region: map.regionOf(shapes, i),
        change: change ? withLimits(change.value[i], change.below[i], change.skew[i]) : NO_CHANGE
      });
    });
    return drawn.concat(payload.extra.map(function (area, i) {
      return Object.assign(withLimits(area[2], area[3], area[4]), {
        place: drawn.length + i, code: area[0], name: area[1], compared: area[5], kind: area[6],
        status: "no_row", reason: "", hasShape: false, region: "", change: NO_CHANGE
      });
    }));
  }

  map.records = records;
})();
