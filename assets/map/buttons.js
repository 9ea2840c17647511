// The buttons on the map: zoom in and out, and back to all of England.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  function addButtons(panel) {
    const group = map.html("div", "wh-map-zoom", null, panel.frame);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "Zoom");
    const add = function (sign, words, act) {
      const button = map.html("button", "wh-map-zoom-button", sign, group);
      button.type = "button";
      button.setAttribute("aria-label", words);
      button.title = words;
      button.addEventListener("click", act);
      return button;
    };
    panel.buttons = {
      all: add("⤢", "Show all of England", function () {
        const params = new URLSearchParams(window.location.search);
        if (params.has("zoom") || params.has("parent")) window.workhealth.change({ zoom: null, parent: null });
        map.zoomWhole(panel);
        panel.buttons.in.focus({ preventScroll: true });
      }),
      in: add("+", "Zoom in", function () { map.zoomBy(panel, true); }),
      out: add("−", "Zoom out", function () { map.zoomBy(panel, false); })
    };
    panel.buttons.all.hidden = panel.buttons.out.disabled = true;
  }

  // what they would do now; `most` says that the map cannot be larger
  function refresh(panel, isZoomed, isMost) {
    panel.buttons.out.disabled = !isZoomed;
    panel.buttons.all.hidden = !isZoomed;
    panel.buttons.in.disabled = isMost;
  }

  Object.assign(map, { addZoomButtons: addButtons, refreshZoomButtons: refresh });
})();
