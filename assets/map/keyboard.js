// The map by keyboard: one area takes part in the order of Tab. Arrow keys go to the neighbour in that direction, Page Up and
// Page Down from A to Z, letters to the next name that begins so. Enter chooses, Space adds, Escape leaves; + − and 0 zoom,
// Shift with an arrow key moves the map.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const MOVES = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

  function setRoving(panel, code, hasFocus) {
    const before = panel.drawn.paths.get(panel.roving), now = panel.drawn.paths.get(code);
    if (before) before.setAttribute("tabindex", "-1");
    if (now) now.setAttribute("tabindex", "0");
    panel.roving = code;
    if (hasFocus && now) now.focus({ preventScroll: true });
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

  // the place in the order by name that a key leads to; -1 where it leads nowhere
  function placeAfter(event, order, from) {
    switch (event.key) {
      case "PageDown": return (from + 1) % order.length;
      case "PageUp": return (from - 1 + order.length) % order.length;
      case "Home": return 0;
      case "End": return order.length - 1;
      default: return /^[a-z]$/i.test(event.key) && !event.ctrlKey ? withLetter(order, from, event.key) : -1;
    }
  }

  // the area that has the focus stays where it is
  function zoomKey(panel, key, code) {
    if (key === "+" || key === "=") map.zoomBy(panel, true, code);
    else if (key === "-" || key === "−") map.zoomBy(panel, false, code);
    else if (key === "0") map.zoomWhole(panel);
    else return false;
    return true;
  }

  // what comes after the areas in the order of Tab
  function leaveMap(panel) {
    map.leave();
    panel.buttons.in.focus({ preventScroll: true });
  }

  // true where the key did something
  function handle(event, panel, code) {
    if (event.key === "Escape") { leaveMap(panel); return true; }
    if (event.key === "Enter" || event.key === " ") {
      map.choose(code, event.key === " " || event.ctrlKey || event.shiftKey || map.drawsRound());
      return true;
    }
    const moves = MOVES[event.key];
    if (moves && event.shiftKey) { map.moveMap(panel, moves[0], moves[1]); return true; }
    if (!event.ctrlKey && zoomKey(panel, event.key, code)) return true;
    if (moves) {
      const next = map.neighbour(panel, code, event.key);
      if (next) setRoving(panel, next, true);
      return true;
    }
    const order = panel.order, place = placeAfter(event, order, order.findIndex(function (record) { return record.code === code; }));
    if (place >= 0) setRoving(panel, order[place].code, true);
    return place >= 0;
  }

  document.addEventListener("keydown", function (event) {
    const path = map.areaAt(event);
    if (!path || event.altKey || event.metaKey) return;
    if (handle(event, map.panelOf(path), path.dataset.areaCode)) event.preventDefault();
  });

  Object.assign(map, { setRoving: setRoving, keepRoving: keepRoving });
})();
