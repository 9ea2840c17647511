// Saves a chart as PNG or SVG (dashboard/kit.py, chart_downloads). Made in the browser: nothing is sent anywhere.
(function () {
  "use strict";

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-download-chart]");
    if (!button || !window.Plotly) return;
    const holder = document.getElementById(button.dataset.downloadChart);
    const plot = holder && (holder.matches(".js-plotly-plot") ? holder : holder.querySelector(".js-plotly-plot"));
    if (!plot) return;
    const kind = button.dataset.downloadKind === "svg" ? "svg" : "png";
    window.Plotly.downloadImage(plot, {
      format: kind,
      filename: button.dataset.downloadName,
      width: plot.clientWidth,
      height: plot.clientHeight,
      // twice as fine, so that it is sharp in print
      scale: kind === "png" ? 2 : 1
    });
  });
})();
