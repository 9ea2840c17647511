// Find an entry of a list as you type: hides the entries in which no word begins with one of those typed, and headings left with none.
// The server does the same for ?q=, which is where the words go once they are entered.
(function () {
  "use strict";

  function words(text) { return text.toLowerCase().match(/[a-z0-9]+/g) || []; }

  function show(input) {
    const wanted = words(input.value);
    const entries = Array.from(document.querySelectorAll("#page [data-filter-entry]"));
    let shown = 0;
    entries.forEach(function (entry) {
      const found = wanted.every(function (word) { return entry.dataset.filterEntry.includes(" " + word); });
      entry.hidden = !found;
      if (found) shown += 1;
    });
    document.querySelectorAll("#page [data-filter-group]").forEach(function (group) {
      group.hidden = !group.querySelector("[data-filter-entry]:not([hidden])");
    });
    const status = document.querySelector("#page [data-filter-status]");
    if (status) status.textContent = wanted.length ? shown + " of " + entries.length + " shown." : "";
  }

  document.addEventListener("input", function (event) {
    if (event.target.id === "filter-list") show(event.target);
  });

  function keep(input) {
    const address = new URL(window.location.href);
    if (input.value.trim()) address.searchParams.set("q", input.value.trim());
    else address.searchParams.delete("q");
    window.history.replaceState(window.history.state, "", address);
  }

  document.addEventListener("change", function (event) {
    if (event.target.id === "filter-list") keep(event.target);
  });

  document.addEventListener("submit", function (event) {
    const input = event.target.querySelector("#filter-list");
    if (!input) return;
    event.preventDefault();
    show(input);
    keep(input);
  });
})();
