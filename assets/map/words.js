// What a map says of an area: its value, interval, comparison and what its colour means.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const VOCABULARY = window.workhealthVocabulary; // words that the server shares (dashboard/serving/vocabulary.py)

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

  // a unit of the user's own comes with its words
  function unitOf(payload) { return payload.unitWords || VOCABULARY.units[payload.unit]; }

  // the sign stands before that of a currency
  function besideUnit(text, unit) {
    const sign = /^[−+]/.test(text) ? text[0] : "";
    return sign + unit.prefix + text.slice(sign.length) + unit.suffix;
  }

  function withUnit(payload, scaled) { return besideUnit(number(payload, scaled), unitOf(payload)); }

  // in a column whose heading gives the unit
  function short(payload, scaled) { return unitOf(payload).short ? withUnit(payload, scaled) : number(payload, scaled); }

  // of a column of values: with the unit where the values go without
  function heading(payload) {
    const unit = unitOf(payload);
    return unit.suffix && !unit.short ? "Value (" + lowerFirst(unit.heading) + ")" : "Value";
  }

  function signed(text) { return text[0] === "−" || /^[0.]+$/.test(text) ? text : "+" + text; }

  // a difference: shares differ by points
  function difference(payload, scaled) {
    const unit = payload.unit === "percent" ? VOCABULARY.units.percentage_points : unitOf(payload);
    return besideUnit(signed(number(payload, scaled)), unit);
  }

  function statusWords(record) { return VOCABULARY.statuses[record.status]; }

  function interval(payload, record) {
    return record.lower === null ? "" : short(payload, record.lower) + " to " + short(payload, record.upper);
  }

  function changeInterval(payload, record) {
    const change = record.change;
    return change.lower === null ? "" : signed(number(payload, change.lower)) + " to " + signed(number(payload, change.upper));
  }

  // a class of the comparison with what it is compared with
  function comparedWith(payload, category) {
    const words = VOCABULARY.comparedWith[category.key];
    return words ? words.replace("{benchmark}", function () { return payload.benchmark; }) : category.words;
  }

  function comparison(payload, record) {
    const category = payload.compared[record.compared];
    return category.key === "missing" ? "" : comparedWith(payload, category);
  }

  // the title of the key gives the value of the benchmark
  function legendWords(payload, kind) {
    return payload.shading === "benchmark" ? comparedWith({ benchmark: payload.benchmark.replace(/ \([^()]*\)$/, "") }, kind) : kind.words;
  }

  function lowerFirst(text) { return text.charAt(0).toLowerCase() + text.slice(1); }

  // what the colour says, beyond the comparison: fifth, trend or change
  function coloured(payload, record) {
    const kind = payload.classes[record.kind], because = record.reason ? " (" + record.reason + ")" : "";
    if (record.value === null || kind.key === "missing" || kind.key === "illustrative") return "";
    if (payload.shading === "quintile") return kind.words.split(":")[0];
    if (payload.shading === "trend") return "Recent trend: " + lowerFirst(kind.words) + because;
    if (payload.shading !== "change") return "";
    if (record.change.value === null) return "Change since " + payload.since + ": " + lowerFirst(kind.words) + because;
    const between = changeInterval(payload, record);
    return difference(payload, record.change.value) + " since " + payload.since + (between ? " (" + between + ")" : "") +
      ": " + lowerFirst(kind.words);
  }

  // invented, to show a layout: not coloured, not compared and not sorted by its value
  function isIllustrative(payload, record) { return payload.classes[record.kind].key === "illustrative"; }

  function sentence(payload, record) {
    if (record.value === null) return record.name + ": " + statusWords(record);
    const between = interval(payload, record), more = coloured(payload, record);
    const isCompared = !["missing", "not_compared", "illustrative"].includes(payload.compared[record.compared].key);
    return record.name + ": " + withUnit(payload, record.value) + (between ? " (" + between + ")" : "") +
      (isCompared ? ", " + lowerFirst(comparison(payload, record)) : "") + (more ? ", " + lowerFirst(more) : "") +
      (isIllustrative(payload, record) ? ". " + VOCABULARY.illustrative.figure : "");
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

  // what areas of a type have in common is left out, as in charts
  function shortName(name) {
    const short = name.replace(new RegExp("^" + VOCABULARY.nameStart), ""), end = VOCABULARY.nameEndings.find(function (words) { return short.endsWith(words); });
    return (end ? short.slice(0, -end.length) : short) || name;
  }

  Object.assign(map, {
    words: {
      number: number, withUnit: withUnit, short: short, signed: signed, heading: heading, status: statusWords, interval: interval,
      changeInterval: changeInterval, comparison: comparison, legend: legendWords, coloured: coloured, sentence: sentence,
      spoken: spoken, count: count, isIllustrative: isIllustrative, lowerFirst: lowerFirst, shortName: shortName
    }
  });
})();
