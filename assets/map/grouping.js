// The way from the areas chosen on the map to a group of them.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  function linkOf(holder) {
    const known = document.getElementById("map-group");
    if (known) return known;
    const link = map.html("a", "wh-button wh-button-secondary", null, holder);
    link.id = "map-group";
    return link;
  }

  // the link to the page that makes a group (dashboard/pages/groups.py): there with two areas or more, or one group
  function refresh() {
    const holder = document.querySelector("#map-tools .wh-map-buttons");
    if (!holder) return;
    const link = linkOf(holder);
    const areas = window.workhealth.areas(), group = areas.length === 1 && window.workhealth.isGroup(areas[0]), chosen = map.chosenCodes();
    const params = new URLSearchParams(), shown = map.shownMap();
    link.hidden = chosen.length < 2;
    if (link.hidden) return;
    if (shown) params.set("area_type", shown.area_type);
    params.set("area", group ? areas[0] : chosen.join(","));
    const name = new URLSearchParams(window.location.search).get("name");
    if (group && name) params.set("name", name);
    link.href = "/groups?" + params.toString().replace(/%2C/g, ",").replace(/%3A/g, ":");
    link.textContent = (group ? "Change this group of " : "Make a group of ") + map.words.count(chosen.length);
  }

  Object.assign(map, { refreshGroupLink: refresh });
})();
