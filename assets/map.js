// Draws the map, or two beside each other, from shapes that are fetched once and values that come with each view.
// Each area is a button: arrow keys go from area to area in the order of the table, Enter selects one, Space adds one.
// A changed address asks the server what differs (dashboard/pages/map.py); assets/map_time.js moves through periods and
// assets/map_lasso.js chooses areas by drawing round them.
(function () {
  "use strict";
  const byName = new Intl.Collator("en-GB");
  const SVG = "http://www.w3.org/2000/svg";
  const fetched = new Map();
  const panels = {}; // map, second: {name, frame, side, payload, shapes, drawn, byCode, all, order, roving}
  let shown = null; // {search, map, second}: what the page shows now
  let wanted = null; // the query that was asked for last
  let turn = 0;
  let blanked = null; // the area under the pointer, whose browser tip is taken away

  // a file that its address names for good: kept as long as the page is open
  function fetchOnce(url) {
    if (!fetched.has(url)) {
      const asked = fetch(url).then(function (answer) {
        if (!answer.ok) throw new Error(url + ": " + answer.status);
        return answer.json();
      });
      asked.catch(function () { fetched.delete(url); });
      fetched.set(url, asked);
    }
    return fetched.get(url);
  }

  function make(name, attributes, parent) {
    const node = document.createElementNS(SVG, name);
    for (const key in attributes || {}) node.setAttribute(key, attributes[key]);
    if (parent) parent.appendChild(node);
    return node;
  }

  function html(name, className, text, parent) {
    const node = document.createElement(name);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = text;
    if (parent) parent.appendChild(node);
    return node;
  }

  // words that the server wrote, with every text in them escaped
  function fill(node, text) {
    node.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
  }

  function say(text) {
    const live = document.getElementById("map-live");
    if (live && live.textContent !== text) live.textContent = text;
  }

  // ---- numbers ----------------------------------------------------------------------------------

  const DIGITS = Array.from({ length: 94 }, function (_, i) { return String.fromCharCode(32 + i); })
    .filter(function (one) { return one !== '"' && one !== "\\"; }).join("");
  const PLACES = new Map(Array.from(DIGITS).map(function (digit, i) { return [digit, i]; }));

  // as packed by dashboard/figures/map.py
  function unpack(pack) {
    const lowest = pack[0], width = pack[1], text = pack[2], n = text.length / width;
    return Array.from({ length: n }, function (_, i) {
      let number = lowest;
      for (let place = 0; place < width; place += 1) {
        const digit = PLACES.get(text[place * n + i]);
        if (digit === undefined) return null;
        number += digit * Math.pow(DIGITS.length, place);
      }
      return number;
    });
  }

  // ---- words ------------------------------------------------------------------------------------

  const STATUS = {
    suppressed: "Hidden by the publisher (small numbers)",
    unreliable: "Too uncertain to publish",
    not_available: "Not available",
    not_collected: "Not collected",
    illustrative: "Not available",
    no_row: "No figure published"
  };

  // one formatter for each number of decimals: to make one for every number takes longer than the map
  const formats = new Map();

  function plain(payload, scaled) {
    const d = payload.decimals;
    if (!formats.has(d)) formats.set(d, new Intl.NumberFormat("en-GB", { minimumFractionDigits: d, maximumFractionDigits: d }));
    const value = scaled / Math.pow(10, d);
    return formats.get(d).format(Object.is(value, -0) ? 0 : value).replace("-", "−");
  }

  function withUnit(payload, scaled) {
    const text = plain(payload, scaled), unit = payload.unit;
    return unit.prefix && text[0] === "−" ? "−" + unit.prefix + text.slice(1) + unit.suffix : unit.prefix + text + unit.suffix;
  }

  function short(payload, scaled) {
    const unit = payload.unit;
    return unit.suffix.length <= 1 ? withUnit(payload, scaled) : plain(payload, scaled);
  }

  function upper(lo, skew) { return lo === null ? null : lo + skew; }

  function signed(text) { return text[0] === "−" || /^[0.]+$/.test(text) ? text : "+" + text; }

  // a difference: shares differ by percentage points
  function difference(payload, scaled) {
    const unit = payload.unit, text = signed(plain(payload, scaled));
    if (unit.suffix === "%") return text + " percentage points";
    return (unit.prefix ? text[0] + unit.prefix + text.slice(1) : text) + unit.suffix;
  }

  // one record an area, in the order of the table: by name
  function records(payload, shapes) {
    const status = {}, reasons = {};
    Object.keys(payload.missing).forEach(function (key) {
      payload.missing[key].forEach(function (i) { status[i] = key; });
    });
    (payload.reasons || []).forEach(function (pair) { pair[1].forEach(function (i) { reasons[i] = pair[0]; }); });
    const v = unpack(payload.v), lo = unpack(payload.lo), skew = unpack(payload.skew);
    const change = payload.d ? { d: unpack(payload.d), lo: unpack(payload.dlo), skew: unpack(payload.dskew) } : null;
    const found = shapes.areas.map(function (area, i) {
      const c = Number(payload.c[i]);
      return {
        i: i, code: area[0], name: area[1], v: v[i], lo: lo[i], hi: upper(lo[i], skew[i]),
        c: c, k: payload.k ? Number(payload.k[i]) : c, status: status[i] || null, reason: reasons[i] || "", shape: true,
        d: change ? change.d[i] : null, dlo: change ? change.lo[i] : null,
        dhi: change ? upper(change.lo[i], change.skew[i]) : null
      };
    });
    payload.extra.forEach(function (one, i) {
      found.push({
        i: shapes.areas.length + i, code: one[0], name: one[1], v: one[2], lo: one[3], hi: upper(one[3], one[4]),
        c: one[5], k: one[6], status: one[2] === null ? "no_row" : null, reason: "", shape: false, d: null, dlo: null, dhi: null
      });
    });
    return found;
  }

  function interval(payload, record) {
    if (record.v === null || record.lo === null) return "";
    return short(payload, record.v - record.lo) + " to " + short(payload, record.v + record.hi);
  }

  function changeInterval(payload, record) {
    if (record.d === null || record.dlo === null) return "";
    return signed(plain(payload, record.d - record.dlo)) + " to " + signed(plain(payload, record.d + record.dhi));
  }

  function comparison(payload, record) {
    const category = payload.compared[record.c];
    if (category.key === "missing") return "";
    if (category.key === "not_compared") return "Not compared";
    return category.words + (category.key === "similar" ? " to " : " than ") + payload.benchmark;
  }

  function lowerFirst(text) { return text.charAt(0).toLowerCase() + text.slice(1); }

  // what the colour says, beyond the comparison: fifth, trend or change
  function coloured(payload, record) {
    const kind = payload.classes[record.k];
    if (record.v === null || kind.key === "missing") return "";
    if (payload.shading === "quintile") return kind.words.split(":")[0];
    if (payload.shading === "trend") return "Recent trend: " + lowerFirst(kind.words) + (record.reason ? " (" + record.reason + ")" : "");
    if (payload.shading === "change") {
      if (record.d === null) return "Change since " + payload.since + ": " + lowerFirst(kind.words) + (record.reason ? " (" + record.reason + ")" : "");
      const between = changeInterval(payload, record);
      return difference(payload, record.d) + " since " + payload.since + (between ? " (" + between + ")" : "") + ": " + lowerFirst(kind.words);
    }
    return "";
  }

  function sentence(payload, record) {
    if (record.v === null) return record.name + ": " + STATUS[record.status || "no_row"];
    const between = interval(payload, record), compared = comparison(payload, record), more = coloured(payload, record);
    return record.name + ": " + withUnit(payload, record.v) + (between ? " (" + between + ")" : "") +
      (compared && compared !== "Not compared" ? ", " + lowerFirst(compared) : "") + (more ? ", " + lowerFirst(more) : "") +
      (payload.illustrative ? ", illustrative figure" : "");
  }

  // an area's words: its value, and its value on the other map
  function spoken(panel, record) {
    const other = panel.name === "map" ? panels.second : panels.map;
    const there = other && other.byCode && other.byCode.get(record.code);
    if (!there) return sentence(panel.payload, record);
    return sentence(panel.payload, record) + ". " + other.payload.title + ": " +
      (there.v === null ? STATUS[there.status || "no_row"] : withUnit(other.payload, there.v));
  }

  // ---- colours ----------------------------------------------------------------------------------

  function mix(a, b, share) {
    const part = function (at) {
      const x = parseInt(a.slice(at, at + 2), 16), y = parseInt(b.slice(at, at + 2), 16);
      return Math.round(x + (y - x) * share).toString(16).padStart(2, "0");
    };
    return "#" + part(1) + part(3) + part(5);
  }

  function patternId(panel, kind, inset) { return "wh-pattern-" + panel.name + "-" + kind.key + (inset ? "-inset" : ""); }

  function colour(panel, record) {
    const payload = panel.payload, kind = payload.classes[record.k];
    if (payload.shading === "continuous" && record.v !== null) {
      const range = payload.range, span = range.high - range.low;
      const at = span > 0 ? (record.v - range.low) / span * (range.colours.length - 1) : 0;
      const left = Math.min(Math.floor(at), range.colours.length - 2);
      return mix(range.colours[left], range.colours[left + 1], at - left);
    }
    return kind.pattern ? "url(#" + patternId(panel, kind) + ")" : kind.colour;
  }

  function addPattern(defs, kind, id, size) {
    const pattern = make("pattern", { id: id, width: size, height: size, patternUnits: "userSpaceOnUse" }, defs);
    make("rect", { width: size, height: size, fill: kind.colour }, pattern);
    if (kind.pattern === "stripes") {
      make("path", { d: "M" + -size / 4 + " " + size / 4 + "l" + size / 2 + " " + -size / 2 + "M0 " + size + "l" + size + " " + -size +
        "M" + size * 0.75 + " " + size * 1.25 + "l" + size / 2 + " " + -size / 2, stroke: "#fff", "stroke-width": size / 7, "stroke-opacity": 0.75 }, pattern);
    } else if (kind.pattern === "hatch") {
      make("path", { d: "M0 0l" + size + " " + size + "M" + -size / 4 + " " + size * 0.75 + "l" + size / 2 + " " + size / 2 +
        "M" + size * 0.75 + " " + -size / 4 + "l" + size / 2 + " " + size / 2, stroke: "#767676", "stroke-width": size / 9 }, pattern);
    } else if (kind.pattern === "dots") {
      make("circle", { cx: size / 2, cy: size / 2, r: size / 9, fill: "#0b0c0c", "fill-opacity": 0.45 }, pattern);
    }
    return pattern;
  }

  // ---- drawing ----------------------------------------------------------------------------------

  function buildShapes(panel, shapes, url) {
    const svg = make("svg", {
      viewBox: "0 0 " + shapes.width + " " + shapes.height, class: "wh-map-svg", role: "group", focusable: "false"
    });
    const defs = make("defs", {}, svg);
    const areas = make("g", { class: "wh-map-areas" }, svg);
    const paths = new Map(), clones = new Map();
    shapes.areas.forEach(function (area) {
      const path = make("path", { d: area[2], class: "wh-area", role: "button", tabindex: "-1", "data-area-code": area[0] }, areas);
      make("title", {}, path);
      paths.set(area[0], path);
    });
    make("path", { d: shapes.outlines, class: "wh-map-outlines", "aria-hidden": "true" }, svg);
    make("g", { class: "wh-map-links", "aria-hidden": "true" }, svg);
    make("g", { class: "wh-map-marks", "aria-hidden": "true" }, svg);
    let inset = null;
    if (shapes.inset) {
      const from = shapes.inset.from, to = shapes.inset.to, scale = to[2] / from[2];
      inset = make("g", { class: "wh-map-inset", "aria-hidden": "true" }, svg);
      const clip = make("clipPath", { id: "wh-inset-clip-" + panel.name }, defs);
      make("rect", { x: to[0], y: to[1], width: to[2], height: to[3] }, clip);
      make("rect", { x: to[0], y: to[1], width: to[2], height: to[3], class: "wh-inset-ground" }, inset);
      const clipped = make("g", { "clip-path": "url(#wh-inset-clip-" + panel.name + ")" }, inset);
      const inner = make("g", { transform: "translate(" + (to[0] - from[0] * scale) + " " + (to[1] - from[1] * scale) + ") scale(" + scale + ")" }, clipped);
      shapes.areas.forEach(function (area) {
        const away = area[3] > from[0] + from[2] || area[3] + area[5] < from[0] || area[4] > from[1] + from[3] || area[4] + area[6] < from[1];
        if (!away) clones.set(area[0], make("path", { d: area[2], class: "wh-area", "data-area-code": area[0] }, inner));
      });
      make("path", { d: shapes.outlines, class: "wh-map-outlines" }, inner);
      make("g", { class: "wh-map-marks wh-inset-marks" }, inner);
      make("rect", { x: to[0], y: to[1], width: to[2], height: to[3], class: "wh-inset-frame" }, inset);
      make("rect", { x: from[0], y: from[1], width: from[2], height: from[3], class: "wh-inset-frame wh-inset-from" }, inset);
      const label = make("text", { x: to[0] + 14, y: to[1] + to[3] + 58, class: "wh-inset-label" }, inset);
      label.textContent = "London, enlarged";
    }
    return { url: url, svg: svg, defs: defs, paths: paths, clones: clones, inset: inset, shapes: shapes };
  }

  function shapeOf(panel, code) {
    return panel.shapes.areas.find(function (one) { return one[0] === code; });
  }

  function outline(panel, group, code, className) {
    const area = shapeOf(panel, code);
    if (area) make("path", { d: area[2], class: className }, group);
  }

  function eachPanel(act) {
    Object.values(panels).forEach(function (panel) { if (panel.drawn) act(panel); });
  }

  function markSelection() {
    const chosen = window.workhealth.areas();
    eachPanel(function (panel) {
      panel.drawn.paths.forEach(function (path, code) {
        const pressed = chosen.includes(code) ? "true" : "false";
        if (path.getAttribute("aria-pressed") !== pressed) path.setAttribute("aria-pressed", pressed);
      });
      panel.drawn.svg.querySelectorAll(".wh-map-marks").forEach(function (group) {
        group.replaceChildren();
        chosen.forEach(function (code) {
          if (group.classList.contains("wh-inset-marks") && !panel.drawn.clones.has(code)) return;
          outline(panel, group, code, "wh-mark-ground");
          outline(panel, group, code, "wh-mark");
        });
      });
    });
    const picker = document.getElementById("choose-map-area");
    if (picker && panels.map.byCode) pick(picker);
    if (window.workhealthMapTools) window.workhealthMapTools.refresh();
  }

  function setRoving(panel, code, focus) {
    const before = panel.drawn.paths.get(panel.roving), now = panel.drawn.paths.get(code);
    if (before) before.setAttribute("tabindex", "-1");
    if (now) now.setAttribute("tabindex", "0");
    panel.roving = code;
    if (focus && now) now.focus();
  }

  function buildPanel(name, holder) {
    const root = html("section", "wh-map-panel", null, holder);
    root.dataset.panel = name;
    const words = name === "second" ? html("div", "wh-map-second-words", null, root) : null;
    if (words) words.id = "map-second-words";
    const title = html("p", "wh-map-name", null, root);
    const frame = html("div", "wh-map-frame", null, root), tip = html("div", "wh-map-tip", null, frame);
    tip.hidden = true;
    tip.setAttribute("aria-hidden", "true");
    const side = html("div", "wh-map-side", null, root);
    html("h2", "wh-h3", name === "second" ? "What the second map shows" : "What the map shows", side);
    html("ul", "wh-legend", null, side);
    html("p", "wh-hint wh-map-note", null, side);
    if (name === "map") {
      html("p", "wh-hint wh-map-help", "Click an area to choose it; with Shift, drag round several. By keyboard: Tab to the map, " +
        "arrow keys go from area to area in the order of the table, Enter chooses one, Space adds one or takes it away.", side);
    }
    const buttons = html("div", "wh-downloads", null, side);
    buttons.setAttribute("role", "group");
    html("p", "wh-label", name === "second" ? "Take the second map away" : "Take the map away", buttons).id = name + "-take";
    buttons.setAttribute("aria-labelledby", name + "-take");
    [["png", "Download PNG"], ["svg", "Download SVG"]].forEach(function (one) {
      const button = html("button", "wh-button wh-button-secondary", one[1], buttons);
      button.type = "button";
      button.addEventListener("click", function () { download(panels[name], one[0]); });
    });
    if (name === "map") takeAway(buttons);
    panels[name] = { name: name, root: root, frame: frame, side: side, tip: tip, title: title, words: words, drawn: null, roving: null };
    return panels[name];
  }

  // the figures, a link and code to embed, as under every chart (dashboard/kit.py, take_away); the address is the state
  function takeAway(group) {
    const link = html("a", "wh-button wh-button-secondary", "Download CSV", group);
    link.id = "map-csv";
    link.download = "";
    link.href = "/csv/map" + window.location.search;
    link.addEventListener("click", function () { link.href = "/csv/map" + window.location.search; });
    const copier = html("button", "wh-button wh-button-secondary", "Copy link", group);
    copier.type = "button";
    copier.dataset.copy = "link";
    const details = html("details", "wh-details", null, group);
    html("summary", "wh-details-summary", "Embed this map in a web page", details);
    const inner = html("div", "wh-details-text", null, details), pre = html("pre", "wh-code", null, inner), code = html("code", null, null, pre);
    pre.tabIndex = 0;
    pre.setAttribute("aria-label", "Code to embed this map");
    details.addEventListener("toggle", function () { code.dataset.embed = "/embed/map/map" + window.location.search; });
    code.dataset.embed = "/embed/map/map" + window.location.search;
    const again = html("button", "wh-button wh-button-secondary", "Copy code", inner);
    again.type = "button";
    again.dataset.copy = "code";
    html("p", "wh-hint wh-status", null, group).setAttribute("role", "status");
  }

  // the places for the maps and what stands over them, made once a visit to the page
  function buildPlaces(holder) {
    holder.replaceChildren();
    delete panels.map;
    delete panels.second;
    const live = html("p", "wh-visually-hidden", "", holder);
    live.id = "map-live";
    live.setAttribute("role", "status");
    const tools = html("div", "wh-map-tools", null, holder);
    tools.setAttribute("role", "group");
    tools.setAttribute("aria-label", "Move through time and choose areas");
    const pair = html("div", "wh-map-panels", null, holder);
    buildPanel("map", pair);
    buildPanel("second", pair).root.hidden = true;
    if (window.workhealthMapTools) window.workhealthMapTools.build(tools);
  }

  function paint(panel, payload, shapes) {
    let drawn = panel.drawn && panel.drawn.url === payload.shapes ? panel.drawn : null;
    if (!drawn) {
      if (panel.drawn) panel.drawn.svg.remove();
      drawn = buildShapes(panel, shapes, payload.shapes);
      panel.frame.insertBefore(drawn.svg, panel.frame.firstChild);
    }
    const before = panel.drawn;
    panel.drawn = drawn;
    panel.payload = payload;
    panel.shapes = shapes;
    const all = records(payload, shapes), only = payload.only ? new Set(payload.only) : null;
    panel.all = all;
    panel.byCode = new Map(all.map(function (record) { return [record.code, record]; }));
    panel.inView = function (record) { return !only || only.has(record.i); };
    panel.order = all.filter(function (record) { return record.shape && panel.inView(record); });
    // counts of what is in view: all of England, or the part zoomed to
    panel.counts = payload.classes.map(function (_, i) {
      return all.filter(function (record) { return record.k === i && panel.inView(record); }).length;
    });
    panel.title.textContent = payload.title;
    drawn.svg.setAttribute("aria-label", "Map. " + payload.caption + ". " + shapes.areas.length + " areas, each a button.");
    zoom(panel);
    all.forEach(function (record) {
      const path = drawn.paths.get(record.code);
      if (!path) return;
      const fillOf = colour(panel, record), away = !panel.inView(record);
      if (path._fill !== fillOf) {
        path._fill = fillOf;
        path.setAttribute("fill", fillOf);
        const clone = drawn.clones.get(record.code);
        if (clone) clone.setAttribute("fill", fillOf.replace(/^url\((.*)\)$/, "url($1-inset)"));
      }
      if (path._away !== away) {
        path._away = away;
        path.classList.toggle("wh-area-away", away);
      }
    });
    if (before !== drawn) panel.roving = null;
    if (!panel.order.some(function (record) { return record.code === panel.roving; })) {
      const chosen = window.workhealth.areas().find(function (code) { return panel.order.some(function (one) { return one.code === code; }); });
      if (panel.order.length) setRoving(panel, chosen || panel.order[0].code, false);
    }
    legend(panel);
    const note = panel.side.querySelector(".wh-map-note");
    note.textContent = payload.note || "";
    note.hidden = !payload.note;
    drawOutlines(panel);
  }

  // borders of another kind of area than the usual one are a file of their own
  function drawOutlines(panel) {
    const url = panel.payload.outline, drawn = panel.drawn;
    const put = function (d) {
      drawn.svg.querySelectorAll(".wh-map-outlines").forEach(function (path) { if (path.getAttribute("d") !== d) path.setAttribute("d", d); });
      drawn.svg.dataset.outline = url;
    };
    if (!url) { put(panel.shapes.outlines); return; }
    fetchOnce(url).then(function (found) {
      if (panel.drawn === drawn && panel.payload.outline === url) put(found.outlines);
    }).catch(function () { say("The outlines could not be loaded."); });
  }

  // the part of the drawing that is looked at: the parent, the chosen areas, or all
  function zoom(panel) {
    const payload = panel.payload, drawn = panel.drawn, shapes = panel.shapes;
    let places = payload.only ? new Set(payload.only) : null;
    if (new URLSearchParams(window.location.search).get("zoom") === "chosen") {
      const chosen = window.workhealth.areas().map(function (code) { return panel.byCode.get(code); }).filter(function (one) { return one && one.shape; });
      if (chosen.length) places = new Set(chosen.map(function (record) { return record.i; }));
    }
    const box = zoomBox(shapes, places), unit = box[3] / 1000;
    // what stays as it is must not be written: it would lay the whole drawing out again
    if (drawn.box !== box.join(" ")) {
      drawn.box = box.join(" ");
      drawn.svg.setAttribute("viewBox", drawn.box);
      if (drawn.inset) drawn.inset.style.display = places ? "none" : "";
    }
    // patterns are kept while they stay the same: making them anew repaints every area
    const patterns = unit + payload.classes.map(function (kind) { return kind.key + kind.pattern; }).join();
    if (drawn.patterns === patterns) return;
    drawn.patterns = patterns;
    drawn.defs.querySelectorAll("pattern").forEach(function (one) { one.remove(); });
    payload.classes.forEach(function (kind) {
      if (!kind.pattern) return;
      addPattern(drawn.defs, kind, patternId(panel, kind), 16 * unit);
      if (shapes.inset) addPattern(drawn.defs, kind, patternId(panel, kind, true), 16 * unit * shapes.inset.from[2] / shapes.inset.to[2]);
    });
  }

  // words of every area and the table: after the colours are on the screen
  function finish() {
    const main = panels.map;
    if (!main || !main.drawn) return;
    eachPanel(function (panel) {
      panel.all.forEach(function (record) {
        const path = panel.drawn.paths.get(record.code);
        if (path) nameArea(path, spoken(panel, record));
      });
    });
    fillPicker(main.all);
    drawTable();
  }

  let finishing = 0;
  function finishSoon() {
    finishing += 1;
    const mine = finishing;
    const last = function () { if (mine === finishing) finish(); };
    requestAnimationFrame(function () { requestAnimationFrame(function () { setTimeout(last, 0); }); });
  }

  function nameArea(path, text) {
    if (path.getAttribute("aria-label") === text) return;
    path.setAttribute("aria-label", text);
    if (path !== blanked) path.firstChild.textContent = text;
  }

  function zoomBox(shapes, only) {
    if (!only) return [0, 0, shapes.width, shapes.height];
    let x0 = Infinity, y0 = Infinity, x1 = -Infinity, y1 = -Infinity;
    shapes.areas.forEach(function (area, i) {
      if (!only.has(i)) return;
      x0 = Math.min(x0, area[3]); y0 = Math.min(y0, area[4]);
      x1 = Math.max(x1, area[3] + area[5]); y1 = Math.max(y1, area[4] + area[6]);
    });
    if (x0 === Infinity) return [0, 0, shapes.width, shapes.height];
    // a single small area is shown with what lies around it
    const pad = Math.max((x1 - x0) * 0.08, (y1 - y0) * 0.08, (shapes.height * 0.12 - Math.max(x1 - x0, y1 - y0)) / 2);
    return [x0 - pad, y0 - pad, x1 - x0 + 2 * pad, y1 - y0 + 2 * pad];
  }

  function swatch(panel, kind, apart) {
    const svg = make("svg", { width: 28, height: 20, class: "wh-swatch", "aria-hidden": "true", focusable: "false" });
    const defs = make("defs", {}, svg);
    const id = "wh-swatch-" + panel.name + "-" + kind.key + (apart || "");
    if (kind.pattern) addPattern(defs, kind, id, 9);
    make("rect", { x: 1, y: 1, width: 26, height: 18, fill: kind.pattern ? "url(#" + id + ")" : kind.colour, stroke: "#0b0c0c" }, svg);
    return svg;
  }

  function legendWords(payload, kind) {
    if (payload.shading !== "benchmark") return kind.words;
    if (["better", "worse", "higher", "lower"].includes(kind.key)) return kind.words + " than " + payload.benchmark;
    return kind.key === "similar" ? kind.words + " to " + payload.benchmark : kind.words;
  }

  function legend(panel) {
    const list = panel.side.querySelector(".wh-legend"), payload = panel.payload;
    // the swatches stay while the classes do: only the counts change
    const drawn = JSON.stringify([payload.shading, payload.classes, payload.benchmark, payload.range || 0]);
    if (list._drawn !== drawn) {
      list._drawn = drawn;
      list.replaceChildren();
      if (payload.shading === "continuous") {
        const item = html("li", "wh-legend-scale", null, list);
        const bar = html("span", "wh-scale-bar", null, item);
        bar.style.background = "linear-gradient(to right, " + payload.range.colours.join(", ") + ")";
        html("span", "wh-scale-ends", withUnit(payload, payload.range.low) + " (light) to " + withUnit(payload, payload.range.high) + " (dark)", item);
      }
      payload.classes.forEach(function (kind, i) {
        if (kind.key === "value") return;
        const item = html("li", null, null, list);
        item.dataset.place = i;
        item.appendChild(swatch(panel, kind));
        html("span", null, legendWords(payload, kind), item);
        html("span", "wh-legend-count", "", item);
      });
    }
    list.querySelectorAll("[data-place]").forEach(function (item) {
      const count = panel.counts[Number(item.dataset.place)], key = payload.classes[Number(item.dataset.place)].key;
      item.hidden = !count && ["missing", "not_compared"].includes(key);
      item.lastChild.textContent = count.toLocaleString("en-GB") + (count === 1 ? " area" : " areas");
    });
  }

  // the list of areas stands at the first that is chosen
  function pick(picker) {
    const first = window.workhealth.areas()[0];
    picker.value = panels.map.byCode.has(first) ? first : "";
  }

  function fillPicker(all) {
    const picker = document.getElementById("choose-map-area");
    if (!picker) return;
    const key = all.map(function (record) { return record.code; }).join();
    if (picker._filled === key && picker.options.length > 1) return;
    picker._filled = key;
    const options = [new Option("None", "")];
    all.slice().sort(function (a, b) { return byName.compare(a.name, b.name); }).forEach(function (record) {
      options.push(new Option(record.name, record.code));
    });
    picker.replaceChildren.apply(picker, options);
    pick(picker);
  }

  function drawTable() {
    const holder = document.getElementById("map-table"), main = panels.map, payload = main.payload;
    if (!holder) return;
    const second = panels.second && panels.second.drawn && !panels.second.root.hidden ? panels.second : null;
    const rows = main.all.filter(main.inView);
    const compares = rows.some(function (record) { return !["missing", "not_compared"].includes(payload.compared[record.c].key); });
    const heading = payload.unit.suffix.length > 1 ? "Value (" + payload.unit.heading + ")" : "Value";
    const columns = [{ label: "Area" }, { label: heading, kind: "number" }, { label: "95% confidence interval", kind: "number" }];
    if (compares) columns.push({ label: "Compared with " + payload.benchmark });
    if (payload.shading === "quintile") columns.push({ label: "Fifth" });
    if (payload.shading === "trend") columns.push({ label: "Recent trend" });
    if (payload.shading === "change") {
      columns.push({ label: "Change since " + payload.since, kind: "number" }, { label: "95% interval of the change", kind: "number" }, { label: "Direction" });
    }
    if (second) columns.push({ label: second.payload.title, kind: "number" });
    columns.push({ label: "Code", hide: true });
    const sorted = rows.slice().sort(function (a, b) { return byName.compare(a.name, b.name); });
    window.workhealthTable(holder, {
      caption: payload.caption,
      columns: columns,
      rows: sorted.map(function (record) {
        const kind = payload.classes[record.k], there = record.v !== null;
        const row = [
          { t: record.name, h: "/areas/" + record.code },
          there ? { t: short(payload, record.v), s: record.v } : { t: STATUS[record.status || "no_row"], s: null, c: "wh-missing" },
          { t: interval(payload, record), s: record.lo === null || !there ? null : record.v - record.lo }
        ];
        if (compares) {
          const category = payload.compared[record.c];
          row.push({ t: category.key === "missing" ? "" : category.words, c: "wh-compared wh-compared-" + category.key.replace("_", "-") });
        }
        if (payload.shading === "quintile" || payload.shading === "trend") row.push(there ? { t: kind.words.split(":")[0], s: record.k } : "");
        if (payload.shading === "change") {
          row.push(
            { t: record.d === null ? "" : signed(plain(payload, record.d)), s: record.d },
            { t: changeInterval(payload, record), s: record.dlo === null ? null : record.d - record.dlo },
            { t: there ? kind.words + (record.reason ? ": " + record.reason : "") : "", s: record.k }
          );
        }
        if (second) {
          const other = second.byCode.get(record.code);
          row.push(other && other.v !== null ? { t: short(second.payload, other.v), s: other.v } : { t: other ? STATUS[other.status || "no_row"] : "", s: null, c: "wh-missing" });
        }
        row.push(record.code);
        return row;
      }),
      sort: true,
      file: fileName(payload),
      csv: function () { return csvOf(payload, sorted); }
    });
  }

  function fileName(payload) { return payload.indicator + "-" + payload.area_type + "-" + payload.period.replaceAll("/", "-"); }

  // numbers as numbers, with what they are of: fit for another program
  function csvOf(payload, rows) {
    const scale = Math.pow(10, payload.decimals);
    const given = function (scaled) { return scaled === null ? "" : (scaled / scale).toFixed(payload.decimals); };
    const quote = function (text) { return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text; };
    const lines = [["indicator", "period", "area_code", "area_name", "value", "lower_ci_95", "upper_ci_95", "compared_with", "compared", "status", "source"].concat(payload.d ? ["change_since", "change", "change_lower_ci_95", "change_upper_ci_95"] : [])];
    rows.forEach(function (record) {
      const there = record.v !== null, limits = there && record.lo !== null;
      const category = payload.compared[record.c].key;
      lines.push([
        payload.indicator, payload.period, record.code, record.name, given(record.v),
        limits ? given(record.v - record.lo) : "", limits ? given(record.v + record.hi) : "",
        payload.benchmark, there ? category : "",
        payload.illustrative && there ? "illustrative" : there ? "ok" : record.status === "no_row" ? "not_available" : record.status, payload.source
      ].concat(payload.d ? [
        payload.since, given(record.d), record.dlo === null ? "" : given(record.d - record.dlo), record.dlo === null ? "" : given(record.d + record.dhi)
      ] : []));
    });
    return lines.map(function (line) { return line.map(function (cell) { return quote(String(cell)); }).join(","); }).join("\r\n") + "\r\n";
  }

  // ---- pointing and keys ------------------------------------------------------------------------

  function tipFor(panel, record, event) {
    const tip = panel.tip, target = panel.drawn.paths.get(record.code);
    tip.replaceChildren();
    html("strong", null, record.name, tip);
    if (record.v === null) {
      html("span", null, STATUS[record.status || "no_row"], tip);
    } else {
      html("span", "wh-tip-value", withUnit(panel.payload, record.v), tip);
      const between = interval(panel.payload, record);
      if (between) html("span", null, "95% interval " + between, tip);
      const compared = comparison(panel.payload, record);
      if (compared) html("span", null, compared, tip);
      const more = coloured(panel.payload, record);
      if (more) html("span", null, more, tip);
      if (panel.payload.illustrative) html("span", null, "Illustrative, not a real figure", tip);
    }
    tip.hidden = false;
    const box = panel.frame.getBoundingClientRect();
    let x, y;
    if (event) { x = event.clientX - box.left; y = event.clientY - box.top; }
    else { const at = target.getBoundingClientRect(); x = at.left + at.width / 2 - box.left; y = at.top + at.height / 2 - box.top; }
    const left = Math.min(Math.max(x + 14, 0), Math.max(box.width - tip.offsetWidth - 2, 0));
    const below = y + 18 + tip.offsetHeight < box.height;
    tip.style.left = left + "px";
    tip.style.top = Math.max(below ? y + 18 : y - tip.offsetHeight - 12, 0) + "px";
  }

  // point at an area: its tip here, and the same area with its value on the other map
  function point(panel, code, event) {
    const record = panel.byCode.get(code);
    if (record) tipFor(panel, record, event);
    eachPanel(function (other) {
      if (other === panel || other.root.hidden) return;
      const there = other.byCode.get(code);
      if (other.linked === code) return;
      other.linked = code;
      const group = other.drawn.svg.querySelector(".wh-map-links");
      group.replaceChildren();
      if (!there || !there.shape) { other.tip.hidden = true; return; }
      outline(other, group, code, "wh-mark-ground");
      outline(other, group, code, "wh-mark wh-mark-linked");
      tipFor(other, there, null);
    });
  }

  function leave() {
    eachPanel(function (panel) {
      panel.tip.hidden = true;
      panel.linked = null;
      panel.drawn.svg.querySelector(".wh-map-links").replaceChildren();
    });
  }

  function panelOf(node) {
    const root = node.closest && node.closest("[data-panel]");
    const panel = root && panels[root.dataset.panel];
    return panel && panel.root === root && panel.drawn ? panel : null;
  }

  function areaAt(event) {
    const path = event.target.closest && event.target.closest(".wh-area");
    return path && panelOf(path) ? path : null;
  }

  function choose(code, add) {
    const chosen = window.workhealth.areas(), record = panels.map.byCode.get(code), taken = chosen.includes(code);
    let next;
    if (add) next = taken ? chosen.filter(function (one) { return one !== code; }) : chosen.concat(code);
    else next = chosen.length === 1 && taken ? [] : [code];
    chooseAll(next);
    if (record) say(record.name + (next.includes(code) ? " chosen. " : " no longer chosen. ") + count(next.length) + " chosen.");
  }

  function count(n) { return n.toLocaleString("en-GB") + (n === 1 ? " area" : " areas"); }

  const MOST = 20; // as many as the address may name (dashboard/view.py)

  function chooseAll(codes) {
    const kept = codes.slice(0, MOST);
    window.workhealth.change({ area: kept.join(","), zoom: kept.length ? undefined : null });
    if (codes.length > MOST) say(count(codes.length) + " were drawn round; the first " + MOST + " are chosen, which is the most at once.");
  }

  function restoreTitle() {
    if (blanked) blanked.firstChild.textContent = blanked.getAttribute("aria-label");
    blanked = null;
  }

  document.addEventListener("pointermove", function (event) {
    const path = areaAt(event);
    if (!path) { if (blanked) { restoreTitle(); leave(); } return; }
    if (blanked !== path) {
      restoreTitle();
      if (path.firstChild && path.firstChild.nodeName === "title") {
        path.firstChild.textContent = ""; // our own tip says it; the browser's would cover it
        blanked = path;
      }
    }
    point(panelOf(path), path.dataset.areaCode, event);
  });
  document.addEventListener("pointerout", function (event) { if (areaAt(event)) { restoreTitle(); leave(); } });

  document.addEventListener("click", function (event) {
    const path = areaAt(event);
    if (!path || (window.workhealthMapLasso && window.workhealthMapLasso.took(event))) return;
    const code = path.dataset.areaCode, panel = panelOf(path);
    if (panel.order.some(function (record) { return record.code === code; })) setRoving(panel, code, false);
    choose(code, event.ctrlKey || event.metaKey || event.shiftKey);
  });

  document.addEventListener("focusin", function (event) {
    const path = areaAt(event);
    if (path) point(panelOf(path), path.dataset.areaCode, null);
  });
  document.addEventListener("focusout", function (event) { if (areaAt(event)) leave(); });

  document.addEventListener("keydown", function (event) {
    const path = areaAt(event);
    if (!path || event.altKey || event.metaKey) return;
    const panel = panelOf(path), order = panel.order;
    const at = order.findIndex(function (record) { return record.code === path.dataset.areaCode; });
    let next = -1;
    if (event.key === "ArrowRight" || event.key === "ArrowDown") next = (at + 1) % order.length;
    else if (event.key === "ArrowLeft" || event.key === "ArrowUp") next = (at - 1 + order.length) % order.length;
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = order.length - 1;
    else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(path.dataset.areaCode, event.key === " " || event.ctrlKey || event.shiftKey);
      return;
    } else if (event.key === "Escape") { leave(); return; }
    else if (event.key.length === 1 && /[a-z]/i.test(event.key) && !event.ctrlKey) {
      // a letter goes to the next area that begins with it
      for (let step = 1; step <= order.length; step += 1) {
        const candidate = (at + step) % order.length;
        if (order[candidate].name[0].toLowerCase() === event.key.toLowerCase()) { next = candidate; break; }
      }
    }
    if (next >= 0) { event.preventDefault(); setRoving(panel, order[next].code, true); }
  });

  // ---- taking it away ---------------------------------------------------------------------------

  function wrap(text, most) {
    const lines = [""];
    text.split(/\s+/).forEach(function (word) {
      const last = lines[lines.length - 1];
      if ((last + " " + word).trim().length > most) lines.push(word); else lines[lines.length - 1] = (last + " " + word).trim();
    });
    return lines;
  }

  // a whole picture: title, map, legend, source
  function standalone(panel) {
    const payload = panel.payload, box = panel.drawn.svg.getAttribute("viewBox").split(" ").map(Number);
    const width = 1000, mapHeight = Math.min(1150, Math.round(width * 0.62 * box[3] / box[2])), font = "Helvetica, Arial, sans-serif";
    const svg = make("svg", { xmlns: SVG, width: width, "font-family": font });
    let y = 44;
    const lines = function (text, size, weight, x, most) {
      wrap(text, most).forEach(function (line) {
        make("text", { x: x, y: y, "font-size": size, "font-weight": weight, fill: "#0b0c0c" }, svg).textContent = line;
        y += size * 1.3;
      });
    };
    make("rect", { width: "100%", height: "100%", fill: "#fff" }, svg);
    lines(payload.caption, 26, 700, 24, 68);
    if (payload.illustrative) lines("Illustrative figures: made up to show how the map works, not real.", 18, 700, 24, 100);
    const top = y;
    const map = panel.drawn.svg.cloneNode(true);
    map.querySelectorAll(".wh-map-links, .wh-map-lasso").forEach(function (node) { node.remove(); });
    map.setAttribute("x", 24); map.setAttribute("y", top); map.setAttribute("width", width * 0.62); map.setAttribute("height", mapHeight);
    map.removeAttribute("class");
    map.querySelectorAll("[tabindex],[role],[aria-label]").forEach(function (node) {
      ["tabindex", "role", "aria-pressed", "aria-label"].forEach(function (name) { node.removeAttribute(name); });
    });
    const u = box[3] / 1000;
    const paintAs = function (selector, attributes) {
      map.querySelectorAll(selector).forEach(function (node) { for (const key in attributes) node.setAttribute(key, attributes[key]); });
    };
    paintAs(".wh-area", { stroke: "#0b0c0c", "stroke-width": 0.5 * u, "stroke-opacity": 0.7 });
    paintAs(".wh-area-away", { opacity: 0.2 });
    paintAs(".wh-map-outlines", { fill: "none", stroke: "#0b0c0c", "stroke-width": 1.8 * u });
    paintAs(".wh-mark-ground", { fill: "none", stroke: "#fff", "stroke-width": 7 * u });
    paintAs(".wh-mark", { fill: "none", stroke: "#0b0c0c", "stroke-width": 4 * u });
    paintAs(".wh-inset-frame", { fill: "none", stroke: "#505a5f", "stroke-width": 1.5 * u });
    paintAs(".wh-inset-ground", { fill: "#fff" });
    paintAs(".wh-inset-label", { "font-size": 26 * u, fill: "#505a5f" });
    svg.appendChild(map);
    y = top + 30;
    const x = 24 + width * 0.62 + 16;
    if (payload.shading === "continuous") {
      payload.range.colours.forEach(function (one, i) { make("rect", { x: x + i * 50, y: y, width: 50, height: 18, fill: one }, svg); });
      y += 40;
      lines(withUnit(payload, payload.range.low) + " to " + withUnit(payload, payload.range.high), 15, 400, x, 36);
    }
    payload.classes.forEach(function (kind, i) {
      if (kind.key === "value" || !panel.counts[i]) return;
      const mark = swatch(panel, kind, "-file");
      mark.setAttribute("x", x); mark.setAttribute("y", y - 15);
      svg.appendChild(mark);
      lines(legendWords(payload, kind) + ": " + panel.counts[i], 15, 400, x + 38, 34);
      y += 6;
    });
    window.workhealth.areas().forEach(function (code) {
      const record = panel.byCode.get(code);
      if (record) { y += 10; lines(sentence(payload, record), 15, 700, x, 38); }
    });
    y = Math.max(y, top + mapHeight) + 30;
    lines(payload.source, 13, 400, 24, 140);
    lines("Contains OS data © Crown copyright and database right. Open Government Licence v3.0.", 13, 400, 24, 140);
    svg.setAttribute("height", Math.ceil(y));
    svg.setAttribute("viewBox", "0 0 " + width + " " + Math.ceil(y));
    return svg;
  }

  function download(panel, kind) {
    if (!panel.drawn) return;
    const svg = standalone(panel), text = new XMLSerializer().serializeToString(svg), name = fileName(panel.payload) + "." + kind;
    if (kind === "svg") { window.workhealthSave(name, new Blob([text], { type: "image/svg+xml" })); return; }
    const image = new Image(), canvas = document.createElement("canvas");
    canvas.width = 2 * Number(svg.getAttribute("width"));
    canvas.height = 2 * Number(svg.getAttribute("height"));
    image.onload = function () {
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (blob) { window.workhealthSave(name, blob); }, "image/png");
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  }

  // ---- from the server --------------------------------------------------------------------------

  function holderNow() { return document.getElementById("map-drawing"); }

  // draw what is shown: the first map, and the second where there is one
  function draw() {
    const holder = holderNow(), now = shown;
    if (!holder || !now) return;
    if (!now.map) {
      holder.replaceChildren();
      delete holder.dataset.drawn;
      delete panels.map;
      delete panels.second;
      document.getElementById("map-table").replaceChildren();
      return;
    }
    if (!panels.map || !holder.contains(panels.map.root)) buildPlaces(holder);
    const asked = [fetchOnce(now.map.shapes), now.second ? fetchOnce(now.second.shapes) : null];
    Promise.all(asked).then(function (shapes) {
      // the page may have moved on while the shapes came
      if (shown !== now || holderNow() !== holder) return;
      const first = !panels.map.drawn;
      paint(panels.map, now.map, shapes[0]);
      const pair = Boolean(now.second) || Boolean(now.secondWords);
      holder.querySelector(".wh-map-panels").classList.toggle("wh-map-pair", pair);
      panels.second.root.hidden = !pair;
      panels.second.title.hidden = panels.second.frame.hidden = panels.second.side.hidden = !now.second;
      document.getElementById("map-csv").textContent = now.second ? "Download CSV of both maps" : "Download CSV";
      if (now.second) paint(panels.second, now.second, shapes[1]);
      else if (panels.second.drawn) { panels.second.drawn.svg.remove(); panels.second.drawn = null; panels.second.byCode = null; }
      if (panels.second.words._text !== now.secondWords) { panels.second.words._text = now.secondWords; fill(panels.second.words, now.secondWords || ""); }
      markSelection();
      holder.dataset.drawn = now.map.key + (now.second ? "+" + now.second.key : "");
      if (first) finish(); else finishSoon();
    }).catch(function (error) {
      if (shown !== now) return;
      console.error(error);
      holder.replaceChildren();
      delete panels.map;
      delete panels.second;
      html("p", "wh-inset", "The map could not be loaded. The table below has every figure.", holder);
    });
  }

  function merged(old, answer) {
    if (!answer || !answer.change) return answer;
    const made = Object.assign({}, old, answer.change);
    Object.keys(answer.change).forEach(function (key) { if (answer.change[key] === null && key !== "only") delete made[key]; });
    return made;
  }

  function apply(answer, search) {
    const parts = answer.parts;
    Object.keys(parts).forEach(function (id) {
      const node = document.getElementById(id);
      if (node && id !== "map-second-words") fill(node, parts[id]);
    });
    shown = {
      search: search,
      map: "map" in parts ? merged(shown.map, parts.map) : shown.map,
      second: "second" in parts ? merged(shown.second, parts.second) : shown.second,
      secondWords: "map-second-words" in parts ? parts["map-second-words"] : shown.secondWords
    };
    fill(document.getElementById("map-notes"), answer.notes || "");
    if (answer.later) bringLater(search);
    document.title = answer.title;
    draw();
    window.workhealth.settled();
  }

  // method and source of another indicator: asked for when the reader comes near them
  let nearing = null;
  function bringLater(search) {
    const node = document.getElementById("map-below");
    if (nearing) nearing.disconnect();
    fill(node, '<p class="wh-body"><a class="wh-link" href="/indicators/' + encodeURIComponent(shown.map ? shown.map.indicator : "") + '">About these figures</a></p>');
    nearing = new IntersectionObserver(function (seen) {
      if (!seen.some(function (one) { return one.isIntersecting; })) return;
      nearing.disconnect();
      fetchOnce("/map/below?to=" + encodeURIComponent(search)).then(function (answer) {
        if (shown && shown.search === search && document.contains(node)) fill(node, answer["map-below"]);
      }).catch(function () { say("The notes on these figures could not be loaded."); });
    }, { rootMargin: "200px" });
    nearing.observe(node);
  }

  // the address has changed: ask what differs and show it
  function follow(search) {
    if (!shown || !holderNow() || search === wanted) return;
    wanted = search;
    turn += 1;
    const mine = turn;
    fetch("/map/change?key=" + (shown.map ? shown.map.key : "") + "&from=" + encodeURIComponent(shown.search) + "&to=" + encodeURIComponent(search))
      .then(function (answer) {
        if (mine !== turn) return null;
        if (answer.ok) return answer.json();
        // a page of words on what is wrong with the address
        window.dash_clientside.set_props("address", { data: { pathname: "/map", search: search } });
        return null;
      })
      .then(function (answer) { if (answer && mine === turn && holderNow()) apply(answer, search); })
      .catch(function (error) {
        if (mine !== turn) return;
        wanted = shown.search;
        say("The new figures could not be loaded. Check the connection and choose again.");
        console.error(error);
      });
  }

  // a period that was fetched before is shown at once; the address follows when the reader stays there
  function preview(payload) {
    const panel = panels.map;
    if (!panel || !panel.drawn) return;
    fetchOnce(payload.shapes).then(function (shapes) {
      if (panels.map !== panel || !document.contains(panel.root)) return;
      paint(panel, payload, shapes);
      shown = Object.assign({}, shown, { previewed: true });
      holderNow().dataset.drawn = payload.key;
      markSelection();
    }).catch(function (error) { console.error(error); });
  }

  // the page of the map has come, with what is drawn on it or (in a document) without
  function arrive(start) {
    turn += 1;
    if (!holderNow()) return;
    if (start) { begin(start); return; }
    const mine = turn;
    fetch("/map/drawing?to=" + encodeURIComponent(searchNow())).then(function (answer) {
      if (!answer.ok) throw new Error("drawing: " + answer.status);
      return answer.json();
    }).then(function (answer) { if (mine === turn) begin(answer); }).catch(function (error) {
      if (mine !== turn) return;
      console.error(error);
      html("p", "wh-inset", "The map could not be loaded. The table below has every figure.", holderNow());
    });
  }

  // of the map itself, or of the map in a frame of another page
  function searchNow() { return window.location.search; }

  function begin(start) {
    shown = { search: start.search, map: start.map, second: start.second, secondWords: start["map-second-words"] };
    wanted = start.search ? "?" + start.search.replace(/^\?/, "") : "";
    draw();
    follow(searchNow());
  }

  window.workhealthMap = {
    arrive: arrive,
    follow: follow,
    preview: preview,
    merged: merged,
    say: say,
    sentence: function (code) {
      const record = panels.map && panels.map.byCode && panels.map.byCode.get(code);
      return record ? sentence(panels.map.payload, record) : "";
    },
    choose: chooseAll,
    panelOf: panelOf,
    shownMap: function () { return shown && shown.map; },
    rezoom: function () { eachPanel(zoom); },
    // the controls may have been made anew
    refresh: function () {
      if (!panels.map || !panels.map.drawn || !document.contains(panels.map.root)) return;
      fillPicker(panels.map.all);
      markSelection();
    }
  };
})();
