// Explanations of terms (dashboard/kit.py, term) as native popovers: dash passes only data- attributes through, so the
// real ones are set here. The browser then opens, closes (also with Escape) and announces them by itself.
(function () {
  "use strict";

  function ready(node) {
    if (node.dataset.popoverTarget) node.setAttribute("popovertarget", node.dataset.popoverTarget);
    else node.setAttribute("popover", "auto");
  }

  const SOUGHT = "[data-popover-target], [data-popover]";

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      change.addedNodes.forEach(function (node) {
        if (node.nodeType !== 1) return;
        if (node.matches(SOUGHT)) ready(node);
        node.querySelectorAll(SOUGHT).forEach(ready);
      });
    });
  }).observe(document.documentElement, { subtree: true, childList: true });
})();
