// Draws the tables that the server describes in one data-table attribute (dashboard/kit.py, table).
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

  function draw(holder) {
    const text = holder.dataset.table;
    if (holder._drawn === text) return;
    holder._drawn = text;
    fill(holder, JSON.parse(text));
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

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === "attributes") { if (change.target.dataset.table) draw(change.target); return; }
      change.addedNodes.forEach(function (node) {
        if (node.nodeType !== 1) return;
        if (node.matches("[data-table]")) draw(node);
        node.querySelectorAll("[data-table]").forEach(draw);
      });
    });
  }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-table"] });

  // links in tables stay inside the app
  document.addEventListener("click", function (event) {
    const link = event.target.closest(".wh-table a[href^='/']:not([download])");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || !link.closest("#page")) return;
    event.preventDefault();
    const url = new URL(link.href);
    window.dash_clientside.set_props("url", { pathname: url.pathname, search: url.search });
  });

  window.workhealthSave = save;
  window.workhealthTable = fill;
})();
