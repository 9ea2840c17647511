// The columns of the table under the map, from the values that are drawn.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  // columns are {label, isNumber, isWide, isValue, isInterval, isDrawn, cell}; cells are text, or
  // {text, sort, className, href, node}

  function valueCell(payload, record) {
    if (!record) return "";
    if (record.value === null) return { text: map.words.status(record), sort: null, className: "wh-missing" };
    return { text: map.words.short(payload, record.value), sort: map.words.isIllustrative(payload, record) ? null : record.value };
  }

  function figureColumns(payload, regionWords) {
    const sortOf = function (record, value) { return map.words.isIllustrative(payload, record) ? null : value; };
    return [
      { label: "Area", cell: function (record) { return { text: record.name, href: window.workhealth.at("/areas/" + record.code) }; } },
      ...(regionWords ? [{ label: regionWords, isWide: true, cell: function (record) { return record.region; } }] : []),
      { label: map.words.heading(payload), isNumber: true, isValue: true, cell: function (record) { return valueCell(payload, record); } },
      {
        label: "95% CI", isNumber: true, isInterval: true,
        cell: function (record) { return { text: map.words.interval(payload, record), sort: sortOf(record, record.lower) }; }
      }
    ];
  }

  // an interval drawn in each row, with the line of the benchmark
  function drawnColumn(payload, records) {
    const held = records.filter(function (record) { return record.lower !== null && !map.words.isIllustrative(payload, record); });
    if (held.length < 2) return [];
    const every = held.flatMap(function (record) { return [record.lower, record.upper]; }).concat(payload.mark ? [payload.mark[0]] : []);
    const scale = { from: Math.min(...every), to: Math.max(...every), mark: payload.mark ? payload.mark[0] : null };
    return [{
      label: payload.mark ? payload.mark[1] + " " + map.words.short(payload, payload.mark[0]) : "Interval", isDrawn: true, isWide: true,
      cell: function (record) {
        if (record.lower === null || map.words.isIllustrative(payload, record)) return "";
        const kind = payload.compared[record.compared].key;
        return { text: "", sort: record.value, node: window.workhealth.bar(scale, [record.lower, record.value, record.upper], kind) };
      }
    }];
  }

  function comparisonColumn(payload) {
    return {
      label: payload.benchmark ? "Compared with " + payload.benchmark : "Comparison",
      cell: function (record) {
        const category = payload.compared[record.compared];
        return {
          text: category.key === "missing" ? "" : category.words, className: "wh-compared wh-compared-" + category.key.replace("_", "-")
        };
      }
    };
  }

  // fifth or trend, sorted by the order of the key
  function kindColumn(payload, label) {
    return {
      label: label,
      cell: function (record) {
        return record.value === null ? "" : { text: payload.classes[record.kind].words.split(":")[0], sort: record.kind };
      }
    };
  }

  function changeColumns(payload) {
    const words = map.words;
    return [
      {
        label: "Change since " + payload.since, isNumber: true,
        cell: function (record) {
          const change = record.change.value;
          return { text: change === null ? "" : words.signed(words.number(payload, change)), sort: change };
        }
      },
      {
        label: "95% CI of the change", isNumber: true,
        cell: function (record) { return { text: words.changeInterval(payload, record), sort: record.change.lower }; }
      },
      {
        label: "Direction",
        cell: function (record) {
          const because = record.reason ? ": " + record.reason : "";
          return { text: record.value === null ? "" : payload.classes[record.kind].words + because, sort: record.kind };
        }
      }
    ];
  }

  function columnsOf(main, records, second) {
    const payload = main.payload, regions = main.shapes.regions, isInRegions = records.some(function (record) { return record.region; });
    const isCompared = records.some(function (record) {
      return !["missing", "not_compared", "illustrative"].includes(payload.compared[record.compared].key);
    });
    return [
      ...figureColumns(payload, regions && isInRegions ? regions.words : ""),
      ...drawnColumn(payload, records),
      ...(isCompared ? [comparisonColumn(payload)] : []),
      ...(payload.shading === "quintile" ? [kindColumn(payload, "Quintile")] : []),
      ...(payload.shading === "trend" ? [kindColumn(payload, "Recent trend")] : []),
      ...(payload.shading === "change" ? changeColumns(payload) : []),
      ...(second ? [{
        label: second.payload.title, isNumber: true,
        cell: function (record) { return valueCell(second.payload, second.byCode.get(record.code)); }
      }] : [])
    ];
  }

  map.columnsOf = columnsOf;
})();
