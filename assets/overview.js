// The grid of all indicators: says at which edges more lies, and on a phone opens the other areas of a row.
(function () {
  "use strict";

  const SLACK = 4; // px

  // a grid that is wider than its place (with large text, say) scrolls in its box
  const sizes = new ResizeObserver(function (changes) {
    changes.forEach(function (change) {
      const box = change.target.closest(".wh-rug-scroll");
      if (box) box.classList.toggle("wh-rug-too-wide", box.scrollWidth > box.clientWidth + SLACK);
    });
    tellAll();
  });

  function tell(box) {
    const frame = box.parentElement;
    const scrolls = getComputedStyle(box).overflowX !== "visible";
    frame.classList.toggle("wh-rug-right", scrolls && box.scrollLeft + box.clientWidth < box.scrollWidth - SLACK);
    frame.classList.toggle("wh-rug-below", scrolls && box.scrollTop + box.clientHeight < box.scrollHeight - SLACK);
  }

  function tellAll() { document.querySelectorAll("#page .wh-rug-scroll").forEach(tell); }

  // a scroll does not bubble
  document.addEventListener("scroll", function (event) {
    if (event.target.classList && event.target.classList.contains("wh-rug-scroll")) tell(event.target);
  }, { capture: true, passive: true });
  window.addEventListener("resize", tellAll);

  document.addEventListener("click", function (event) {
    const button = event.target.closest(".wh-rug-opener");
    if (!button) return;
    const isOpen = button.closest("tr").classList.toggle("wh-open");
    button.setAttribute("aria-expanded", String(isOpen));
  });

  document.addEventListener("wh:page", function () {
    sizes.disconnect();
    document.querySelectorAll("#page .wh-rug-scroll > table").forEach(function (table) { sizes.observe(table); });
    tellAll();
    // a row that the reader opened stays open where the same page comes anew
    document.querySelectorAll("#page .wh-rug-opener").forEach(function (button) {
      button.setAttribute("aria-expanded", String(button.closest("tr").classList.contains("wh-open")));
    });
  });
})();
