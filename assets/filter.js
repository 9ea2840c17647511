// Narrows the list of indicators at once, by words, theme, type of area and whether there are figures; headings left with
// none are hidden. The address says what is chosen: the server shows the same for it. The entry of the history says which row was left.
(function () {
  "use strict";

  const KEYS = ["q", "theme", "area_type", "figures"];

  function list() { return document.querySelector("#page #indicators"); }
  function words(text) { return text.toLowerCase().match(/[a-z0-9]+/g) || []; }

  // what is chosen, as the address says it: {q: "fit note", theme: "work"}
  function chosen() {
    const now = {};
    const box = document.getElementById("filter-list"), areas = document.getElementById("filter-areas");
    if (box && box.value.trim()) now.q = box.value.trim();
    if (areas && areas.value) now.area_type = areas.value;
    document.querySelectorAll("#page .wh-filter-chip[aria-current]").forEach(function (chip) {
      now[chip.dataset.filterKey] = chip.dataset.filterValue;
    });
    return now;
  }

  function isListed(row, now) {
    const wanted = words(now.q || "");
    return wanted.every(function (word) { return row.dataset.filterEntry.includes(" " + word); }) &&
      (!now.theme || row.dataset.theme === now.theme) &&
      (!now.area_type || row.dataset.areas.split(" ").includes(now.area_type)) &&
      (!now.figures || row.dataset.figures === "yes");
  }

  function show() {
    const now = chosen();
    const rows = Array.from(list().querySelectorAll("[data-filter-entry]"));
    let shown = 0;
    rows.forEach(function (row) {
      row.hidden = !isListed(row, now);
      if (!row.hidden) shown += 1;
    });
    list().querySelectorAll("[data-filter-group]").forEach(function (group) {
      const count = group.querySelectorAll("[data-filter-entry]:not([hidden])").length;
      group.hidden = count === 0;
      group.querySelector("[data-filter-count]").textContent = count;
    });
    const status = document.querySelector("#page [data-filter-status]");
    status.textContent = Object.keys(now).length ? shown + " of " + rows.length + " shown." : status.dataset.filterStatus;
    document.querySelectorAll("#page .wh-filter-chip").forEach(function (chip) {
      const other = Object.assign({}, now);
      if (chip.hasAttribute("aria-current")) delete other[chip.dataset.filterKey];
      else other[chip.dataset.filterKey] = chip.dataset.filterValue;
      chip.setAttribute("href", address(other));
    });
  }

  function address(now) {
    const params = new URLSearchParams();
    KEYS.forEach(function (key) { if (now[key]) params.set(key, now[key]); });
    const text = params.toString();
    return window.workhealth.at("/indicators") + (text ? "?" + text : "");
  }

  // dash compares the address with what it knows of it before it goes on to another page
  function keep() {
    window.history.replaceState(window.history.state, "", address(chosen()));
    if (document.documentElement.classList.contains("wh-ready")) {
      window.dash_clientside.set_props("url", { href: window.location.href, search: window.location.search });
    }
  }

  document.addEventListener("input", function (event) {
    if (event.target.id === "filter-list") show();
  });

  document.addEventListener("change", function (event) {
    if (event.target.id !== "filter-list" && event.target.id !== "filter-areas") return;
    show();
    keep();
  });

  document.addEventListener("submit", function (event) {
    if (!event.target.querySelector("#filter-list")) return;
    event.preventDefault();
    show();
    keep();
  });

  document.addEventListener("click", function (event) {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const chip = event.target.closest(".wh-filter-chip");
    if (chip && list()) {
      event.preventDefault();
      const was = chip.hasAttribute("aria-current");
      document.querySelectorAll("#page .wh-filter-chip[data-filter-key='" + chip.dataset.filterKey + "']").forEach(function (other) {
        other.removeAttribute("aria-current");
      });
      if (!was) chip.setAttribute("aria-current", "true");
      show();
      keep();
      return;
    }
    // the way back leads to the row that was left
    const row = event.target.closest("a") && event.target.closest("#page #indicators [data-filter-entry]");
    if (row) window.history.replaceState(Object.assign({}, window.history.state, { row: row.id }), "");
  });

  // after Back: the row again, with the focus on its link (once the page has moved to its own top)
  document.addEventListener("wh:arrived", function () {
    setTimeout(function () {
      const left = window.history.state && window.history.state.row;
      const row = left && list() && document.getElementById(left);
      if (!row || row.hidden) return;
      row.scrollIntoView({ block: "center" });
      row.querySelector("a").focus({ preventScroll: true });
    }, 0);
  });
})();
