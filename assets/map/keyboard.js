// The map by keyboard: one area takes part in the order of Tab, arrow keys and letters go from area to area in the order
// of the table, Enter chooses one, Space adds one.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  function setRoving(panel, code, hasFocus) {
    const before = panel.drawn.paths.get(panel.roving), now = panel.drawn.paths.get(code);
    if (before) before.setAttribute("tabindex", "-1");
    if (now) now.setAttribute("tabindex", "0");
    panel.roving = code;
    if (hasFocus && now) now.focus();
  }

  // after a change: the same area as before, or the first chosen one, or the first
  function keepRoving(panel) {
    const isThere = function (code) { return panel.order.some(function (record) { return record.code === code; }); };
    if (isThere(panel.roving) || !panel.order.length) return;
    setRoving(panel, map.chosenCodes().find(isThere) || panel.order[0].code, false);
  }

  // the next area that begins with a letter; -1 where there is none
  function withLetter(order, from, letter) {
    for (let step = 1; step <= order.length; step += 1) {
      const place = (from + step) % order.length;
      if (order[place].name[0].toLowerCase() === letter.toLowerCase()) return place;
    }
    return -1;
  }

  // the place that a key leads to; -1 where it leads nowhere
  function placeAfter(event, order, from) {
    switch (event.key) {
      case "ArrowRight": case "ArrowDown": return (from + 1) % order.length;
      case "ArrowLeft": case "ArrowUp": return (from - 1 + order.length) % order.length;
      case "Home": return 0;
      case "End": return order.length - 1;
      default: return /^[a-z]$/i.test(event.key) && !event.ctrlKey ? withLetter(order, from, event.key) : -1;
    }
  }

  document.addEventListener("keydown", function (event) {
    const path = map.areaAt(event);
    if (!path || event.altKey || event.metaKey) return;
    if (event.key === "Escape") { map.leave(); return; }
    const code = path.dataset.areaCode;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      map.choose(code, event.key === " " || event.ctrlKey || event.shiftKey);
      return;
    }
    const panel = map.panelOf(path), order = panel.order;
    const next = placeAfter(event, order, order.findIndex(function (record) { return record.code === code; }));
    if (next < 0) return;
    event.preventDefault();
    setRoving(panel, order[next].code, true);
  });

  Object.assign(map, { setRoving: setRoving, keepRoving: keepRoving });
})();
