// The key of a map: swatch, symbol, word and count of each class, and a strip with one dot an area.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const COLOURS = "workhealth-colours"; // in localStorage
  const WIDTH = 340, LEFT = 12, ROW = 20, AXIS = 22, TALLEST = 84, LARGEST = 6; // px of the strip; LARGEST: across a dot

  // ---- classes ------------------------------------------------------------------------------------

  function titleOf(payload) {
    const areas = window.workhealthVocabulary.areaTypes[payload.area_type].plural;
    if (payload.shading === "benchmark") return payload.benchmark ? areas + " compared with " + payload.benchmark : areas;
    if (payload.shading === "quintile") return areas + " in five equal groups";
    if (payload.shading === "trend") return areas + " by recent trend";
    if (payload.shading === "change") return areas + " by change since " + payload.since;
    return areas + " by value";
  }

  function draw(panel) {
    const payload = panel.payload, list = panel.side.querySelector(".wh-legend");
    panel.side.querySelector(".wh-map-key-title").textContent = titleOf(payload);
    // the swatches stay while the classes do: only the counts change
    const wanted = JSON.stringify([payload.shading, payload.classes, payload.benchmark, payload.range || 0]);
    if (list._drawn !== wanted) {
      list._drawn = wanted;
      list.replaceChildren();
      if (payload.shading === "continuous") drawScale(list, payload);
      payload.classes.forEach(function (kind, i) { if (kind.key !== "value") drawClass(panel, list, kind, i); });
    }
    list.querySelectorAll("[data-place]").forEach(function (item) {
      const place = Number(item.dataset.place), count = panel.counts[place];
      item.hidden = !count && ["missing", "not_compared"].includes(payload.classes[place].key);
      item.lastChild.firstChild.textContent = count.toLocaleString("en-GB");
      item.lastChild.lastChild.textContent = count === 1 ? " area" : " areas";
    });
    const note = panel.side.querySelector(".wh-map-note");
    note.textContent = payload.note || "";
    note.hidden = !payload.note;
    const colours = panel.side.querySelector(".wh-map-colours");
    if (colours) colours.hidden = !payload.classes.some(function (kind) { return ["better", "worse"].includes(kind.key); });
    tellColours(panel);
  }

  function drawClass(panel, list, kind, place) {
    const item = map.html("li", null, null, list), words = map.words.legend(panel.payload, kind);
    item.dataset.place = place;
    item.appendChild(map.swatch(panel, kind));
    const symbol = ["fifth", "value"].some(function (start) { return kind.key.startsWith(start); }) ? "" : "wh-compared wh-compared-" + kind.key.replace(/_/g, "-");
    map.html("span", symbol, words, item);
    const count = map.html("span", "wh-legend-count", null, item);
    map.html("span", null, "", count);
    map.html("span", "wh-visually-hidden", "", count);
  }

  function drawScale(list, payload) {
    const item = map.html("li", "wh-legend-scale", null, list), range = payload.range;
    map.html("span", "wh-scale-bar", null, item);
    const ends = map.words.withUnit(payload, range.low) + " to " + map.words.withUnit(payload, range.high);
    map.html("span", "wh-scale-ends", ends, item);
  }

  // ---- colours as in Fingertips -------------------------------------------------------------------

  function isFingertips() { return document.documentElement.dataset.colours === "fingertips"; }

  function setColours(isOn) {
    if (isOn) document.documentElement.dataset.colours = "fingertips";
    else delete document.documentElement.dataset.colours;
    try {
      if (isOn) window.localStorage.setItem(COLOURS, "fingertips"); else window.localStorage.removeItem(COLOURS);
    } catch (error) { console.info("The choice of colours is not kept: " + error.message); }
    map.eachPanel(tellColours);
  }

  function tellColours(panel) {
    const button = panel.side.querySelector(".wh-map-colours");
    if (!button) return;
    button.setAttribute("aria-pressed", String(isFingertips()));
    button.textContent = isFingertips() ? "Colours of this service" : "Colours as in Fingertips (green, amber, red)";
    panel.side.querySelector(".wh-map-colours-note").hidden = !isFingertips() || button.hidden;
  }

  try {
    if (window.localStorage.getItem(COLOURS) === "fingertips") document.documentElement.dataset.colours = "fingertips";
  } catch (error) { console.info("Choices cannot be kept here: " + error.message); }

  // ---- one dot an area ----------------------------------------------------------------------------

  // ends and steps of an axis that reads well: {from, to, step}
  function axisOf(low, high) {
    const span = high - low || Math.abs(high) || 1, rough = span / 4, power = Math.pow(10, Math.floor(Math.log10(rough)));
    const step = [1, 2, 2.5, 5, 10].map(function (times) { return times * power; }).find(function (size) { return size >= rough; });
    return { from: low - span * 0.03, to: high + span * 0.03, step: step };
  }

  function circle(x, y, r) {
    return "M" + (x - r).toFixed(1) + " " + y.toFixed(1) + "a" + r + " " + r + " 0 1 0 " + 2 * r + " 0a" + r + " " + r + " 0 1 0 " + -2 * r + " 0";
  }

  // piles of records by column: the width of a dot is chosen so that the tallest pile fits
  function pile(records, at) {
    for (let size = LARGEST; size >= 2; size -= 0.5) {
      const columns = new Map();
      records.forEach(function (record) {
        const column = Math.round(at(record.value) / size);
        if (!columns.has(column)) columns.set(column, []);
        columns.get(column).push(record);
      });
      const tallest = Math.max(...Array.from(columns.values()).map(function (column) { return column.length; }));
      if (tallest * size <= TALLEST || size === 2) return { size: size, columns: columns, height: Math.min(tallest * size, TALLEST + 40) };
    }
    return null;
  }

  // a name beside a line: at the side wanted, or else at the other, or not at all
  function named(svg, x, words, className, taken, side) {
    const width = words.length * 7.2 + 8;
    const found = [side, -side].map(function (way) { return way < 0 ? [x - width, x, "end"] : [x, x + width, "start"]; }).find(function (span) {
      return span[0] > -6 && span[1] < WIDTH + 6 && !taken.some(function (other) { return span[0] < other[1] && other[0] < span[1]; });
    });
    if (!found) return;
    taken.push(found);
    map.svg("text", { x: x + (found[2] === "end" ? -5 : 5), y: 13, "text-anchor": found[2], class: className }, svg).textContent = words;
  }

  function drawStrip(panel) {
    const holder = panel.side.querySelector(".wh-map-strip"), payload = panel.payload;
    const records = panel.all.filter(function (record) { return record.value !== null && panel.isInView(record) && !map.words.isIllustrative(payload, record); });
    holder.hidden = records.length < 3;
    if (holder.hidden) { holder.replaceChildren(); return; }
    const values = records.map(function (record) { return record.value; }), scale = Math.pow(10, payload.decimals), mark = payload.mark;
    const every = mark ? values.concat(mark[0]) : values, axis = axisOf(Math.min(...every) / scale, Math.max(...every) / scale);
    const at = function (value) { return LEFT + (value / scale - axis.from) / (axis.to - axis.from) * (WIDTH - 2 * LEFT); };
    const piles = pile(records, at), floor = ROW + 6 + piles.height, height = floor + AXIS;
    const svg = map.svg("svg", { class: "wh-strip", viewBox: "0 0 " + WIDTH + " " + height, role: "img", "aria-label": stripWords(panel, records) });
    drawDots(svg, panel, piles, floor);
    map.svg("line", { x1: 2, x2: WIDTH - 2, y1: floor + 1, y2: floor + 1, class: "wh-strip-axis" }, svg);
    for (let tick = Math.ceil(axis.from / axis.step) * axis.step; tick <= axis.to; tick += axis.step) {
      const x = at(tick * scale), words = map.words.withUnit(payload, Math.round(tick * scale));
      if (x < 18 || x > WIDTH - 18) continue;
      map.svg("text", { x: x, y: floor + 17, "text-anchor": "middle", class: "wh-strip-tick" }, svg).textContent = shortened(words, payload.decimals);
    }
    drawMarks(svg, panel, at, floor, mark);
    holder.firstChild ? holder.replaceChild(svg, holder.firstChild) : holder.appendChild(svg);
    holder.dataset.words = map.words.count(records.length);
  }

  // 60.0% → 60%, where nothing is lost; a long unit is left out
  function shortened(words, decimals) {
    const plain = decimals ? words.replace(new RegExp("\\.0{" + decimals + "}(?!\\d)"), "") : words;
    return plain.replace(/^(\S+)\s.*$/, "$1");
  }

  function drawDots(svg, panel, piles, floor) {
    const classes = panel.payload.classes, size = piles.size, paths = classes.map(function () { return ""; });
    piles.columns.forEach(function (column, place) {
      column.sort(function (a, b) { return a.kind - b.kind; });
      const step = Math.min(size, piles.height / column.length);
      column.forEach(function (record, i) { paths[record.kind] += circle(place * size, floor - size / 2 - i * step, size / 2 - 0.4); });
    });
    paths.forEach(function (d, i) { if (d) map.svg("path", { d: d, class: "wh-dot wh-fill-" + map.look(classes[i]) }, svg); });
  }

  // lines for the chosen areas and for the benchmark; names stand away from the benchmark's line, so that both have room
  function drawMarks(svg, panel, at, floor, mark) {
    const payload = panel.payload, middle = mark ? at(mark[0]) : WIDTH / 2, taken = [];
    const owns = map.singleCodes().slice(0, 3).map(function (code) { return panel.byCode.get(code); }).filter(function (record) {
      return record && record.value !== null && !map.words.isIllustrative(payload, record);
    });
    owns.forEach(function (record) {
      const x = at(record.value);
      map.svg("line", { x1: x, x2: x, y1: 2, y2: floor, class: "wh-strip-own" }, svg);
      map.svg("circle", { cx: x, cy: floor, r: 4.5, class: "wh-strip-own-dot" }, svg);
      named(svg, x, map.words.shortName(record.name), "wh-strip-own-name", taken, x < middle ? -1 : 1);
    });
    if (!mark) return;
    map.svg("line", { x1: middle, x2: middle, y1: 2, y2: floor, class: "wh-strip-mark" }, svg);
    const isOwnRight = owns.some(function (record) { return at(record.value) >= middle; });
    named(svg, middle, mark[1] + " " + map.words.short(payload, mark[0]), "wh-strip-name", taken, isOwnRight ? -1 : 1);
  }

  function stripWords(panel, records) {
    const payload = panel.payload, values = records.map(function (record) { return record.value; });
    return "Distribution of " + map.words.count(records.length) + ", from " + map.words.withUnit(payload, Math.min(...values)) + " to " +
      map.words.withUnit(payload, Math.max(...values)) + (payload.mark ? ". " + payload.mark[1] + " " + map.words.withUnit(payload, payload.mark[0]) : "");
  }

  Object.assign(map, { drawKey: draw, drawStrip: drawStrip, isFingertips: isFingertips, setColours: setColours });
})();
