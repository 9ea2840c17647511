// What follows the table of another indicator: most changes are looked at and not read to the end.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  // method and source of another indicator: fetched when the reader comes near them
  let watcher = null;
  function bringLater(search) {
    const node = document.getElementById("map-below"), link = map.html("a", "wh-link", "About these figures");
    if (watcher) watcher.disconnect();
    link.href = "/indicators/" + encodeURIComponent(map.shownMap() ? map.shownMap().indicator : "");
    node.replaceChildren(map.html("p", "wh-body"));
    node.firstChild.appendChild(link);
    watcher = new IntersectionObserver(function (entries) {
      if (!entries.some(function (entry) { return entry.isIntersecting; })) return;
      watcher.disconnect();
      map.fetchOnce("/map/below?to=" + encodeURIComponent(search)).then(function (answer) {
        if (map.shownSearch() === search && document.contains(node)) window.workhealth.morph(node, answer["map-below"]);
      }).catch(function () { map.say("The notes on these figures could not be loaded."); });
    }, { rootMargin: "200px" });
    watcher.observe(node);
  }

  map.bringLater = bringLater;
})();
