// Adds sorting, saving and drawn intervals to the tables that the server wrote (dashboard/components/tables.py), and draws
// the table of the map, whose values come without HTML.
(function () {
  "use strict";

  function words(cell) { return cell === null || cell === undefined ? "" : typeof cell === "object" ? cell.t : String(cell); }

  function sortValue(cell) {
    if (cell && typeof cell === "object") return "s" in cell ? cell.s : cell.t;
    return cell;
  }

  function compare(a, b) {
    const noA = a === null || a === undefined || a === "", noB = b === null || b === undefined || b === "";
    if (noA || noB) return noA - noB;
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en-GB", { numeric: true });
  }

  function csv(spec, rows) {
    const quote = function (text) { return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text; };
    const lines = [spec.columns.map(function (c) { return quote(c.label); }).join(",")];
    rows.forEach(function (row) { lines.push(row.map(function (cell) { return quote(words(cell)); }).join(",")); });
    return lines.join("\r\n") + "\r\n";
  }

  function save(name, blob) {
    const url = URL.createObjectURL(blob);
    const link = document.createElement("a");
    link.href = url; link.download = name;
    document.body.appendChild(link); link.click(); link.remove();
    setTimeout(function () { URL.revokeObjectURL(url); }, 1000);
  }


  function fill(holder, spec) {
    const state = holder._sort && holder._sort.column < spec.columns.length ? holder._sort : { column: -1, down: false };
    holder._sort = state;

    const table = document.createElement("table");
    const caption = table.createCaption();
    caption.textContent = spec.caption;
    if (spec.hideCaption) caption.className = "wh-visually-hidden";
    const head = table.createTHead().insertRow();
    const body = table.createTBody();

    function kind(index) {
      const column = spec.columns[index];
      return ((column.kind === "number" ? "wh-number" : "") + (column.hide ? " wh-wide-only" : "")).trim();
    }

    function ordered() {
      if (state.column < 0) return spec.rows;
      const sorted = spec.rows.slice().sort(function (a, b) {
        const x = sortValue(a[state.column]), y = sortValue(b[state.column]);
        const missing = (x === null || x === undefined || x === "") || (y === null || y === undefined || y === "");
        return compare(x, y) * (state.down && !missing ? -1 : 1);
      });
      return sorted;
    }

    function fillRows() {
      const rows = document.createDocumentFragment();
      ordered().forEach(function (row) {
        const line = document.createElement("tr");
        row.forEach(function (cell, index) {
          const box = document.createElement(index === 0 ? "th" : "td");
          if (index === 0) box.scope = "row";
          const extra = cell && typeof cell === "object" && cell.c ? " " + cell.c : "";
          const name = (kind(index) + extra).trim();
          if (name) box.className = name;
          if (cell && typeof cell === "object" && cell.h) {
            const link = document.createElement("a");
            link.className = "wh-link"; link.href = cell.h; link.textContent = cell.t;
            box.appendChild(link);
          } else {
            box.textContent = words(cell);
          }
          if (cell && cell.b && window.workhealthBar) box.appendChild(window.workhealthBar(spec.columns[index].bar, cell.b, cell.k));
          line.appendChild(box);
        });
        rows.appendChild(line);
      });
      body.replaceChildren(rows);
      Array.from(head.cells).forEach(function (cell, index) {
        if (index === state.column) cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
        else cell.removeAttribute("aria-sort");
      });
    }

    spec.columns.forEach(function (column, index) {
      const cell = document.createElement("th");
      cell.scope = "col";
      if (kind(index)) cell.className = kind(index);
      if (spec.sort && spec.rows.length > 1) {
        const button = document.createElement("button");
        button.type = "button"; button.className = "wh-sort"; button.textContent = column.label;
        button.addEventListener("click", function () {
          state.down = state.column === index ? !state.down : column.kind === "number";
          state.column = index;
          fillRows();
        });
        cell.appendChild(button);
      } else {
        cell.textContent = column.label;
      }
      head.appendChild(cell);
    });
    fillRows();

    const scroll = document.createElement("div");
    scroll.className = "wh-table-scroll";
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "Table: " + spec.caption);
    scroll.appendChild(table);
    holder.replaceChildren(scroll);
    if (spec.csv_address) {
      const link = document.createElement("a");
      link.className = "wh-button wh-button-secondary"; link.href = spec.csv_address; link.download = "";
      link.textContent = "Download these figures (CSV)";
      holder.appendChild(link);
    } else if (spec.file) {
      const button = document.createElement("button");
      button.type = "button"; button.className = "wh-button wh-button-secondary";
      button.textContent = "Download these figures (CSV)";
      button.addEventListener("click", function () { save(spec.file + ".csv", new Blob(["\ufeff" + (spec.csv ? spec.csv() : csv(spec, ordered()))], { type: "text/csv;charset=utf-8" })); });
      holder.appendChild(button);
    }
  }

  // ---- tables that the server wrote -----------------------------------------------------------------

  function cellValue(cell) {
    if (!cell) return null;
    if (!("s" in cell.dataset)) return cell.textContent;
    if (cell.dataset.s === "") return null;
    const number = Number(cell.dataset.s);
    return Number.isNaN(number) ? cell.dataset.s : number;
  }

  function sortRows(table, index, down) {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows).map(function (row) { return { row: row, value: cellValue(row.cells[index]) }; });
    rows.sort(function (a, b) {
      const missing = a.value === null || a.value === "" || b.value === null || b.value === "";
      return compare(a.value, b.value) * (down && !missing ? -1 : 1);
    });
    body.append.apply(body, rows.map(function (one) { return one.row; }));
    Array.from(table.tHead.rows[0].cells).forEach(function (cell, place) {
      if (place === index) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
  }

  function addSorting(holder, table) {
    const state = holder._order || { column: -1, down: false }; // as before the figures changed
    holder._order = state;
    Array.from(table.tHead.rows[0].cells).forEach(function (cell, index) {
      const button = document.createElement("button");
      button.type = "button"; button.className = "wh-sort"; button.textContent = cell.textContent;
      button.addEventListener("click", function () {
        state.down = state.column === index ? !state.down : cell.classList.contains("wh-number");
        state.column = index;
        sortRows(table, index, state.down);
      });
      cell.replaceChildren(button);
    });
    if (state.column >= 0 && state.column < table.tHead.rows[0].cells.length) sortRows(table, state.column, state.down);
  }

  function addBars(table) {
    const numbers = function (text) { return text.split(",").map(function (part) { return part === "" ? null : Number(part); }); };
    Array.from(table.tHead.rows[0].cells).forEach(function (heading, index) {
      if (!heading.dataset.bar) return;
      const ends = numbers(heading.dataset.bar), scale = { from: ends[0], to: ends[1], mark: ends[2] };
      Array.from(table.tBodies[0].rows).forEach(function (row) {
        const cell = row.cells[index];
        if (cell.dataset.b) cell.appendChild(window.workhealthBar(scale, numbers(cell.dataset.b), cell.dataset.k));
      });
    });
  }

  function shownCsv(table) {
    const rows = [table.tHead.rows[0]].concat(Array.from(table.tBodies[0].rows));
    const quote = function (text) { return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text; };
    return rows.map(function (row) {
      return Array.from(row.cells).map(function (cell) { return quote(cell.textContent); }).join(",");
    }).join("\r\n") + "\r\n";
  }

  function addSaving(holder, table) {
    const button = document.createElement("button");
    button.type = "button"; button.className = "wh-button wh-button-secondary";
    button.textContent = "Download these figures (CSV)";
    button.addEventListener("click", function () {
      save(holder.dataset.file + ".csv", new Blob(["\ufeff" + shownCsv(table)], { type: "text/csv;charset=utf-8" }));
    });
    holder.appendChild(button);
  }

  function enhance(holder) {
    const table = holder.querySelector(":scope > .wh-table-scroll > table");
    if (!table || table._ready) return;
    table._ready = true;
    holder._written = holder.innerHTML;
    addBars(table);
    if (holder.dataset.sort) addSorting(holder, table);
    if (holder.dataset.file) addSaving(holder, table);
  }

  document.addEventListener("wh:page", function (event) { event.detail.querySelectorAll(".wh-table").forEach(enhance); });
  window.workhealthSave = save;
  window.workhealthTable = fill;
})();
