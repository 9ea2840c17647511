// A map as a file: title, drawing, legend and source in one SVG, or the same as PNG.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  // px of the picture: its width, the margin, the share of the width that the drawing has, the tallest drawing
  const WIDTH = 1000, MARGIN = 24, DRAWING = 0.62, TALLEST = 1150;
  const INK = "#0b0c0c", GREY = "#505a5f";
  const COPYRIGHT = "Contains OS data © Crown copyright and database right. Open Government Licence v3.0.";

  // the drawing's styles as attributes, since a file has no style sheet; unit: a thousandth of the height that is shown
  function styles(unit) {
    return {
      ".wh-area": { stroke: INK, "stroke-width": 0.5 * unit, "stroke-opacity": 0.7 },
      ".wh-area-away": { opacity: 0.2 },
      ".wh-map-outlines": { fill: "none", stroke: INK, "stroke-width": 1.8 * unit },
      ".wh-mark-ground": { fill: "none", stroke: "#fff", "stroke-width": 7 * unit },
      ".wh-mark": { fill: "none", stroke: INK, "stroke-width": 4 * unit },
      ".wh-inset-frame": { fill: "none", stroke: GREY, "stroke-width": 1.5 * unit },
      ".wh-inset-ground": { fill: "#fff" },
      ".wh-inset-label": { "font-size": 26 * unit, fill: GREY }
    };
  }

  function wrap(text, most) {
    const lines = [""];
    text.split(/\s+/).forEach(function (word) {
      const longer = (lines[lines.length - 1] + " " + word).trim();
      if (longer.length > most) lines.push(word); else lines[lines.length - 1] = longer;
    });
    return lines;
  }

  // lines of text under each other: `paper.y` is where the next one stands
  function write(paper, text, size, x, most, weight) {
    wrap(text, most).forEach(function (line) {
      map.svg("text", { x: x, y: paper.y, "font-size": size, "font-weight": weight || 400, fill: INK }, paper.svg).textContent = line;
      paper.y += size * 1.3;
    });
  }

  // without what belongs to pointing, keyboard and screen readers
  function addDrawing(paper, panel) {
    const drawing = panel.drawn.svg.cloneNode(true), box = drawing.getAttribute("viewBox").split(" ").map(Number);
    const height = Math.min(TALLEST, Math.round(WIDTH * DRAWING * box[3] / box[2])), rules = styles(box[3] / 1000);
    const place = { x: MARGIN, y: paper.y, width: WIDTH * DRAWING, height: height };
    for (const key in place) drawing.setAttribute(key, place[key]);
    drawing.querySelectorAll(".wh-map-links, .wh-map-lasso").forEach(function (node) { node.remove(); });
    drawing.removeAttribute("class");
    drawing.querySelectorAll("[tabindex],[role],[aria-label]").forEach(function (node) {
      ["tabindex", "role", "aria-pressed", "aria-label"].forEach(function (name) { node.removeAttribute(name); });
    });
    Object.keys(rules).forEach(function (selector) {
      drawing.querySelectorAll(selector).forEach(function (node) {
        for (const key in rules[selector]) node.setAttribute(key, rules[selector][key]);
      });
    });
    paper.svg.appendChild(drawing);
    return height;
  }

  // across the drawing, so that the word stays with every copy of it
  function addAcross(paper, top, height) {
    const x = MARGIN + WIDTH * DRAWING / 2, y = top + height / 2;
    map.svg("text", {
      x: x, y: y, "font-size": 84, "font-weight": 700, "text-anchor": "middle", fill: GREY, "fill-opacity": 0.45,
      transform: "rotate(-24 " + x + " " + y + ")"
    }, paper.svg).textContent = window.workhealthVocabulary.illustrative.across;
  }

  function addLegend(paper, panel, x) {
    const payload = panel.payload, words = map.words;
    if (payload.shading === "continuous") {
      const range = payload.range;
      range.colours.forEach(function (colour, i) {
        map.svg("rect", { x: x + i * 50, y: paper.y, width: 50, height: 18, fill: colour }, paper.svg);
      });
      paper.y += 40;
      write(paper, words.withUnit(payload, range.low) + " to " + words.withUnit(payload, range.high), 15, x, 36);
    }
    payload.classes.forEach(function (kind, i) {
      if (kind.key === "value" || !panel.counts[i]) return;
      const mark = map.swatch(panel, kind, "-file");
      mark.setAttribute("x", x);
      mark.setAttribute("y", paper.y - 15);
      paper.svg.appendChild(mark);
      write(paper, words.legend(payload, kind) + ": " + panel.counts[i], 15, x + 38, 34);
      paper.y += 6;
    });
    map.chosenCodes().forEach(function (code) {
      const record = panel.byCode.get(code);
      if (!record) return;
      paper.y += 10;
      write(paper, words.sentence(payload, record), 15, x, 38, 700);
    });
  }

  function pictureOf(panel) {
    const payload = panel.payload;
    const svg = map.svg("svg", { xmlns: map.SVG, width: WIDTH, "font-family": "Helvetica, Arial, sans-serif" });
    const paper = { svg: svg, y: 44 };
    map.svg("rect", { width: "100%", height: "100%", fill: "#fff" }, svg);
    write(paper, payload.caption, 26, MARGIN, 68, 700);
    if (payload.illustrative) write(paper, window.workhealthVocabulary.illustrative.figures, 18, MARGIN, 100, 700);
    const top = paper.y, height = addDrawing(paper, panel);
    if (payload.illustrative) addAcross(paper, top, height);
    paper.y = top + 30;
    addLegend(paper, panel, MARGIN + WIDTH * DRAWING + 16);
    paper.y = Math.max(paper.y, top + height) + 30;
    write(paper, payload.source, 13, MARGIN, 140);
    write(paper, COPYRIGHT, 13, MARGIN, 140);
    svg.setAttribute("height", Math.ceil(paper.y));
    svg.setAttribute("viewBox", "0 0 " + WIDTH + " " + Math.ceil(paper.y));
    return svg;
  }

  function download(panel, kind) {
    if (!panel.drawn) return;
    const payload = panel.payload, svg = pictureOf(panel), text = new XMLSerializer().serializeToString(svg);
    const name = payload.indicator + "-" + payload.area_type + "-" + payload.period.replaceAll("/", "-") + "." + kind;
    if (kind === "svg") { window.workhealth.save(name, new Blob([text], { type: "image/svg+xml" })); return; }
    // twice as fine as the screen, so that it is sharp in print
    const image = new Image(), canvas = document.createElement("canvas");
    canvas.width = 2 * WIDTH;
    canvas.height = 2 * Number(svg.getAttribute("height"));
    image.onload = function () {
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (blob) { window.workhealth.save(name, blob); }, "image/png");
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  }

  map.download = download;
})();
