// Groups of areas on the map: the border around one, what its card says, and the way from chosen areas to a group of them.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};

  const SVG_SIDE = 1e5; // larger than any drawing
  let made = 0;

  // the outer border of several areas: their borders, with all that lies inside any of them cut out
  function outlineTogether(panel, holder, codes) {
    const d = codes.map(function (code) { const area = map.areaOf(panel, code); return area ? area[map.AREA.PATH] : ""; }).join("");
    if (!d) return;
    const id = "wh-group-" + (++made), all = { x: -SVG_SIDE, y: -SVG_SIDE, width: 2 * SVG_SIDE, height: 2 * SVG_SIDE };
    const mask = map.svg("mask", Object.assign({ id: id, maskUnits: "userSpaceOnUse" }, all), holder);
    map.svg("rect", Object.assign({ fill: "white" }, all), mask);
    map.svg("path", { d: d, fill: "black", stroke: "black", "stroke-width": 1 }, mask); // no gaps along inner borders
    const border = map.svg("g", { mask: "url(#" + id + ")" }, holder);
    map.svg("path", { d: d, class: "wh-group-ground" }, border);
    map.svg("path", { d: d, class: "wh-group-mark" }, border);
  }

  // "Greater Nottingham: 74.2% (95% CI 71.0% to 77.4%), similar to England", as the card of the chosen areas has it
  function sentences() {
    const card = document.querySelector("#map-chosen section"), areas = window.workhealth.areas();
    if (!card || areas.length !== 1 || !window.workhealth.isGroup(areas[0])) return [];
    const text = function (selector) { const part = card.querySelector(selector); return part ? part.textContent.trim().replace(/\s+/g, " ") : ""; };
    const between = text(".wh-card-interval"), compared = text(".wh-map-card-figure + p:not(.wh-hint)");
    return [text(".wh-map-card-title") + ": " + text(".wh-map-card-figure strong") + (between ? " (" + between + ")" : "") +
      (compared && between ? ", " + map.words.lowerFirst(compared) : "")];
  }

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
    if (shown && !group) params.set("area_type", shown.area_type);
    params.set("area", group ? areas[0] : chosen.join(","));
    const name = new URLSearchParams(window.location.search).get("name");
    if (group && name) params.set("name", name);
    link.href = window.workhealth.at("/groups?") + params.toString().replace(/%2C/g, ",").replace(/%3A/g, ":");
    link.textContent = (group ? "Change this group of " : "Make a group of ") + map.words.count(chosen.length);
  }

  Object.assign(map, { refreshGroupLink: refresh, outlineTogether: outlineTogether, groupSentences: sentences });
})();
