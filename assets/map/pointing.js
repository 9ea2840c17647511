// Pointing at an area: its tip, and the same area with its value on the other map.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  let pointed = null; // the area under the pointer, whose browser tip is removed

  function writeTip(panel, record) {
    const payload = panel.payload, tip = panel.tip;
    const line = function (text, className) { if (text) map.html("span", className, text, tip); };
    tip.replaceChildren();
    map.html("strong", null, record.name, tip);
    if (record.value === null) { line(map.words.status(record)); return; }
    const between = map.words.interval(payload, record);
    line(map.words.withUnit(payload, record.value), "wh-tip-value");
    line(between && "95% interval " + between);
    line(map.words.comparison(payload, record));
    line(map.words.coloured(payload, record));
    line(map.words.isIllustrative(payload, record) && window.workhealthVocabulary.illustrative.figure);
  }

  // beside the pointer, or beside the middle of the area
  function placeTip(panel, path, event) {
    const tip = panel.tip, box = panel.frame.getBoundingClientRect(), area = path && path.getBoundingClientRect();
    const x = (event ? event.clientX : area.left + area.width / 2) - box.left;
    const y = (event ? event.clientY : area.top + area.height / 2) - box.top;
    const fitsBelow = y + 18 + tip.offsetHeight < box.height;
    tip.style.left = Math.min(Math.max(x + 14, 0), Math.max(box.width - tip.offsetWidth - 2, 0)) + "px";
    tip.style.top = Math.max(fitsBelow ? y + 18 : y - tip.offsetHeight - 12, 0) + "px";
  }

  function showTip(panel, record, event) {
    writeTip(panel, record);
    panel.tip.hidden = false;
    placeTip(panel, panel.drawn.paths.get(record.code), event);
  }

  function point(panel, code, event) {
    const record = panel.byCode.get(code);
    if (record) showTip(panel, record, event);
    map.eachPanel(function (other) { if (other !== panel && !other.root.hidden) link(other, code); });
  }

  // the same area on the other map
  function link(other, code) {
    if (other.linked === code) return;
    other.linked = code;
    const group = other.drawn.svg.querySelector(".wh-map-links"), record = other.byCode.get(code);
    group.replaceChildren();
    if (!record || !record.hasShape) { other.tip.hidden = true; return; }
    map.outline(other, group, code, "wh-mark-ground");
    map.outline(other, group, code, "wh-mark wh-mark-linked");
    showTip(other, record, null);
  }

  function leave() {
    map.eachPanel(function (panel) {
      panel.tip.hidden = true;
      panel.linked = null;
      panel.drawn.svg.querySelector(".wh-map-links").replaceChildren();
    });
  }

  function restoreTitle() {
    if (pointed) pointed.firstChild.textContent = pointed.getAttribute("aria-label");
    pointed = null;
  }

  // the path of an area that an event is about; null elsewhere
  function areaAt(event) {
    const path = event.target.closest && event.target.closest(".wh-area");
    return path && map.panelOf(path) ? path : null;
  }

  document.addEventListener("pointermove", function (event) {
    const path = areaAt(event);
    if (!path) { if (pointed) { restoreTitle(); leave(); } return; }
    if (pointed !== path) {
      restoreTitle();
      if (path.firstChild && path.firstChild.nodeName === "title") {
        path.firstChild.textContent = ""; // our own tip says it; the browser's would cover it
        pointed = path;
      }
    }
    point(map.panelOf(path), path.dataset.areaCode, event);
  });
  document.addEventListener("pointerout", function (event) { if (areaAt(event)) { restoreTitle(); leave(); } });
  document.addEventListener("focusin", function (event) {
    const path = areaAt(event);
    if (path) point(map.panelOf(path), path.dataset.areaCode, null);
  });
  document.addEventListener("focusout", function (event) { if (areaAt(event)) leave(); });

  document.addEventListener("click", function (event) {
    const path = areaAt(event);
    if (!path || map.endedLine()) return;
    const code = path.dataset.areaCode, panel = map.panelOf(path);
    if (panel.order.some(function (record) { return record.code === code; })) map.setRoving(panel, code, false);
    map.choose(code, event.ctrlKey || event.metaKey || event.shiftKey);
  });

  Object.assign(map, { areaAt: areaAt, leave: leave, isPointedAt: function (path) { return path === pointed; } });
})();
