// Puts pictures (data-svg) and HTML such as large tables (data-html) that the server wrote into the page. The server
// escapes every text in them.
(function () {
  "use strict";

  function draw(holder) {
    const text = holder.dataset.svg;
    if (holder._drawn === text) return;
    holder._drawn = text;
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    if (parsed.nodeName === "svg") holder.replaceChildren(document.importNode(parsed, true));
  }

  function drawTable(holder) {
    const text = holder.dataset.html;
    if (holder._drawn === text) return;
    holder._drawn = text;
    holder.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
  }

  function drawOne(node) {
    if (node.dataset.svg) draw(node);
    if (node.dataset.html) drawTable(node);
  }

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === "attributes") { drawOne(change.target); return; }
      change.addedNodes.forEach(function (node) {
        if (node.nodeType !== 1) return;
        if (node.matches("[data-svg], [data-html]")) drawOne(node);
        node.querySelectorAll("[data-svg], [data-html]").forEach(drawOne);
      });
    });
  }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-svg", "data-html"] });

  // links in what the server wrote stay inside the app
  document.addEventListener("click", function (event) {
    const link = event.target.closest("#page [data-html] a[href^='/'], #map-drawing a[href^='/']");
    if (!link || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || link.hasAttribute("download")) return;
    if (/^\/(api|assets|csv|data\/|embed|geometry|healthz)/.test(link.getAttribute("href"))) return;
    event.preventDefault();
    const url = new URL(link.href);
    window.dash_clientside.set_props("url", { pathname: url.pathname, search: url.search });
  });
})();
