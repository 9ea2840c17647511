// A map as a file: title, drawing, key and source in one SVG with literal light colours, or the same as PNG.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  // px of the picture: its width, the margin, the share of the width that the drawing has
  const WIDTH = 1200, MARGIN = 24, DRAWING = 0.68;
  // the light colours of assets/tokens.css: a file taken away has no style sheet, and is printed on white
  const INK = "#0B1620", GREY = "#45525C", PAPER = "#FFFFFF", EDGE = "#69757F", SHORE = "#6F777D", OWN = "#6B2C91", SEA = "#F6F8F8", LINE = "#D5DADD";
  const FINGERTIPS = { better: "#92D050", similar: "#FFC000", worse: "#C00000" };
  const COPYRIGHT = "Contains OS data © Crown copyright and database right. Open Government Licence v3.0.";

  // the styles of the drawing as attributes
  const RULES = {
    ".wh-map-edges": { fill: "none", stroke: PAPER, "stroke-width": 0.8 },
    ".wh-map-outlines": { fill: "none", stroke: INK, "stroke-width": 1.1, "stroke-linejoin": "round" },
    ".wh-mark-ground": { fill: "none", stroke: PAPER, "stroke-width": 6, "stroke-linejoin": "round" },
    ".wh-mark": { fill: "none", stroke: OWN, "stroke-width": 3, "stroke-linejoin": "round" },
    ".wh-group-ground": { fill: "none", stroke: PAPER, "stroke-width": 11, "stroke-linejoin": "round" },
    ".wh-group-mark": { fill: "none", stroke: OWN, "stroke-width": 8, "stroke-linejoin": "round" },
    ".wh-inset-from": { fill: "none", stroke: INK, "stroke-width": 1 },
    ".wh-inset-ground": { fill: SEA, stroke: EDGE },
    ".wh-map-city circle": { fill: INK },
    "text": { "font-size": 13, fill: INK, stroke: PAPER, "stroke-width": 3.5, "stroke-linejoin": "round", "paint-order": "stroke" },
    ".wh-map-name-region": { "font-weight": 700, fill: GREY },
    ".wh-map-name-own": { "font-weight": 700, fill: OWN }
  };

  function lightOf(payload, kind) { return map.isFingertips() && FINGERTIPS[kind.key] || kind.colour; }

  function coloursOf(payload, kind) {
    return { ground: lightOf(payload, kind), lines: kind.pattern === "stripes" ? PAPER : EDGE, edge: SHORE };
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

  // between two colours such as #1d70b8; share in per cent
  function mix(first, second, share) {
    return "#" + [1, 3, 5].map(function (at) {
      const from = parseInt(first.slice(at, at + 2), 16), to = parseInt(second.slice(at, at + 2), 16);
      return Math.round(from + (to - from) * share / 100).toString(16).padStart(2, "0");
    }).join("");
  }

  function paintArea(panel, path) {
    const payload = panel.payload, record = panel.byCode.get(path.getAttribute("data-area-code")), kind = record && payload.classes[record.kind];
    path.removeAttribute("style");
    path.setAttribute("vector-effect", "non-scaling-stroke");
    path.setAttribute("stroke", kind && map.layerOfClass(kind) > 0 ? PAPER : SHORE);
    path.setAttribute("stroke-width", 0.8);
    if (path.classList.contains("wh-area-away")) path.setAttribute("opacity", 0.2);
    if (!kind || path.getAttribute("fill")) return; // a pattern
    if (payload.shading === "continuous" && kind.key === "value") {
      const at = map.placeOnScale(payload, record.value), colours = payload.range.colours;
      path.setAttribute("fill", mix(colours[at[0]], colours[at[0] + 1], at[1]));
    } else path.setAttribute("fill", lightOf(payload, kind));
  }

  function paintPatterns(panel, drawing) {
    panel.payload.classes.filter(function (kind) { return kind.pattern; }).forEach(function (kind) {
      const colours = coloursOf(panel.payload, kind);
      drawing.querySelectorAll("pattern[id^='wh-pattern-" + panel.name + "-" + kind.key + "']").forEach(function (pattern) {
        pattern.firstChild.setAttribute("fill", colours.ground);
        pattern.lastChild.setAttribute("stroke", colours.lines);
        pattern.lastChild.setAttribute("stroke-width", kind.pattern === "stripes" ? 1.5 : 1.4);
        if (kind.pattern === "stripes") pattern.lastChild.setAttribute("stroke-opacity", 0.75);
      });
    });
  }

  // without what belongs to pointing, keyboard and screen readers
  function addDrawing(paper, panel) {
    const drawing = panel.drawn.svg.cloneNode(true), frame = panel.drawn.frame;
    const height = Math.round(WIDTH * DRAWING * frame.height / frame.width);
    const place = { x: MARGIN, y: paper.y, width: WIDTH * DRAWING, height: height };
    map.svg("rect", { x: MARGIN, y: paper.y, width: WIDTH * DRAWING, height: height, fill: SEA, stroke: LINE }, paper.svg);
    for (const key in place) drawing.setAttribute(key, place[key]);
    drawing.querySelectorAll(".wh-map-links, .wh-map-lasso, .wh-map-lead, .wh-map-focus").forEach(function (node) { node.remove(); });
    drawing.querySelectorAll(".wh-area").forEach(function (path) { paintArea(panel, path); });
    paintPatterns(panel, drawing);
    Object.keys(RULES).forEach(function (selector) {
      drawing.querySelectorAll(selector).forEach(function (node) {
        for (const key in RULES[selector]) node.setAttribute(key, RULES[selector][key]);
        if (node.nodeName !== "text") node.setAttribute("vector-effect", "non-scaling-stroke");
      });
    });
    // labels that are left out
    drawing.querySelectorAll("[style*='none']").forEach(function (node) { node.remove(); });
    drawing.removeAttribute("class");
    drawing.querySelectorAll("[tabindex],[role],[aria-label]").forEach(function (node) {
      ["tabindex", "role", "aria-pressed", "aria-label"].forEach(function (name) { node.removeAttribute(name); });
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

  function addKey(paper, panel, x) {
    const payload = panel.payload, words = map.words;
    write(paper, panel.side.querySelector(".wh-map-key-title").textContent, 15, x, 38, 700);
    paper.y += 8;
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
      const mark = map.swatch(panel, kind, "-file", coloursOf(payload, kind));
      mark.setAttribute("x", x);
      mark.setAttribute("y", paper.y - 14);
      paper.svg.appendChild(mark);
      write(paper, words.legend(payload, kind) + ": " + panel.counts[i], 15, x + 38, 34);
      paper.y += 6;
    });
    map.groupSentences().forEach(function (text) {
      paper.y += 10;
      write(paper, text, 15, x, 38, 700);
    });
    map.singleCodes().forEach(function (code) {
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
    map.svg("rect", { width: "100%", height: "100%", fill: PAPER }, svg);
    write(paper, payload.caption, 26, MARGIN, 84, 700);
    if (payload.illustrative) write(paper, window.workhealthVocabulary.illustrative.figures, 18, MARGIN, 110, 700);
    const top = paper.y, height = addDrawing(paper, panel);
    if (payload.illustrative) addAcross(paper, top, height);
    paper.y = top + 24;
    addKey(paper, panel, MARGIN + WIDTH * DRAWING + 24);
    paper.y = Math.max(paper.y, top + height) + 30;
    write(paper, [payload.source, payload.credit].filter(Boolean).join(" "), 13, MARGIN, 165);
    write(paper, COPYRIGHT, 13, MARGIN, 165);
    svg.setAttribute("height", Math.ceil(paper.y));
    svg.setAttribute("viewBox", "0 0 " + WIDTH + " " + Math.ceil(paper.y));
    return svg;
  }

  function download(panel, kind) {
    if (!panel || !panel.drawn) return;
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
