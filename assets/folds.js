// The themes of an area's figures fold on a phone: the first is open, each says in words what it holds. A wider screen, and a
// page without scripts, show all of them.
(function () {
  "use strict";
  const onPhone = window.matchMedia("(max-width: 640px)");

  function setOpen(button, isOpen) {
    button.setAttribute("aria-expanded", String(isOpen));
    button.closest("tbody").classList.toggle("wh-folded", !isOpen);
  }

  function fold(heading, isFirst) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "wh-theme-fold";
    button.append(...heading.childNodes);
    heading.appendChild(button);
    setOpen(button, isFirst);
  }

  function unfold(button) {
    setOpen(button, true);
    button.replaceWith(...button.childNodes);
  }

  function fit(page) {
    page.querySelectorAll(".wh-profile").forEach(function (table) {
      table.querySelectorAll(".wh-theme > th").forEach(function (heading, place) {
        const button = heading.querySelector(".wh-theme-fold");
        if (onPhone.matches && !button) fold(heading, place === 0);
        else if (!onPhone.matches && button) unfold(button);
      });
    });
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest(".wh-theme-fold");
    if (button) setOpen(button, button.getAttribute("aria-expanded") !== "true");
  });
  document.addEventListener("wh:page", function (event) { fit(event.detail); });
  onPhone.addEventListener("change", function () { fit(document); });
})();
