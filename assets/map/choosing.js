// Which areas are chosen: in the address, marked on every map, and in the list of areas.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const byName = new Intl.Collator("en-GB");
  const MOST = window.workhealthVocabulary.keys.area.most; // as many as the address may name one by one
  const MOST_IN_GROUP = window.workhealthVocabulary.mostInGroup;

  // the chosen areas by the codes of the drawing: the address may name an area by another code of its
  // land, or one that an area of the type shown stands for
  function drawnCodes(codes) {
    const main = map.panels.map, lands = (main && main.payload && main.payload.lands) || {};
    return Array.from(new Set(codes.flatMap(function (code) { return lands[code] || [code]; })));
  }

  // a group is marked as its members, and named in an address as itself
  function chosenCodes() { return drawnCodes(window.workhealth.areas().flatMap(window.workhealth.membersOf)); }
  function shownCodes() { return drawnCodes(window.workhealth.areas()); }
  function singleCodes() { return drawnCodes(window.workhealth.areas().filter(function (code) { return !window.workhealth.isGroup(code); })); }
  // of each group the members that are drawn
  function groupsOfCodes() {
    return window.workhealth.areas().filter(window.workhealth.isGroup).map(function (code) { return drawnCodes(window.workhealth.membersOf(code)); });
  }

  // the name of a group that the areas are compared with, or lie in, stays
  function nameAfter() {
    const params = new URLSearchParams(window.location.search);
    return ["benchmark", "parent"].some(function (key) { return window.workhealth.isGroup(params.get(key) || ""); }) ? undefined : null;
  }

  // more areas than can be compared one by one are chosen as a group
  function chooseAll(codes) {
    const kept = codes.slice(0, MOST_IN_GROUP), isGroup = kept.length > MOST;
    const area = isGroup ? "custom:" + kept.slice().sort().join("+") : kept.join(",");
    window.workhealth.change({ area: area, name: nameAfter(), zoom: kept.length ? undefined : null });
    return kept.length;
  }

  // choose one area alone, or add it to the others; a second time takes it away
  function choose(code, isAdded) {
    const chosen = chosenCodes(), record = map.panels.map.byCode.get(code), isTaken = chosen.includes(code);
    let next = isTaken && chosen.length === 1 ? [] : [code];
    if (isAdded) next = isTaken ? chosen.filter(function (other) { return other !== code; }) : chosen.concat(code);
    const count = map.words.count(chooseAll(next));
    if (record) map.say(record.name + (next.includes(code) ? " chosen. " : " no longer chosen. ") + count + " chosen.");
  }

  // all areas that a line was drawn round, added to the others where areas are selected one after the other
  function chooseInside(codes) {
    const all = Array.from(new Set((map.drawsRound() ? chosenCodes() : []).concat(codes)));
    const kept = map.words.count(chooseAll(all));
    if (all.length <= MOST_IN_GROUP) { map.say(kept + " chosen" + (all.length > MOST ? " as one group." : ".")); return; }
    map.say(map.words.count(all.length) + " were selected; the first " + MOST_IN_GROUP + " are chosen, which is the most at once.");
  }

  function markPanel(panel, chosen) {
    panel.drawn.paths.forEach(function (path, code) {
      const pressed = chosen.includes(code) ? "true" : "false";
      if (path.getAttribute("aria-pressed") !== pressed) path.setAttribute("aria-pressed", pressed);
    });
    const single = singleCodes(), groups = groupsOfCodes(), wanted = single.join() + "/" + groups.join("/") + panel.drawn.url;
    if (panel.marked === wanted) return;
    panel.marked = wanted;
    panel.drawn.svg.querySelectorAll(".wh-map-marks").forEach(function (group) {
      const isThere = function (code) { return !group.classList.contains("wh-inset-marks") || panel.drawn.clones.has(code); };
      group.replaceChildren();
      groups.forEach(function (members) { map.outlineTogether(panel, group, members.filter(isThere)); });
      single.filter(isThere).forEach(function (code) {
        map.outline(panel, group, code, "wh-mark-ground");
        map.outline(panel, group, code, "wh-mark");
      });
    });
    map.placeLabels(panel);
    if (panel.drawn.names) map.drawStrip(panel);
  }

  function mark() {
    const chosen = chosenCodes(), picker = document.getElementById("choose-map-area");
    map.eachPanel(function (panel) { markPanel(panel, chosen); });
    if (picker && map.panels.map.byCode) pick(picker);
    map.pinRows();
    map.refreshTools();
    map.refreshGroupLink();
  }

  // the list of areas stands at the first that is chosen
  function pick(picker) {
    const first = chosenCodes()[0];
    picker.value = map.panels.map.byCode.has(first) ? first : "";
  }

  function sorted(records) { return records.slice().sort(function (a, b) { return byName.compare(a.name, b.name); }); }

  function fillPicker(records) {
    const picker = document.getElementById("choose-map-area");
    if (!picker) return;
    const wanted = records.map(function (record) { return record.code; }).join();
    if (picker._filled === wanted && picker.options.length > 1) return;
    picker._filled = wanted;
    const options = sorted(records).map(function (record) { return new Option(record.name, record.code); });
    picker.replaceChildren(new Option("None", ""), ...options);
    pick(picker);
  }

  Object.assign(map, {
    choose: choose, chosenCodes: chosenCodes, shownCodes: shownCodes, singleCodes: singleCodes, chooseAll: chooseAll, chooseInside: chooseInside, markSelection: mark, fillPicker: fillPicker, sortedByName: sorted
  });
})();
