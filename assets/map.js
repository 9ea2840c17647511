// Draws the map from shapes that are fetched once and values that come with each view.
// Each area is a button: arrow keys go from area to area in the order of the table, Enter selects.
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const shapesByUrl = new Map();
  let blanked = null; // the area under the pointer, whose browser tip is taken away
  let current = null; // {payload, shapes, svg, paths, clones, holder}

  function fetchShapes(url) {
    if (!shapesByUrl.has(url)) {
      const asked = fetch(url).then(function (answer) {
        if (!answer.ok) throw new Error("shapes: " + answer.status);
        return answer.json();
      });
      asked.catch(function () { shapesByUrl.delete(url); });
      shapesByUrl.set(url, asked);
    }
    return shapesByUrl.get(url);
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

  // ---- words ------------------------------------------------------------------------------------

  const STATUS = {
    suppressed: "Hidden by the publisher (small numbers)",
    unreliable: "Too uncertain to publish",
    not_available: "Not available",
    not_collected: "Not collected",
    illustrative: "Not available",
    no_row: "No figure published"
  };

  function plain(payload, scaled) {
    const d = payload.decimals;
    let value = scaled / Math.pow(10, d);
    if (Object.is(value, -0)) value = 0;
    return value.toLocaleString("en-GB", { minimumFractionDigits: d, maximumFractionDigits: d }).replace("-", "−");
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

  // one record an area, in the order of the table: by name
  function records(payload, shapes) {
    const status = {};
    Object.keys(payload.missing).forEach(function (key) {
      payload.missing[key].forEach(function (i) { status[i] = key; });
    });
    const found = shapes.areas.map(function (area, i) {
      const c = Number(payload.c[i]);
      return {
        i: i, code: area[0], name: area[1], v: payload.v[i], lo: payload.lo[i], hi: upper(payload.lo[i], payload.skew[i]),
        c: c, k: payload.k ? Number(payload.k[i]) : c, status: status[i] || null, shape: true
      };
    });
    payload.extra.forEach(function (one, i) {
      found.push({
        i: shapes.areas.length + i, code: one[0], name: one[1], v: one[2], lo: one[3], hi: upper(one[3], one[4]),
        c: one[5], k: one[6], status: one[2] === null ? "no_row" : null, shape: false
      });
    });
    return found;
  }

  function interval(payload, record) {
    if (record.v === null || record.lo === null) return "";
    return short(payload, record.v - record.lo) + " to " + short(payload, record.v + record.hi);
  }

  function comparison(payload, record) {
    const category = payload.compared[record.c];
    if (category.key === "missing") return "";
    if (category.key === "not_compared") return "Not compared";
    return category.words + (category.key === "similar" ? " to " : " than ") + payload.benchmark;
  }

  function sentence(payload, record) {
    if (record.v === null) return record.name + ": " + STATUS[record.status || "no_row"];
    const between = interval(payload, record), compared = comparison(payload, record);
    return record.name + ": " + withUnit(payload, record.v) + (between ? " (" + between + ")" : "") +
      (compared && compared !== "Not compared" ? ", " + compared.toLowerCase().replace(payload.benchmark.toLowerCase(), payload.benchmark) : "") +
      (payload.illustrative ? ", illustrative figure" : "");
  }

  // ---- colours ----------------------------------------------------------------------------------

  function mix(a, b, share) {
    const part = function (at) {
      const x = parseInt(a.slice(at, at + 2), 16), y = parseInt(b.slice(at, at + 2), 16);
      return Math.round(x + (y - x) * share).toString(16).padStart(2, "0");
    };
    return "#" + part(1) + part(3) + part(5);
  }

  function colour(payload, record) {
    const kind = payload.classes[record.k];
    if (payload.shading === "continuous" && record.v !== null) {
      const range = payload.range, span = range.high - range.low;
      const at = span > 0 ? (record.v - range.low) / span * (range.colours.length - 1) : 0;
      const left = Math.min(Math.floor(at), range.colours.length - 2);
      return mix(range.colours[left], range.colours[left + 1], at - left);
    }
    return kind.pattern ? "url(#wh-pattern-" + kind.key + ")" : kind.colour;
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

  function buildShapes(holder, shapes, url) {
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
    const marks = make("g", { class: "wh-map-marks", "aria-hidden": "true" }, svg);
    let inset = null;
    if (shapes.inset) {
      const from = shapes.inset.from, to = shapes.inset.to, scale = to[2] / from[2];
      inset = make("g", { class: "wh-map-inset", "aria-hidden": "true" }, svg);
      const clip = make("clipPath", { id: "wh-inset-clip" }, defs);
      make("rect", { x: to[0], y: to[1], width: to[2], height: to[3] }, clip);
      make("rect", { x: to[0], y: to[1], width: to[2], height: to[3], class: "wh-inset-ground" }, inset);
      const clipped = make("g", { "clip-path": "url(#wh-inset-clip)" }, inset);
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
    return { url: url, svg: svg, defs: defs, paths: paths, clones: clones, marks: marks, inset: inset, shapes: shapes };
  }

  function outline(drawn, group, code, className) {
    const area = drawn.shapes.areas.find(function (one) { return one[0] === code; });
    if (area) make("path", { d: area[2], class: className }, group);
  }

  function markSelection() {
    if (!current) return;
    const chosen = window.workhealth.areas();
    current.drawn.paths.forEach(function (path, code) {
      path.setAttribute("aria-pressed", chosen.includes(code) ? "true" : "false");
    });
    current.holder.querySelectorAll(".wh-map-marks").forEach(function (group) {
      group.replaceChildren();
      chosen.forEach(function (code) {
        if (group.classList.contains("wh-inset-marks") && !current.drawn.clones.has(code)) return;
        outline(current.drawn, group, code, "wh-mark-ground");
        outline(current.drawn, group, code, "wh-mark");
      });
    });
    const picker = document.getElementById("choose-map-area");
    if (picker) picker.value = current.byCode.has(chosen[0]) ? chosen[0] : "";
  }

  function setRoving(code, focus) {
    if (!current) return;
    current.order.forEach(function (record) {
      const path = current.drawn.paths.get(record.code);
      if (path) path.setAttribute("tabindex", record.code === code ? "0" : "-1");
    });
    current.roving = code;
    if (focus) current.drawn.paths.get(code).focus();
  }

  function paint(payload, shapes, holder) {
    let frame = holder.querySelector(".wh-map-frame");
    let drawn = current && current.holder === holder && current.drawn.url === payload.shapes ? current.drawn : null;
    if (!frame) {
      holder.replaceChildren();
      frame = html("div", "wh-map-frame", null, holder);
      const tip = html("div", "wh-map-tip", null, frame);
      tip.hidden = true;
      tip.setAttribute("aria-hidden", "true");
      const side = html("div", "wh-map-side", null, holder);
      html("h2", "wh-h3", "What the map shows", side);
      html("ul", "wh-legend", null, side);
      html("p", "wh-hint wh-map-note", null, side);
      html("p", "wh-hint wh-map-help", "Click an area to select it. By keyboard: Tab to the map, arrow keys go from area to area in the order of the table, Enter selects.", side);
      const buttons = html("div", "wh-downloads", null, side);
      [["png", "Download the map (PNG)"], ["svg", "Download the map (SVG)"]].forEach(function (one) {
        const button = html("button", "wh-button wh-button-secondary", one[1], buttons);
        button.type = "button";
        button.addEventListener("click", function () { download(one[0]); });
      });
      drawn = null;
    }
    if (!drawn) {
      drawn = buildShapes(holder, shapes, payload.shapes);
      const old = frame.querySelector("svg");
      if (old) old.remove();
      frame.insertBefore(drawn.svg, frame.firstChild);
    }
    const all = records(payload, shapes);
    const only = payload.only ? new Set(payload.only) : null;
    const inView = function (record) { return !only || only.has(record.i); };
    const byCode = new Map(all.map(function (record) { return [record.code, record]; }));

    // counts of what is in view: all of England, or the part zoomed to
    payload.classes.forEach(function (kind, i) {
      kind.count = all.filter(function (record) { return record.k === i && inView(record); }).length;
    });
    drawn.svg.setAttribute("aria-label", payload.label);
    const zoom = zoomBox(shapes, only);
    const unit = zoom[3] / 1000;
    // patterns are kept while they stay the same: making them anew repaints every area
    const patterns = unit + payload.classes.map(function (kind) { return kind.key + kind.pattern; }).join();
    const fresh = drawn.patterns !== patterns;
    drawn.patterns = patterns;
    if (fresh) drawn.defs.querySelectorAll("pattern").forEach(function (one) { one.remove(); });
    payload.classes.forEach(function (kind) {
      if (!kind.pattern || !fresh) return;
      addPattern(drawn.defs, kind, "wh-pattern-" + kind.key, 16 * unit);
      if (shapes.inset) addPattern(drawn.defs, kind, "wh-pattern-" + kind.key + "-inset", 16 * unit * shapes.inset.from[2] / shapes.inset.to[2]);
    });
    drawn.svg.setAttribute("viewBox", zoom.join(" "));
    drawn.svg.style.setProperty("--wh-unit", unit + "px");
    if (drawn.inset) drawn.inset.style.display = only ? "none" : "";

    all.forEach(function (record) {
      const path = drawn.paths.get(record.code);
      if (!path) return;
      const fill = colour(payload, record), away = !inView(record);
      if (path._fill !== fill) {
        path._fill = fill;
        path.setAttribute("fill", fill);
        const clone = drawn.clones.get(record.code);
        if (clone) clone.setAttribute("fill", fill.replace(/^url\((.*)\)$/, "url($1-inset)"));
      }
      if (path._away !== away) {
        path._away = away;
        path.classList.toggle("wh-area-away", away);
      }
    });
    current = {
      payload: payload, shapes: shapes, holder: holder, drawn: drawn, byCode: byCode, all: all,
      order: all.filter(function (record) { return record.shape && inView(record); }),
      roving: current ? current.roving : null
    };
    const known = current.order.some(function (record) { return record.code === current.roving; });
    const chosen = window.workhealth.areas().find(function (code) { return current.order.some(function (r) { return r.code === code; }); });
    if (current.order.length) setRoving(known ? current.roving : chosen || current.order[0].code, false);
    legend(holder.querySelector(".wh-legend"), payload);
    const note = holder.querySelector(".wh-map-note");
    note.textContent = payload.note || "";
    note.hidden = !payload.note;
    fillPicker(all);
    markSelection();
    holder.dataset.drawn = payload.key;
    const first = !drawn.named;
    const follow = function () {
      if (!current || current.payload !== payload || !document.contains(holder)) return;
      all.forEach(function (record) {
        const path = drawn.paths.get(record.code);
        if (path) nameArea(path, sentence(payload, record));
      });
      drawn.named = true;
      drawTable(payload, all.filter(inView));
    };
    // colours first: the words of 300 areas and the table come right after they are on the screen
    if (first) follow(); else requestAnimationFrame(function () { setTimeout(follow, 0); });
  }

  function nameArea(path, text) {
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
    const pad = Math.max(x1 - x0, y1 - y0) * 0.08;
    return [x0 - pad, y0 - pad, x1 - x0 + 2 * pad, y1 - y0 + 2 * pad];
  }

  function swatch(kind) {
    const svg = make("svg", { width: 28, height: 20, class: "wh-swatch", "aria-hidden": "true", focusable: "false" });
    const defs = make("defs", {}, svg);
    const id = "wh-swatch-" + kind.key;
    if (kind.pattern) addPattern(defs, kind, id, 9);
    make("rect", { x: 1, y: 1, width: 26, height: 18, fill: kind.pattern ? "url(#" + id + ")" : kind.colour, stroke: "#0b0c0c" }, svg);
    return svg;
  }

  function legend(list, payload) {
    list.replaceChildren();
    if (payload.shading === "continuous") {
      const item = html("li", "wh-legend-scale", null, list);
      const bar = html("span", "wh-scale-bar", null, item);
      bar.style.background = "linear-gradient(to right, " + payload.range.colours.join(", ") + ")";
      html("span", "wh-scale-ends", withUnit(payload, payload.range.low) + " (light) to " + withUnit(payload, payload.range.high) + " (dark)", item);
    }
    payload.classes.forEach(function (kind) {
      if (kind.key === "value" || (!kind.count && ["missing", "not_compared"].includes(kind.key))) return;
      if (payload.shading === "benchmark" && !kind.count && payload.all_not_compared) return;
      const item = html("li", null, null, list);
      item.appendChild(swatch(kind));
      let words = kind.words;
      if (payload.shading === "benchmark" && ["better", "worse", "higher", "lower"].includes(kind.key)) words += " than " + payload.benchmark;
      if (payload.shading === "benchmark" && kind.key === "similar") words += " to " + payload.benchmark;
      html("span", null, words, item);
      html("span", "wh-legend-count", kind.count.toLocaleString("en-GB") + (kind.count === 1 ? " area" : " areas"), item);
    });
  }

  function fillPicker(all) {
    const picker = document.getElementById("choose-map-area");
    if (!picker) return;
    const key = all.map(function (record) { return record.code; }).join();
    if (picker._filled === key && picker.options.length > 1) return;
    picker._filled = key;
    const options = [new Option("None", "")];
    all.slice().sort(function (a, b) { return a.name.localeCompare(b.name, "en-GB"); }).forEach(function (record) {
      options.push(new Option(record.name, record.code));
    });
    picker.replaceChildren.apply(picker, options);
  }

  function drawTable(payload, rows) {
    const holder = document.getElementById("map-table");
    if (!holder) return;
    const compares = payload.compared.some(function (one) { return one.count && !["missing", "not_compared"].includes(one.key); });
    const heading = payload.unit.suffix.length > 1 ? "Value (" + payload.unit.heading + ")" : "Value";
    const columns = [{ label: "Area" }, { label: heading, kind: "number" }, { label: "95% confidence interval", kind: "number" }];
    if (compares) columns.push({ label: "Compared with " + payload.benchmark });
    columns.push({ label: "Code", hide: true });
    const sorted = rows.slice().sort(function (a, b) { return a.name.localeCompare(b.name, "en-GB"); });
    window.workhealthTable(holder, {
      caption: payload.caption,
      columns: columns,
      rows: sorted.map(function (record) {
        const row = [
          { t: record.name, h: "/areas/" + record.code },
          record.v === null ? { t: STATUS[record.status || "no_row"], s: null, c: "wh-missing" } : { t: short(payload, record.v), s: record.v },
          { t: interval(payload, record), s: record.lo === null || record.v === null ? null : record.v - record.lo }
        ];
        if (compares) {
          const category = payload.compared[record.c];
          row.push({ t: category.key === "missing" ? "" : category.words, c: "wh-compared wh-compared-" + category.key.replace("_", "-") });
        }
        row.push(record.code);
        return row;
      }),
      sort: true,
      file: payload.file,
      csv: function () { return csvOf(payload, sorted); }
    });
  }

  // numbers as numbers, with what they are of: fit for another program
  function csvOf(payload, rows) {
    const scale = Math.pow(10, payload.decimals);
    const given = function (scaled) { return scaled === null ? "" : (scaled / scale).toFixed(payload.decimals); };
    const quote = function (text) { return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text; };
    const lines = [["indicator", "period", "area_code", "area_name", "value", "lower_ci_95", "upper_ci_95", "compared_with", "compared", "status", "source"]];
    rows.forEach(function (record) {
      const there = record.v !== null, limits = there && record.lo !== null;
      const category = payload.compared[record.c].key;
      lines.push([
        payload.indicator, payload.period, record.code, record.name, given(record.v),
        limits ? given(record.v - record.lo) : "", limits ? given(record.v + record.hi) : "",
        payload.benchmark, there ? category : "",
        payload.illustrative && there ? "illustrative" : there ? "ok" : record.status === "no_row" ? "not_available" : record.status, payload.source
      ]);
    });
    return lines.map(function (line) { return line.map(function (cell) { return quote(String(cell)); }).join(","); }).join("\r\n") + "\r\n";
  }

  // ---- pointing and keys ------------------------------------------------------------------------

  function tipFor(record, event, target) {
    const tip = current.holder.querySelector(".wh-map-tip"), frame = current.holder.querySelector(".wh-map-frame");
    tip.replaceChildren();
    html("strong", null, record.name, tip);
    if (record.v === null) {
      html("span", null, STATUS[record.status || "no_row"], tip);
    } else {
      html("span", "wh-tip-value", withUnit(current.payload, record.v), tip);
      const between = interval(current.payload, record);
      if (between) html("span", null, "95% interval " + between, tip);
      const compared = comparison(current.payload, record);
      if (compared) html("span", null, compared, tip);
      if (current.payload.illustrative) html("span", null, "Illustrative, not a real figure", tip);
    }
    tip.hidden = false;
    const box = frame.getBoundingClientRect();
    let x, y;
    if (event) { x = event.clientX - box.left; y = event.clientY - box.top; }
    else { const at = target.getBoundingClientRect(); x = at.left + at.width / 2 - box.left; y = at.top + at.height / 2 - box.top; }
    const left = Math.min(Math.max(x + 14, 0), Math.max(box.width - tip.offsetWidth - 2, 0));
    const below = y + 18 + tip.offsetHeight < box.height;
    tip.style.left = left + "px";
    tip.style.top = Math.max(below ? y + 18 : y - tip.offsetHeight - 12, 0) + "px";
  }

  function hideTip() {
    if (!current) return;
    const tip = current.holder.querySelector(".wh-map-tip");
    if (tip) tip.hidden = true;
  }

  function areaAt(event) {
    const path = event.target.closest && event.target.closest(".wh-area");
    return path && current && current.holder.contains(path) ? path : null;
  }

  function choose(code, add) {
    const chosen = window.workhealth.areas();
    let next;
    if (add) next = chosen.includes(code) ? chosen.filter(function (one) { return one !== code; }) : chosen.concat(code);
    else next = chosen.length === 1 && chosen[0] === code ? [] : [code];
    window.workhealth.change({ area: next.join(",") });
  }

  function restoreTitle() {
    if (blanked) blanked.firstChild.textContent = blanked.getAttribute("aria-label");
    blanked = null;
  }

  document.addEventListener("pointermove", function (event) {
    const path = areaAt(event);
    if (!path) { if (blanked) { restoreTitle(); hideTip(); } return; }
    if (blanked !== path) {
      restoreTitle();
      if (path.firstChild && path.firstChild.nodeName === "title") {
        path.firstChild.textContent = ""; // our own tip says it; the browser's would cover it
        blanked = path;
      }
    }
    const record = current.byCode.get(path.dataset.areaCode);
    if (record) tipFor(record, event);
  });
  document.addEventListener("pointerout", function (event) { if (areaAt(event)) { restoreTitle(); hideTip(); } });

  document.addEventListener("click", function (event) {
    const path = areaAt(event);
    if (!path) return;
    const code = path.dataset.areaCode;
    if (current.order.some(function (record) { return record.code === code; })) setRoving(code, false);
    choose(code, event.ctrlKey || event.metaKey || event.shiftKey);
  });

  document.addEventListener("focusin", function (event) {
    const path = areaAt(event);
    if (path) tipFor(current.byCode.get(path.dataset.areaCode), null, path);
  });
  document.addEventListener("focusout", function (event) { if (areaAt(event)) hideTip(); });

  document.addEventListener("keydown", function (event) {
    const path = areaAt(event);
    if (!path || event.altKey || event.metaKey) return;
    const order = current.order, at = order.findIndex(function (record) { return record.code === path.dataset.areaCode; });
    let next = -1;
    if (event.key === "ArrowRight" || event.key === "ArrowDown") next = (at + 1) % order.length;
    else if (event.key === "ArrowLeft" || event.key === "ArrowUp") next = (at - 1 + order.length) % order.length;
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = order.length - 1;
    else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(path.dataset.areaCode, event.ctrlKey || event.shiftKey);
      return;
    } else if (event.key === "Escape") { hideTip(); return; }
    else if (event.key.length === 1 && /[a-z]/i.test(event.key) && !event.ctrlKey) {
      // a letter goes to the next area that begins with it
      for (let step = 1; step <= order.length; step += 1) {
        const candidate = (at + step) % order.length;
        if (order[candidate].name[0].toLowerCase() === event.key.toLowerCase()) { next = candidate; break; }
      }
    }
    if (next >= 0) { event.preventDefault(); setRoving(order[next].code, true); }
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
  function standalone() {
    const payload = current.payload, box = current.drawn.svg.getAttribute("viewBox").split(" ").map(Number);
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
    const map = current.drawn.svg.cloneNode(true);
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
    payload.classes.forEach(function (kind) {
      if (kind.key === "value" || !kind.count) return;
      const mark = swatch(kind);
      mark.setAttribute("x", x); mark.setAttribute("y", y - 15);
      svg.appendChild(mark);
      lines(kind.words + ": " + kind.count, 15, 400, x + 38, 34);
      y += 6;
    });
    window.workhealth.areas().forEach(function (code) {
      const record = current.byCode.get(code);
      if (record) { y += 10; lines(sentence(payload, record), 15, 700, x, 38); }
    });
    y = Math.max(y, top + mapHeight) + 30;
    lines(payload.source, 13, 400, 24, 140);
    lines("Contains OS data © Crown copyright and database right. Open Government Licence v3.0.", 13, 400, 24, 140);
    svg.setAttribute("height", Math.ceil(y));
    svg.setAttribute("viewBox", "0 0 " + width + " " + Math.ceil(y));
    return svg;
  }

  function download(kind) {
    if (!current) return;
    const svg = standalone(), text = new XMLSerializer().serializeToString(svg), name = current.payload.file + "." + kind;
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

  function show(payload) {
    const holder = document.getElementById("map-drawing");
    if (!holder || !payload || !payload.shapes) { current = null; return; }
    fetchShapes(payload.shapes).then(function (shapes) {
      // the page may have moved on while the shapes came
      if (document.getElementById("map-drawing") === holder && holder._payload === payload) paint(payload, shapes, holder);
    }).catch(function () {
      html("p", "wh-inset", "The map could not be loaded. The table below has every figure.", holder);
    });
    holder._payload = payload;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside);
  window.dash_clientside.workhealth = Object.assign({}, window.dash_clientside.workhealth, {
    drawMap: function (payload) {
      if (payload) show(payload);
      return window.dash_clientside.no_update;
    }
  });
  window.workhealthMap = {
    markSelection: markSelection,
    // the controls may have been made anew
    refresh: function () {
      if (!current || !document.contains(current.holder)) return;
      fillPicker(current.all);
      markSelection();
    }
  };
})();
