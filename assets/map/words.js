// What a map says of an area: its value, interval, comparison and what its colour means.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

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

  function number(payload, scaled) {
    const decimals = payload.decimals;
    if (!formats.has(decimals)) {
      formats.set(decimals, new Intl.NumberFormat("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
    }
    const value = scaled / Math.pow(10, decimals);
    return formats.get(decimals).format(Object.is(value, -0) ? 0 : value).replace("-", "−");
  }

  function withUnit(payload, scaled) {
    const text = number(payload, scaled), unit = payload.unit;
    return unit.prefix && text[0] === "−" ? "−" + unit.prefix + text.slice(1) + unit.suffix : unit.prefix + text + unit.suffix;
  }

  // where the unit stands in the heading, only a sign such as % is repeated
  function short(payload, scaled) {
    return payload.unit.suffix.length <= 1 ? withUnit(payload, scaled) : number(payload, scaled);
  }

  function signed(text) { return text[0] === "−" || /^[0.]+$/.test(text) ? text : "+" + text; }

  // a difference: shares differ by percentage points
  function difference(payload, scaled) {
    const unit = payload.unit, text = signed(number(payload, scaled));
    if (unit.suffix === "%") return text + " percentage points";
    return (unit.prefix ? text[0] + unit.prefix + text.slice(1) : text) + unit.suffix;
  }

  function statusWords(record) { return STATUS[record.status]; }

  function interval(payload, record) {
    return record.lower === null ? "" : short(payload, record.lower) + " to " + short(payload, record.upper);
  }

  function changeInterval(payload, record) {
    const change = record.change;
    return change.lower === null ? "" : signed(number(payload, change.lower)) + " to " + signed(number(payload, change.upper));
  }

  // a class of the comparison with what it is compared with
  function comparedWith(payload, category) {
    if (["better", "worse", "higher", "lower"].includes(category.key)) return category.words + " than " + payload.benchmark;
    return category.key === "similar" ? category.words + " to " + payload.benchmark : category.words;
  }

  function comparison(payload, record) {
    const category = payload.compared[record.compared];
    return category.key === "missing" ? "" : comparedWith(payload, category);
  }

  function legendWords(payload, kind) { return payload.shading === "benchmark" ? comparedWith(payload, kind) : kind.words; }

  function lowerFirst(text) { return text.charAt(0).toLowerCase() + text.slice(1); }

  // what the colour says, beyond the comparison: fifth, trend or change
  function coloured(payload, record) {
    const kind = payload.classes[record.kind], because = record.reason ? " (" + record.reason + ")" : "";
    if (record.value === null || kind.key === "missing") return "";
    if (payload.shading === "quintile") return kind.words.split(":")[0];
    if (payload.shading === "trend") return "Recent trend: " + lowerFirst(kind.words) + because;
    if (payload.shading !== "change") return "";
    if (record.change.value === null) return "Change since " + payload.since + ": " + lowerFirst(kind.words) + because;
    const between = changeInterval(payload, record);
    return difference(payload, record.change.value) + " since " + payload.since + (between ? " (" + between + ")" : "") +
      ": " + lowerFirst(kind.words);
  }

  function sentence(payload, record) {
    if (record.value === null) return record.name + ": " + statusWords(record);
    const between = interval(payload, record), more = coloured(payload, record);
    const isCompared = !["missing", "not_compared"].includes(payload.compared[record.compared].key);
    return record.name + ": " + withUnit(payload, record.value) + (between ? " (" + between + ")" : "") +
      (isCompared ? ", " + lowerFirst(comparison(payload, record)) : "") + (more ? ", " + lowerFirst(more) : "") +
      (payload.illustrative ? ", illustrative figure" : "");
  }

  // the name that is read out: an area's value, and its value on the other map
  function spoken(panel, record) {
    const other = panel.name === "map" ? map.panels.second : map.panels.map;
    const there = other && other.byCode && other.byCode.get(record.code);
    if (!there) return sentence(panel.payload, record);
    return sentence(panel.payload, record) + ". " + other.payload.title + ": " +
      (there.value === null ? statusWords(there) : withUnit(other.payload, there.value));
  }

  function count(number) { return number.toLocaleString("en-GB") + (number === 1 ? " area" : " areas"); }

  Object.assign(map, {
    words: {
      number: number, withUnit: withUnit, short: short, signed: signed, status: statusWords, interval: interval,
      changeInterval: changeInterval, comparison: comparison, legend: legendWords, coloured: coloured, sentence: sentence,
      spoken: spoken, count: count
    }
  });
})();
