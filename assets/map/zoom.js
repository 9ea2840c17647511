// What part of the map is looked at: by wheel, pinch, drag, buttons and keys, or because the address says so.
// d3-zoom (assets/vendor/VENDORED.md) is fetched once a map stands there.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const MOST = 16, STEP = 1.6; // times; of one press of a button
  const SHOWS_INSET = 1.5; // times up to which the enlarged London stays
  const LIBRARY = "/assets/vendor/d3-zoom.min.js?m=3.0.0";
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let asked = null;

  function library() {
    if (!asked) {
      asked = new Promise(function (resolve, reject) {
        const script = map.html("script", null, null, document.head);
        script.onload = function () { resolve(window.d3Zoom); };
        script.onerror = function () { asked = null; script.remove(); reject(new Error("d3-zoom could not be loaded")); };
        script.src = window.workhealth.at(LIBRARY);
      });
    }
    return asked;
  }

  // ---- showing a part -----------------------------------------------------------------------------

  // px in the frame from units of the drawing: {k, x, y}
  function stageOf(drawn) {
    const view = drawn.view, base = drawn.base;
    return { k: view.k * base.k, x: view.x + view.k * base.x, y: view.y + view.k * base.y };
  }

  function apply(panel) {
    const drawn = panel.drawn, stage = stageOf(drawn);
    const text = "translate(" + stage.x.toFixed(2) + " " + stage.y.toFixed(2) + ") scale(" + stage.k.toFixed(5) + ")";
    if (drawn.moved === text) return;
    drawn.moved = text;
    drawn.stages.forEach(function (node) { node.setAttribute("transform", text); });
    const isZoomed = drawn.view.k > 1.001;
    drawn.svg.classList.toggle("wh-zoomed", isZoomed);
    if (drawn.inset) drawn.inset.root.style.display = drawn.view.k > SHOWS_INSET ? "none" : "";
    map.refreshZoomButtons(panel, isZoomed, drawn.view.k >= MOST - 0.001);
    map.scalePatterns(panel, stage.k);
    map.placeLabels(panel);
    map.placeTipAgain(panel);
  }

  // {k, x, y} kept inside what there is
  function kept(drawn, view) {
    const k = Math.min(Math.max(view.k, 1), MOST), frame = drawn.frame;
    const hold = function (at, size) { return Math.min(Math.max(at, size * (1 - k)), 0); };
    return { k: k, x: hold(view.x, frame.width), y: hold(view.y, frame.height) };
  }

  function show(panel, wanted, isSmooth) {
    const drawn = panel.drawn, view = kept(drawn, wanted), behaviour = drawn.behaviour;
    if (!behaviour) { drawn.view = view; apply(panel); return; }
    const to = behaviour.d3.zoomIdentity.translate(view.x, view.y).scale(view.k);
    const target = isSmooth && !still.matches ? behaviour.svg.transition().duration(250) : behaviour.svg;
    target.call(behaviour.zoom.transform, to);
  }

  // px in the frame of the middle of an area
  function middleOf(panel, code) {
    const area = map.areaOf(panel, code), at = map.AREA, stage = stageOf(panel.drawn);
    return [stage.x + (area[at.X] + area[at.WIDTH] / 2) * stage.k, stage.y + (area[at.Y] + area[at.HEIGHT] / 2) * stage.k];
  }

  // an area, or the middle of the frame, stays where it is
  function by(panel, factor, code) {
    const drawn = panel.drawn, view = drawn.view, frame = drawn.frame, k = Math.min(Math.max(view.k * factor, 1), MOST), share = k / view.k;
    const still = code ? middleOf(panel, code) : [frame.width / 2, frame.height / 2];
    show(panel, { k: k, x: still[0] * (1 - share) + view.x * share, y: still[1] * (1 - share) + view.y * share }, true);
  }

  function move(panel, right, down) {
    const view = panel.drawn.view, frame = panel.drawn.frame;
    show(panel, { k: view.k, x: view.x - right * frame.width / 5, y: view.y - down * frame.height / 5 }, true);
  }

  function whole(panel) { show(panel, { k: 1, x: 0, y: 0 }, true); }

  // the box of the areas at some places, with a margin; all of the drawing without places
  function boxOf(shapes, places) {
    const at = map.AREA, areas = places ? shapes.areas.filter(function (_, place) { return places.has(place); }) : [];
    if (!areas.length) return null;
    const left = Math.min(...areas.map(function (area) { return area[at.X]; })), top = Math.min(...areas.map(function (area) { return area[at.Y]; }));
    const width = Math.max(...areas.map(function (area) { return area[at.X] + area[at.WIDTH]; })) - left;
    const height = Math.max(...areas.map(function (area) { return area[at.Y] + area[at.HEIGHT]; })) - top;
    // a single small area is shown with what lies around it
    const margin = Math.max(width * 0.08, height * 0.08, (shapes.height * 0.12 - Math.max(width, height)) / 2);
    return [left - margin, top - margin, width + 2 * margin, height + 2 * margin];
  }

  function fit(panel, places, isSmooth) {
    const drawn = panel.drawn, box = boxOf(drawn.shapes, places), frame = drawn.frame, base = drawn.base;
    if (!box) { show(panel, { k: 1, x: 0, y: 0 }, isSmooth); return; }
    const k = Math.min(frame.width / (box[2] * base.k), frame.height / (box[3] * base.k), MOST);
    show(panel, {
      k: k, x: frame.width / 2 - k * (base.x + (box[0] + box[2] / 2) * base.k), y: frame.height / 2 - k * (base.y + (box[1] + box[3] / 2) * base.k)
    }, isSmooth);
  }

  // places of the areas that the address asks for: those inside the parent or the chosen ones; null for all of England
  function placesInView(panel) {
    if (new URLSearchParams(window.location.search).get("zoom") === "chosen") {
      const chosen = map.chosenCodes().map(function (code) { return panel.byCode.get(code); })
        .filter(function (record) { return record && record.hasShape; });
      if (chosen.length) return new Set(chosen.map(function (record) { return record.place; }));
    }
    return panel.payload.only ? new Set(panel.payload.only) : null;
  }

  // what the address asks for, where that is another part than before: the reader's own zoom stays
  function zoom(panel, isResized) {
    // the width is read when it may have changed only: to read it in the middle of a change would lay the page out twice
    if (!panel.drawn.frame || isResized) map.layOut(panel);
    if (!panel.drawn.frame) return;
    const places = placesInView(panel), wanted = places ? Array.from(places).join() : "all", isFirst = !panel.drawn.fitted;
    if (panel.drawn.fitted !== wanted) {
      panel.drawn.fitted = wanted;
      if (!isFirst || places) fit(panel, places, !isFirst);
    }
    apply(panel);
    attach(panel);
  }

  // an area that takes the focus must be seen
  function reveal(panel, code) {
    const drawn = panel.drawn, frame = drawn.frame;
    if (!map.areaOf(panel, code) || drawn.view.k <= 1.001) return;
    const at = middleOf(panel, code), isSeen = at[0] > 40 && at[1] > 40 && at[0] < frame.width - 40 && at[1] < frame.height - 40;
    if (!isSeen) show(panel, { k: drawn.view.k, x: drawn.view.x + frame.width / 2 - at[0], y: drawn.view.y + frame.height / 2 - at[1] }, true);
  }

  // ---- by pointer ---------------------------------------------------------------------------------

  // a wheel alone, or one finger, scrolls the page
  function isMeant(event) {
    if (map.drawsRound()) return false;
    if (event.type === "wheel") return event.ctrlKey || event.metaKey;
    if (event.touches) return event.touches.length > 1;
    return !event.button && !event.shiftKey && !event.ctrlKey;
  }

  function attach(panel) {
    const drawn = panel.drawn;
    if (drawn.behaviour) { resize(drawn); return; }
    if (drawn.isAttaching) return;
    drawn.isAttaching = true;
    library().then(function (d3) {
      if (panel.drawn !== drawn) return;
      const zoom = d3.zoom().scaleExtent([1, MOST]).filter(isMeant).clickDistance(4);
      zoom.on("zoom", function (event) {
        const to = event.transform;
        drawn.view = { k: to.k, x: to.x, y: to.y };
        apply(panel);
      });
      const svg = d3.select(drawn.svg), view = drawn.view;
      drawn.behaviour = { d3: d3, zoom: zoom, svg: svg };
      resize(drawn);
      svg.call(zoom).on("dblclick.zoom", null);
      svg.call(zoom.transform, d3.zoomIdentity.translate(view.x, view.y).scale(view.k));
    }).catch(function (error) { drawn.isAttaching = false; console.error(error); });
  }

  function resize(drawn) {
    const corner = [drawn.frame.width, drawn.frame.height];
    drawn.behaviour.zoom.extent([[0, 0], corner]).translateExtent([[0, 0], corner]);
  }

  // a second click on an area shows its region, or all of England where that is shown already
  document.addEventListener("dblclick", function (event) {
    const path = map.areaAt(event), panel = path && map.panelOf(path), regions = panel && panel.shapes.regions;
    if (!panel || map.drawsRound()) return;
    event.preventDefault();
    const place = panel.shapes.areas.findIndex(function (area) { return area[map.AREA.CODE] === path.dataset.areaCode; });
    const region = regions ? regions.of[place] : -1;
    if (panel.drawn.view.k > 1.001) { whole(panel); return; }
    const inside = region < 0 ? [place] : regions.of.map(function (_, i) { return i; }).filter(function (i) { return regions.of[i] === region; });
    fit(panel, new Set(inside), true);
    map.say("The map shows " + (region < 0 ? panel.shapes.areas[place][map.AREA.NAME] : regions.names[region]) + ".");
  });

  const resized = new ResizeObserver(function () {
    map.eachPanel(function (panel) {
      const before = panel.drawn.frame && panel.drawn.frame.width;
      // while it is printed the drawing keeps its pixels and is scaled
      if (!panel.frame.clientWidth || panel.frame.clientWidth === before || window.matchMedia("print").matches) return;
      zoom(panel, true);
      map.resized(panel);
    });
  });

  Object.assign(map, {
    zoom: zoom, stageOf: stageOf, reveal: reveal, watchFrame: function (panel) { resized.observe(panel.frame); },
    zoomBy: function (panel, isIn, code) { by(panel, isIn ? STEP : 1 / STEP, code); }, zoomWhole: whole, moveMap: move
  });
})();
