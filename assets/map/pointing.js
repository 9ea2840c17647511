// Pointing at an area: a tip beside it with a line to it, a ring where it has the focus, and the same area on the other map.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const GAP = 26, EDGE = 8; // px between tip and area, and between tip and frame
  let pointed = null; // the area under the pointer, whose browser tip is removed

  function writeTip(panel, record) {
    const payload = panel.payload, tip = panel.tip;
    const line = function (text, className) { if (text) map.html("span", className, text, tip); };
    tip.replaceChildren();
    map.html("strong", null, record.name, tip);
    if (record.value === null) { line(map.words.status(record)); return; }
    const between = map.words.interval(payload, record);
    line(map.words.withUnit(payload, record.value) + (between ? " (" + between + ")" : ""));
    line(map.words.comparison(payload, record));
    line(map.words.coloured(payload, record));
    line(map.words.isIllustrative(payload, record) && window.workhealthVocabulary.illustrative.figure);
  }

  // ---- the place of the tip ---------------------------------------------------------------------

  // [left, top, right, bottom] in the frame, in px
  function boxOf(panel, path) {
    const area = path.getBoundingClientRect(), frame = panel.drawn.svg.getBoundingClientRect();
    return [area.left - frame.left, area.top - frame.top, area.right - frame.left, area.bottom - frame.top];
  }

  function overlaps(a, b) { return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]; }

  // beside the area, never over it: in the sea where there is room, else at the side with more of it
  function placesOf(area, width, height, frame) {
    const x = (area[0] + area[2]) / 2, y = (area[1] + area[3]) / 2;
    const within = function (at, size, all) { return Math.min(Math.max(at, EDGE), Math.max(all - size - EDGE, EDGE)); };
    const level = within(y - height / 2, height, frame.height), sea = [EDGE, level];
    const left = [area[0] - GAP - width, level], right = [area[2] + GAP, level];
    const above = [within(x - width / 2, width, frame.width), area[1] - GAP - height], below = [within(x - width / 2, width, frame.width), area[3] + GAP];
    const sides = x > frame.width / 2 ? [right, left] : frame.isWide ? [sea, left, right] : [left, right];
    const ends = y > frame.height / 2 ? [above, below] : [below, above];
    const corners = [sea, [EDGE, EDGE], [frame.width - width - EDGE, EDGE], [EDGE, frame.height - height - EDGE], [frame.width - width - EDGE, frame.height - height - EDGE]];
    return sides.concat(ends, corners).filter(function (at) {
      return at[0] >= 0 && at[1] >= 0 && at[0] + width <= frame.width && at[1] + height <= frame.height;
    });
  }

  // the enlarged London is not covered by the tip of another area
  function insetOf(panel, path) {
    const inset = panel.drawn.inset;
    if (!inset || inset.root.style.display === "none" || inset.root.contains(path)) return null;
    return [inset.box[0], inset.box[1], inset.box[0] + inset.box[2], inset.box[1] + inset.box[3]];
  }

  function placeTip(panel, path) {
    const tip = panel.tip, frame = panel.drawn.frame, area = boxOf(panel, path), width = tip.offsetWidth, height = tip.offsetHeight;
    const inset = insetOf(panel, path), isFree = function (at, others) {
      return others.every(function (other) { return !overlaps([at[0], at[1], at[0] + width, at[1] + height], other); });
    };
    const places = placesOf(area, width, height, frame), around = [area[0] - EDGE, area[1] - EDGE, area[2] + EDGE, area[3] + EDGE];
    const free = places.find(function (at) { return isFree(at, inset ? [around, inset] : [around]); }) || places.find(function (at) { return isFree(at, [area]); });
    const at = free || [EDGE, EDGE];
    const svg = panel.drawn.svg.getBoundingClientRect(), outer = panel.frame.getBoundingClientRect();
    tip.style.left = at[0] + svg.left - outer.left - panel.frame.clientLeft + "px";
    tip.style.top = at[1] + svg.top - outer.top - panel.frame.clientTop + "px";
    drawLead(panel, area, [at[0], at[1], at[0] + width, at[1] + height], Boolean(free));
  }

  function nearest(box, x, y) { return [Math.min(Math.max(x, box[0]), box[2]), Math.min(Math.max(y, box[1]), box[3])]; }

  // from the tip to the area: to the middle of a small one, to the edge of a large one
  function drawLead(panel, area, tip, isFree) {
    const lead = panel.drawn.lead, x = (area[0] + area[2]) / 2, y = (area[1] + area[3]) / 2;
    lead.replaceChildren();
    if (!isFree) return;
    const isSmall = area[2] - area[0] < 30 && area[3] - area[1] < 30, from = nearest(tip, x, y), to = isSmall ? [x, y] : nearest(area, from[0], from[1]);
    map.svg("line", { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, lead);
  }

  function showTip(panel, record, path) {
    writeTip(panel, record);
    panel.tip.hidden = false;
    panel.tipOf = path || panel.drawn.paths.get(record.code);
    placeTip(panel, panel.tipOf);
  }

  function hideTip(panel) {
    panel.tip.hidden = true;
    panel.tipOf = null;
    panel.drawn.lead.replaceChildren();
  }

  // ---- pointing -----------------------------------------------------------------------------------

  function point(panel, code, path) {
    const record = panel.byCode.get(code);
    if (record && !(panel.tipOf && panel.tipOf === path && !panel.tip.hidden)) showTip(panel, record, path);
    map.eachPanel(function (other) { if (other !== panel && !other.root.hidden) link(other, code); });
  }

  // the same area on the other map
  function link(other, code) {
    if (other.linked === code) return;
    other.linked = code;
    const group = other.drawn.svg.querySelector(".wh-map-links"), record = other.byCode.get(code);
    group.replaceChildren();
    if (!record || !record.hasShape) { hideTip(other); return; }
    map.outline(other, group, code, "wh-mark-ground");
    map.outline(other, group, code, "wh-mark wh-mark-linked");
    showTip(other, record, null);
  }

  function leave() {
    map.eachPanel(function (panel) {
      hideTip(panel);
      panel.linked = null;
      panel.drawn.svg.querySelector(".wh-map-links").replaceChildren();
    });
  }

  // three lines on top of everything: black, yellow, black
  function ring(panel, code) {
    panel.drawn.svg.querySelectorAll(".wh-map-focus").forEach(function (group) {
      group.replaceChildren();
      if (!code || (group.classList.contains("wh-inset-focus") && !panel.drawn.clones.has(code))) return;
      ["wh-focus-outer", "wh-focus-middle", "wh-focus-inner"].forEach(function (name) { map.outline(panel, group, code, name); });
    });
  }

  function restoreTitle() {
    if (pointed && pointed.firstChild) pointed.firstChild.textContent = pointed.getAttribute("aria-label");
    pointed = null;
  }

  // the path of an area that an event is about; null elsewhere
  function areaAt(event) {
    const path = event.target.closest && event.target.closest(".wh-area");
    return path && map.panelOf(path) ? path : null;
  }

  document.addEventListener("pointermove", function (event) {
    const path = areaAt(event);
    if (!path || event.buttons) { if (pointed) { restoreTitle(); leave(); } return; }
    if (pointed !== path) {
      restoreTitle();
      if (path.firstChild && path.firstChild.nodeName === "title") {
        path.firstChild.textContent = ""; // our own tip says it; the browser's would cover it
        pointed = path;
      }
    }
    point(map.panelOf(path), path.dataset.areaCode, path);
  });
  document.addEventListener("pointerout", function (event) {
    const path = areaAt(event);
    if (!path) return;
    restoreTitle();
    leave();
    // the area that has the focus keeps its tip
    const focused = document.activeElement, panel = map.panelOf(path);
    if (focused && focused.matches(".wh-area:focus-visible") && panel) point(map.panelOf(focused), focused.dataset.areaCode, focused);
  });
  document.addEventListener("focusin", function (event) {
    const path = areaAt(event), panel = path && map.panelOf(path);
    if (!panel) return;
    map.reveal(panel, path.dataset.areaCode);
    if (path.matches(":focus-visible")) ring(panel, path.dataset.areaCode);
    point(panel, path.dataset.areaCode, path);
  });
  document.addEventListener("focusout", function (event) {
    const path = areaAt(event);
    if (!path) return;
    ring(map.panelOf(path), null);
    leave();
  });

  document.addEventListener("click", function (event) {
    const path = areaAt(event);
    if (!path || map.endedLine() || event.detail > 1) return;
    const code = path.dataset.areaCode, panel = map.panelOf(path);
    if (panel.order.some(function (record) { return record.code === code; })) map.setRoving(panel, code, false);
    map.choose(code, event.ctrlKey || event.metaKey || event.shiftKey);
  });

  Object.assign(map, {
    areaAt: areaAt, leave: leave, isPointedAt: function (path) { return path === pointed; },
    placeTipAgain: function (panel) { if (panel.tipOf && !panel.tip.hidden) placeTip(panel, panel.tipOf); }
  });
})();
