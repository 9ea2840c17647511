// The Menu button of the header and the Change button of the controls, on a phone: each opens what stands behind it.
(function () {
  "use strict";

  function toggle(button, place) {
    const isOpen = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(isOpen));
    place.classList.toggle("wh-open", isOpen);
    return isOpen;
  }

  document.addEventListener("click", function (event) {
    const menu = event.target.closest(".wh-menu");
    if (menu) { toggle(menu, menu.closest(".wh-header")); return; }
    const change = event.target.closest(".wh-change");
    if (change && toggle(change, change.closest(".wh-controls"))) {
      const first = change.closest(".wh-controls").querySelector("select, input, summary");
      if (first) first.focus();
    }
  });

  document.addEventListener("keydown", function (event) {
    const header = document.querySelector(".wh-header.wh-open");
    if (event.key !== "Escape" || !header) return;
    const menu = header.querySelector(".wh-menu");
    toggle(menu, header);
    menu.focus();
  });

  // on a phone the Change button also says what the folded choices are: "Employment rate · Regions · 2023"
  function sayChosen() {
    document.querySelectorAll("#page .wh-change").forEach(function (button) {
      const choices = Array.from(button.parentElement.querySelectorAll(".wh-controls-row select"));
      const shown = choices.filter(function (choice) { return choice.selectedOptions[0] && !choice.closest(".wh-drawer"); });
      const made = shown.filter(function (choice) { return choice.value; });
      const words = (made.length ? made : shown).map(function (choice) { return choice.selectedOptions[0].text; });
      const place = button.querySelector(".wh-chosen"), said = words.join(" · ");
      if (place.textContent !== said) place.textContent = said; // the same words written again are laid out again
    });
  }
  document.addEventListener("wh:controls", sayChosen);
  document.addEventListener("change", function (event) { if (event.target.closest(".wh-controls")) sayChosen(); });

  // what stands around a page follows it: home has the header's box as its first control, and of a row of tabs that
  // scrolls on a phone the open one stands in sight
  function around(now) {
    const box = document.querySelector(".wh-header-search");
    if (box) box.hidden = now.nav === "/";
    const row = document.querySelector("#page .wh-tabs"), tab = row && row.querySelector("[aria-current=page]");
    if (tab && row.scrollWidth > row.clientWidth) row.scrollLeft += tab.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - tab.offsetWidth) / 2;
  }

  // another page begins with the menu closed
  document.addEventListener("wh:arrived", function () {
    const header = document.querySelector(".wh-header.wh-open");
    if (header) toggle(header.querySelector(".wh-menu"), header);
  });

  window.workhealth = Object.assign(window.workhealth || {}, { around: around });
})();
