// Draws the charts that the server describes (dashboard/components/charts.py): plotly is fetched when a page has one.
(function () {
  "use strict";

  const CONFIG = { displaylogo: false, showSendToCloud: false, plotlyServerURL: "", responsive: true, displayModeBar: false };
  const NARROW = 560; // px of a chart below which its description says what gives way (layout.meta.narrow)
  let library = null; // Promise of plotly

  // figures carry the light colours (dashboard/figures/colours.py); a reader in the dark sees the dark ones
  const DARK = window.workhealthVocabulary.dark;
  const inDarkMode = window.matchMedia("(prefers-color-scheme: dark)");

  function isDark() {
    const theme = document.documentElement.dataset.theme;
    return theme ? theme === "dark" : inDarkMode.matches;
  }

  function inDark(text) {
    return text.replace(/#[0-9a-fA-F]{6}\b/g, function (colour) { return DARK[colour.toUpperCase()] || colour; });
  }

  // what gives way on a narrow screen: values by their place in the layout, such as "annotations.2.visible"
  function narrowed(layout) {
    Object.entries((layout.meta && layout.meta.narrow) || {}).forEach(function (pair) {
      const path = pair[0].split("."), last = path.pop();
      const part = path.reduce(function (found, name) { return found && found[name]; }, layout);
      if (part) part[last] = pair[1];
    });
    return layout;
  }

  function drawAgain() {
    document.querySelectorAll("script[data-figure]").forEach(function (description) {
      const plot = document.getElementById(description.dataset.figure);
      if (plot) { plot._drawn = null; draw(description); }
    });
  }

  inDarkMode.addEventListener("change", drawAgain);

  let wasNarrow = window.innerWidth < NARROW;
  window.addEventListener("resize", function () {
    const isNarrow = window.innerWidth < NARROW;
    if (isNarrow !== wasNarrow) { wasNarrow = isNarrow; drawAgain(); }
  });

  function plotly() {
    if (!library) {
      library = new Promise(function (resolve, reject) {
        const script = document.createElement("script");
        script.src = window.workhealth.at("/_dash-component-suites/plotly/package_data/plotly.min.js");
        script.onload = function () { resolve(window.Plotly); };
        script.onerror = function () { library = null; reject(new Error("the library of charts could not be loaded")); };
        document.head.appendChild(script);
      });
    }
    return library;
  }

  function draw(description) {
    const text = description.textContent, plot = document.getElementById(description.dataset.figure);
    if (!plot || plot._drawn === text) return;
    plot._drawn = text;
    plotly().then(function (library) {
      if (plot._drawn !== text || !document.contains(plot)) return;
      const figure = JSON.parse(isDark() ? inDark(text) : text);
      if (plot.clientWidth < NARROW) narrowed(figure.layout);
      return library.react(plot, figure.data, figure.layout, CONFIG);
    }).catch(function (error) {
      plot._drawn = null;
      plot.textContent = "This chart could not be drawn. The table has every figure.";
      console.error(error);
    });
  }

  document.addEventListener("wh:page", function (event) { event.detail.querySelectorAll("script[data-figure]").forEach(draw); });
})();
