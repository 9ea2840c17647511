// The table under the map, from the same values: a change of the address sends no table.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  // columns are {label, isNumber, isWide, cell}; cells are text, or {text, sort, className, href}

  function valueCell(payload, record) {
    if (!record) return "";
    if (record.value === null) return { text: map.words.status(record), sort: null, className: "wh-missing" };
    return { text: map.words.short(payload, record.value), sort: map.words.isIllustrative(payload, record) ? null : record.value };
  }

  function figureColumns(payload) {
    return [
      { label: "Area", cell: function (record) { return { text: record.name, href: "/areas/" + record.code }; } },
      { label: map.words.heading(payload), isNumber: true, cell: function (record) { return valueCell(payload, record); } },
      {
        label: "95% confidence interval", isNumber: true,
        cell: function (record) { return { text: map.words.interval(payload, record), sort: map.words.isIllustrative(payload, record) ? null : record.lower }; }
      }
    ];
  }

  function comparisonColumn(payload) {
    return {
      label: payload.benchmark ? "Compared with " + payload.benchmark : "Comparison",
      cell: function (record) {
        const category = payload.compared[record.compared];
        return {
          text: category.key === "missing" ? "" : category.words,
          className: "wh-compared wh-compared-" + category.key.replace("_", "-")
        };
      }
    };
  }

  // fifth or trend, sorted by the order of the legend
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
        label: "95% interval of the change", isNumber: true,
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

  function columnsOf(payload, records, second) {
    const isCompared = records.some(function (record) {
      return !["missing", "not_compared", "illustrative"].includes(payload.compared[record.compared].key);
    });
    return [
      ...figureColumns(payload),
      ...(isCompared ? [comparisonColumn(payload)] : []),
      ...(payload.shading === "quintile" ? [kindColumn(payload, "Fifth")] : []),
      ...(payload.shading === "trend" ? [kindColumn(payload, "Recent trend")] : []),
      ...(payload.shading === "change" ? changeColumns(payload) : []),
      ...(second ? [{
        label: second.payload.title, isNumber: true,
        cell: function (record) { return valueCell(second.payload, second.byCode.get(record.code)); }
      }] : []),
      { label: "Code", isWide: true, cell: function (record) { return record.code; } }
    ];
  }

  function classOf(column, cell) {
    return [column.isNumber && "wh-number", column.isWide && "wh-wide-only", cell && cell.className].filter(Boolean).join(" ");
  }

  function fillCell(box, column, content) {
    const cell = typeof content === "string" ? { text: content } : content, name = classOf(column, cell);
    if (name) box.className = name;
    if ("sort" in cell) box.dataset.s = cell.sort === null ? "" : cell.sort;
    if (!cell.href) { box.textContent = cell.text; return; }
    map.html("a", "wh-link", cell.text, box).href = cell.href;
  }

  // the same elements as those of dashboard/components/tables.py
  function makeTable(caption, columns, records) {
    const table = document.createElement("table"), body = document.createElement("tbody");
    table.createCaption().textContent = caption;
    const head = table.createTHead().insertRow();
    columns.forEach(function (column) {
      const cell = map.html("th", classOf(column), column.label, head);
      cell.scope = "col";
    });
    records.forEach(function (record) {
      const row = document.createElement("tr");
      columns.forEach(function (column, index) {
        const box = map.html(index ? "td" : "th", null, null, row);
        if (!index) box.scope = "row";
        fillCell(box, column, column.cell(record));
      });
      body.appendChild(row);
    });
    table.appendChild(body);
    return table;
  }

  function draw() {
    const holder = document.getElementById("map-table"), main = map.panels.map, other = map.panels.second;
    if (!holder) return;
    const second = other && other.drawn && !other.root.hidden ? other : null;
    const records = map.sortedByName(main.all.filter(main.isInView)), caption = main.payload.caption;
    const table = makeTable(caption, columnsOf(main.payload, records, second), records);
    if (records.length > 1) window.workhealth.addSorting(holder, table);
    const scroll = map.html("div", "wh-table-scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "Table: " + caption);
    scroll.appendChild(table);
    holder.replaceChildren(scroll);
    map.csvLink("Download these figures (CSV)", holder);
  }

  map.drawTable = draw;
})();
