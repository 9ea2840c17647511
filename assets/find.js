// Find your area as you type: a combobox over /api/v1/areas. Arrow keys choose, Enter opens, Escape closes.
(function () {
  "use strict";
  let timer = null, asked = 0;

  function box() { return document.getElementById("find-area"); }

  function list(input) {
    const holder = input.closest(".wh-find");
    let found = holder.querySelector(".wh-find-list");
    if (!found) {
      found = document.createElement("ul");
      found.className = "wh-find-list";
      found.id = "find-area-list";
      found.setAttribute("role", "listbox");
      found.setAttribute("aria-label", "Areas found");
      found.hidden = true;
      holder.appendChild(found);
      const status = document.createElement("p");
      status.className = "wh-visually-hidden";
      status.setAttribute("role", "status");
      holder.appendChild(status);
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-controls", "find-area-list");
      input.setAttribute("aria-describedby", "find-area-hint");
      input.setAttribute("aria-expanded", "false");
    }
    return found;
  }

  function close(input) {
    const found = list(input);
    found.hidden = true;
    found.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function open(code) {
    window.workhealth.open("/areas/" + code);
  }

  function show(input, areas) {
    const found = list(input), status = found.nextElementSibling;
    found.replaceChildren();
    areas.slice(0, 12).forEach(function (area, i) {
      const option = document.createElement("li");
      option.id = "find-area-" + i;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.areaCode = area.area_code;
      option.textContent = area.area_name;
      const kind = document.createElement("small");
      kind.textContent = window.workhealthVocabulary.areaTypes[area.area_type].name + (area.end_on ? ", until " + area.end_on.slice(0, 4) : "");
      option.appendChild(kind);
      found.appendChild(option);
    });
    found.hidden = !areas.length;
    input.setAttribute("aria-expanded", areas.length ? "true" : "false");
    input.removeAttribute("aria-activedescendant");
    status.textContent = areas.length ? Math.min(areas.length, 12) + " areas found" : "No area found";
  }

  function ask(input) {
    const text = input.value.trim(), mine = ++asked;
    if (text.length < 2) { close(input); return; }
    fetch("/api/v1/areas?q=" + encodeURIComponent(text)).then(function (answer) { return answer.ok ? answer.json() : { areas: [] }; })
      .then(function (answer) { if (mine === asked && document.contains(input)) show(input, answer.areas); })
      .catch(function () { /* the Find button still works */ });
  }

  document.addEventListener("input", function (event) {
    if (event.target !== box()) return;
    clearTimeout(timer);
    timer = setTimeout(function () { ask(event.target); }, 120);
  });
  document.addEventListener("focusin", function (event) { if (event.target === box()) list(event.target); });
  document.addEventListener("focusout", function (event) {
    if (event.target === box()) setTimeout(function () { if (document.activeElement !== event.target) close(event.target); }, 150);
  });

  document.addEventListener("keydown", function (event) {
    const input = box();
    if (!input || event.target !== input) return;
    const options = Array.from(list(input).querySelectorAll("[role=option]"));
    const at = options.findIndex(function (option) { return option.getAttribute("aria-selected") === "true"; });
    if (event.key === "Escape") { close(input); return; }
    if (event.key === "Enter" && at >= 0) { event.preventDefault(); event.stopPropagation(); open(options[at].dataset.areaCode); return; }
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || !options.length) return;
    event.preventDefault();
    const next = event.key === "ArrowDown" ? (at + 1) % options.length : (at - 1 + options.length) % options.length;
    options.forEach(function (option, i) { option.setAttribute("aria-selected", i === next ? "true" : "false"); });
    input.setAttribute("aria-activedescendant", options[next].id);
    options[next].scrollIntoView({ block: "nearest" });
  }, true);

  document.addEventListener("mousedown", function (event) {
    const option = event.target.closest(".wh-find-list [role=option]");
    if (option) { event.preventDefault(); open(option.dataset.areaCode); }
  });

  document.addEventListener("submit", function (event) {
    if (!event.target.closest("[data-find-form]") || !event.target.closest("#page")) return;
    event.preventDefault();
    const input = box();
    close(input);
    const text = input.value.trim();
    const path = event.target.closest("[data-find-form]").getAttribute("action") || "/";
    window.workhealth.open(path, text ? "?q=" + encodeURIComponent(text) : "");
  });
})();
