// The table under the map, from the same values: a change of the address sends no table. The chosen areas stand first, then
// the highest values; all rows come on request.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const FEW = 10; // rows besides those of the chosen areas
  const byWords = new Intl.Collator("en-GB", { numeric: true });
  const order = { label: "", isDown: true }; // the column that rows are sorted by; the value without one
  let isWhole = false; // whether all rows are shown

  // ---- order --------------------------------------------------------------------------------------

  function sortKey(column, record) {
    const cell = column.cell(record);
    if (typeof cell === "string") return cell;
    return "sort" in cell ? cell.sort : cell.text;
  }

  // rows without a value come last either way
  function sorted(records, column, isDown) {
    const keyed = records.map(function (record) { return { record: record, key: sortKey(column, record) }; });
    keyed.sort(function (a, b) {
      const noA = a.key === null || a.key === "", noB = b.key === null || b.key === "";
      if (noA || noB) return noA - noB || byWords.compare(a.record.name, b.record.name);
      const by = typeof a.key === "number" && typeof b.key === "number" ? a.key - b.key : byWords.compare(a.key, b.key);
      return by * (isDown ? -1 : 1) || byWords.compare(a.record.name, b.record.name);
    });
    return keyed.map(function (entry) { return entry.record; });
  }

  function columnOfOrder(columns) {
    return columns.find(function (column) { return column.label === order.label; }) || columns.find(function (column) { return column.isValue; });
  }

  function sortBy(column) {
    const now = columnOfOrder(shown.columns);
    order.isDown = now === column ? !order.isDown : Boolean(column.isNumber || column.isDrawn);
    order.label = column.label;
    fill();
  }

  // ---- elements -----------------------------------------------------------------------------------

  function classOf(column, cell) {
    return [column.isNumber && "wh-number", column.isWide && "wh-wide-only", column.isDrawn && "wh-map-drawn", column.isInterval && "wh-map-ci", cell && cell.className].filter(Boolean).join(" ");
  }

  function fillCell(box, column, content) {
    const cell = typeof content === "string" ? { text: content } : content, name = classOf(column, cell);
    if (name) box.className = name;
    if (cell.node) { box.appendChild(cell.node); return; }
    if (!cell.href) { box.textContent = cell.text; return; }
    map.html("a", "wh-link", cell.text, box).href = cell.href;
  }

  function rowOf(record, columns, isChosen) {
    const row = document.createElement("tr");
    if (isChosen) row.className = "wh-own-row";
    columns.forEach(function (column, index) {
      const box = map.html(index ? "td" : "th", null, null, row);
      if (!index) box.scope = "row";
      fillCell(box, column, column.cell(record));
    });
    return row;
  }

  // the same elements as those of dashboard/components/tables.py
  function headOf(table, columns) {
    const head = table.createTHead().insertRow(), current = columnOfOrder(columns);
    columns.forEach(function (column) {
      const cell = map.html("th", classOf(column), null, head), button = map.html("button", "wh-sort", column.label, cell);
      cell.scope = "col";
      button.type = "button";
      button.addEventListener("click", function () { sortBy(column); });
      if (column === current) cell.setAttribute("aria-sort", order.isDown ? "descending" : "ascending");
    });
  }

  let shown = null; // {records, columns, caption}: what the table is of

  function fill() {
    const holder = document.getElementById("map-table"), columns = shown.columns, focused = document.activeElement;
    const from = holder.contains(focused) && focused.matches(".wh-sort") ? focused.textContent : "";
    const chosen = map.chosenCodes(), all = sorted(shown.records, columnOfOrder(columns), order.isDown);
    shown.pinned = chosen.join();
    const pinned = all.filter(function (record) { return chosen.includes(record.code); });
    const rest = all.filter(function (record) { return !chosen.includes(record.code); });
    const table = document.createElement("table"), caption = table.createCaption();
    caption.textContent = shown.caption;
    caption.className = "wh-visually-hidden";
    headOf(table, columns);
    const body = table.appendChild(document.createElement("tbody"));
    pinned.forEach(function (record) { body.appendChild(rowOf(record, columns, true)); });
    (isWhole ? rest : rest.slice(0, FEW)).forEach(function (record) { body.appendChild(rowOf(record, columns, false)); });
    const scroll = holder.querySelector(".wh-table-scroll");
    scroll.setAttribute("aria-label", "Table: " + shown.caption);
    scroll.replaceChildren(table);
    const isHighest = columnOfOrder(columns).isValue && order.isDown;
    holder.querySelector("h2").textContent = shown.title + (isHighest ? ", highest first" : "");
    tellMore(holder, all.length, pinned.length);
    if (from) {
      const again = Array.from(table.querySelectorAll(".wh-sort")).find(function (button) { return button.textContent === from; });
      if (again) again.focus({ preventScroll: true });
    }
  }

  function tellMore(holder, count, pinned) {
    const more = holder.querySelector("#map-table-more");
    more.hidden = count - pinned <= FEW;
    more.setAttribute("aria-expanded", String(isWhole));
    more.textContent = isWhole ? "Show fewer areas" : "Show all " + map.words.count(count);
  }

  function frame(holder) {
    if (holder.querySelector("#map-table-more")) return;
    holder.replaceChildren();
    holder.classList.remove("wh-few");
    map.html("h2", "wh-h2", "", holder);
    const scroll = map.html("div", "wh-table-scroll", null, holder), buttons = map.html("p", "wh-map-table-buttons", null, holder);
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    const more = map.button("", buttons);
    more.id = "map-table-more";
    more.addEventListener("click", function () { isWhole = !isWhole; fill(); });
    const link = map.html("a", "wh-button wh-button-secondary", "Figures (CSV)", buttons);
    link.download = "";
    link.href = map.csvHref();
  }

  function draw() {
    const holder = document.getElementById("map-table"), main = map.panels.map, other = map.panels.second;
    if (!holder) return;
    const second = other && other.drawn && !other.root.hidden ? other : null;
    const records = main.all.filter(main.isInView), where = main.payload.caption.split(" in ").slice(1).join(" in ");
    frame(holder);
    shown = {
      records: records, columns: map.columnsOf(main, records, second), caption: main.payload.caption,
      title: "All " + map.words.lowerFirst(window.workhealthVocabulary.areaTypes[main.payload.area_type].plural) +
        (main.payload.only ? " in " + where : "")
    };
    fill();
  }

  Object.assign(map, {
    drawTable: draw,
    // where other areas are chosen, their rows stand first
    pinRows: function () {
      if (shown && shown.pinned !== map.chosenCodes().join() && document.querySelector("#map-table #map-table-more")) fill();
    }
  });
})();
