// Remembers in this browser, and nowhere else, the areas whose pages were opened last, and lists them on the home page.
(function () {
  "use strict";
  const KEY = "workhealth.recent-areas", MOST = 6;

  function remembered() {
    try {
      const found = JSON.parse(window.localStorage.getItem(KEY) || "[]");
      return found.filter(function (area) { return area && /^([A-Z]\d{8}|custom:[A-Z\d+]+(~.*)?)$/.test(area.code) && typeof area.name === "string"; });
    } catch (error) {
      return []; // storage is shut off, or holds something else: there is nothing to list
    }
  }

  function keep(areas) {
    try { window.localStorage.setItem(KEY, JSON.stringify(areas.slice(0, MOST))); } catch (error) { /* shut off */ }
  }

  function visit(mark) {
    const now = { code: mark.dataset.areaVisited, name: mark.dataset.areaName };
    keep([now].concat(remembered().filter(function (area) { return area.code !== now.code; })));
  }

  function element(kind, className, text) {
    const made = document.createElement(kind);
    made.className = className;
    made.textContent = text || "";
    return made;
  }

  function list(holder) {
    const areas = remembered();
    holder.replaceChildren();
    if (!areas.length) return;
    const names = element("p", "wh-recent");
    names.append("Looked at before:");
    areas.forEach(function (area) {
      const link = element("a", "wh-link", area.name);
      link.href = window.workhealth.at("/areas/" + area.code);
      names.append(" ", link);
    });
    const forget = element("button", "wh-plain-button", "Forget these");
    forget.type = "button";
    forget.addEventListener("click", function () {
      keep([]);
      holder.replaceChildren();
      const box = document.querySelector("#page form[data-find-form] input");
      if (box) box.focus();
    });
    forget.title = "Kept in this browser only";
    names.append(" ", forget);
    holder.append(names);
  }

  document.addEventListener("wh:page", function (event) {
    event.detail.querySelectorAll("[data-area-visited]").forEach(visit);
    event.detail.querySelectorAll("[data-recent-areas]").forEach(list);
  });
})();
