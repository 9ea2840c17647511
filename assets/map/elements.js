// Makes the elements of a map, and says aloud what happens on it.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const SVG = "http://www.w3.org/2000/svg";

  function svg(name, attributes, parent) {
    const node = document.createElementNS(SVG, name);
    for (const key in attributes || {}) node.setAttribute(key, attributes[key]);
    if (parent) parent.appendChild(node);
    return node;
  }

  function html(name, className, text, parent) {
    const node = document.createElement(name);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = text;
    if (parent) parent.appendChild(node);
    return node;
  }

  function button(words, parent) {
    const node = html("button", "wh-button wh-button-secondary", words, parent);
    node.type = "button";
    return node;
  }

  function say(text) {
    const live = document.getElementById("map-live");
    if (live && live.textContent !== text) live.textContent = text;
  }

  Object.assign(map, { SVG: SVG, svg: svg, html: html, button: button, say: say });
})();
