// Adds sorting to the tables that the server wrote (dashboard/components/tables.py).
(function () {
  "use strict";

  function compare(a, b) {
    const noA = a === null || a === "", noB = b === null || b === "";
    if (noA || noB) return noA - noB;
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en-GB", { numeric: true });
  }

  // what a cell is sorted by: data-s where the words are no guide
  function cellValue(cell) {
    if (!cell) return null;
    if (!("s" in cell.dataset)) return cell.textContent;
    if (cell.dataset.s === "") return null;
    const number = Number(cell.dataset.s);
    return Number.isNaN(number) ? cell.dataset.s : number;
  }

  function headings(table) { return Array.from(table.tHead.rows[0].cells); }

  // rows without a value come last either way
  function sortRows(table, index, isDown) {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows).map(function (row) { return { row: row, value: cellValue(row.cells[index]) }; });
    rows.sort(function (a, b) {
      const isMissing = a.value === null || a.value === "" || b.value === null || b.value === "";
      return compare(a.value, b.value) * (isDown && !isMissing ? -1 : 1);
    });
    body.append(...rows.map(function (entry) { return entry.row; }));
    headings(table).forEach(function (cell, place) {
      if (place === index) cell.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
  }

  // a button in every heading; the holder remembers the order, so that new figures stand in the same one
  function addSorting(holder, table) {
    const order = holder._order || { column: -1, isDown: false };
    holder._order = order;
    headings(table).forEach(function (cell, index) {
      const button = document.createElement("button");
      button.type = "button"; button.className = "wh-sort"; button.textContent = cell.textContent;
      button.addEventListener("click", function () {
        order.isDown = order.column === index ? !order.isDown : cell.classList.contains("wh-number");
        order.column = index;
        sortRows(table, index, order.isDown);
      });
      cell.replaceChildren(button);
    });
    if (order.column >= 0 && order.column < headings(table).length) sortRows(table, order.column, order.isDown);
  }

  function save(name, blob) {
    const url = URL.createObjectURL(blob), link = document.createElement("a");
    link.href = url; link.download = name;
    document.body.appendChild(link); link.click(); link.remove();
    setTimeout(function () { URL.revokeObjectURL(url); }, 1000);
  }

  function enhance(holder) {
    const table = holder.querySelector(":scope > .wh-table-scroll > table");
    if (!table || table._ready) return;
    table._ready = true;
    holder._written = holder.innerHTML;
    if (holder.dataset.sort) addSorting(holder, table);
  }

  document.addEventListener("wh:page", function (event) { event.detail.querySelectorAll(".wh-table").forEach(enhance); });
  window.workhealth = Object.assign(window.workhealth || {}, { save: save, addSorting: addSorting });
})();
