// What a change of the map leaves for later: what follows the table, and the controls of the drawer.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  // method and source of another indicator: fetched when the reader comes near them
  let watcher = null;
  function bringBelow(search) {
    const node = document.getElementById("map-below"), link = map.html("a", "wh-link", "About these figures");
    if (watcher) watcher.disconnect();
    link.href = window.workhealth.at("/indicators/" + encodeURIComponent(map.shownMap() ? map.shownMap().indicator : ""));
    node.replaceChildren(map.html("p", "wh-body"));
    node.firstChild.appendChild(link);
    watcher = new IntersectionObserver(function (entries) {
      if (!entries.some(function (entry) { return entry.isIntersecting; })) return;
      watcher.disconnect();
      map.fetchOnce(window.workhealth.at("/map/below?to=") + encodeURIComponent(search)).then(function (answer) {
        if (map.shownSearch() === search && document.contains(node)) window.workhealth.morph(node, answer["map-below"]);
      }).catch(function () { map.say("The notes on these figures could not be loaded."); });
    }, { rootMargin: "200px" });
    watcher.observe(node);
  }

  // the controls of the drawer: fetched for the address that is shown by then, when the drawer is open
  let isOld = false;
  function bringMore() {
    const drawer = document.querySelector("#map-controls .wh-drawer");
    if (!drawer) return;
    isOld = true;
    drawer.ontoggle = function () {
      const search = map.shownSearch();
      if (!drawer.open || !isOld) return;
      isOld = false;
      map.fetchOnce(window.workhealth.at("/map/more?to=") + encodeURIComponent(search)).then(function (answer) {
        if (map.shownSearch() !== search) { bringMore(); return; }
        Object.keys(answer).forEach(function (id) {
          const place = document.getElementById(id);
          if (place) window.workhealth.morph(place, answer[id]);
        });
        window.workhealth.syncControls();
      }).catch(function () {
        isOld = true;
        map.say("The options could not be loaded. Close the drawer and open it again.");
      });
    };
    drawer.ontoggle();
  }

  map.bringLater = { "map-below": bringBelow, more: bringMore };
})();
