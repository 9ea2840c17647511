// The navigation takes along what is looked at: the same indicator and areas behind the next door, and all of it on the next tab.
(function () {
  "use strict";

  const VOCABULARY = window.workhealthVocabulary; // rules that the server shares (dashboard/serving/vocabulary.py)

  function carried() {
    const params = new URLSearchParams(window.location.search), kept = new URLSearchParams();
    Object.keys(VOCABULARY.keys).forEach(function (key) {
      if (VOCABULARY.keys[key].carried && params.get(key)) kept.set(key, params.get(key));
    });
    const parts = window.workhealth.path().split("/").filter(Boolean);
    if (parts[0] === "areas" && parts[1]) takeArea(kept, decodeURIComponent(parts[1]));
    if (parts[0] === "indicators" && parts[1]) kept.set("indicator", parts[1]);
    const text = kept.toString().replace(/%2C/g, ",");
    return text ? "?" + text : "";
  }

  // the area of a path; a group carries its name there, which is a key of its own elsewhere
  function takeArea(kept, code) {
    const parts = window.workhealth.isGroup(code) ? code.split("~") : [code];
    kept.set("area", parts[0]);
    if (parts.length > 1) kept.set("name", decodeURIComponent(parts.slice(1).join("~")));
  }

  // the page of the first area of an address; a group keeps its name
  function pageOf(search) {
    const params = new URLSearchParams(search), first = (params.get("area") || "").split(",")[0].replace(/ /g, "+"), name = params.get("name");
    if (!first) return "/areas";
    return "/areas/" + first + (name && window.workhealth.isGroup(first) ? "?name=" + encodeURIComponent(name) : "");
  }

  function carryOn() {
    const own = carried();
    document.querySelectorAll(".wh-nav-link").forEach(function (link) {
      const path = link.dataset.door;
      // "Your area" leads to the area that is looked at, once there is one
      if (path === "/areas") link.setAttribute("href", window.workhealth.at(pageOf(own)));
      else if (VOCABULARY.carriedTo.includes(path)) link.setAttribute("href", window.workhealth.at(path + own));
    });
    // tabs of one set of controls keep all that is chosen
    document.querySelectorAll("[data-keeps-view]").forEach(function (link) {
      link.setAttribute("href", link.getAttribute("href").split("?")[0] + window.location.search);
    });
  }

  window.workhealth = Object.assign(window.workhealth || {}, { carryOn: carryOn });
})();
