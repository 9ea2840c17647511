// What stands under a chart (dashboard/components/downloads.py): PNG and SVG are made here in the browser and sent nowhere;
// links and code are copied; a file that the server takes a moment to make tells how it is getting on.
(function () {
  "use strict";

  const FINER = 2; // a PNG has twice the pixels of the screen, so that it is sharp in print

  const WIDEST = 16000; // px: a browser draws no longer side
  const LEAST_WIDTH = 720, EDGE = 12; // px of a picture taken from a narrow screen, and of white around its words

  function say(near, words) {
    const group = near.closest(".wh-downloads");
    const status = group && group.querySelector("[role=status]");
    if (status) status.textContent = words;
  }

  // ---- pictures ----------------------------------------------------------------------------------

  function svgText(frame) {
    const image = frame.querySelector("img[src^='data:image/svg+xml']");
    if (image) return decodeURIComponent(image.getAttribute("src").split(",").slice(1).join(","));
    const drawn = frame.querySelector("svg");
    return drawn ? new XMLSerializer().serializeToString(drawn) : null;
  }

  function savePng(text, name, button) {
    const image = new Image();
    image.onload = function () {
      const canvas = document.createElement("canvas");
      const finer = Math.min(FINER, WIDEST / image.naturalWidth, WIDEST / image.naturalHeight);
      canvas.width = image.naturalWidth * finer; canvas.height = image.naturalHeight * finer;
      const paper = canvas.getContext("2d");
      paper.fillStyle = "#fff"; paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (blob) { window.workhealth.save(name + ".png", blob); });
    };
    image.onerror = function () { say(button, "This picture could not be made. Download the SVG instead."); };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  }

  function saveSheet(button) {
    fetch(button.dataset.downloadAddress).then(function (answer) {
      if (!answer.ok) throw new Error("The picture could not be made. Try again in a few minutes.");
      return answer.text();
    }).then(function (text) { savePng(text, button.dataset.downloadName, button); }).catch(function (error) {
      say(button, error instanceof TypeError ? "The service does not answer. Try again in a few minutes." : error.message);
    });
  }

  // the chart as the server describes it, in its light colours, with the title, what its marks mean, the source, its date and
  // its licence, which stand beside it on the page
  function wholePicture(plot) {
    const description = document.querySelector("script[data-figure='" + plot.id + "']");
    const figure = JSON.parse(description.textContent), layout = figure.layout, meta = layout.meta || {};
    const margin = layout.margin, width = Math.max(plot.clientWidth, LEAST_WIDTH);
    const title = wrapped(meta.title || "", width - 2 * EDGE, "bold 18px " + layout.font.family);
    const note = wrapped(meta.note || "", width - 2 * EDGE, "14px " + layout.font.family);
    const source = wrapped(meta.source || "", width - 2 * EDGE, "13px " + layout.font.family);
    const above = title.length * 24 + note.length * 20 + EDGE, below = source.length * 18 + EDGE;
    layout.annotations.push(
      beside("<b>" + title.join("<br>") + "</b>", 18, { y: 1, yanchor: "bottom", yshift: margin.t + note.length * 20 }, margin),
      beside(note.join("<br>"), 14, { y: 1, yanchor: "bottom", yshift: margin.t }, margin),
      beside(source.join("<br>"), 13, { y: 0, yanchor: "top", yshift: -margin.b }, margin)
    );
    layout.width = width; layout.height += above + below; layout.autosize = false;
    margin.t += above; margin.b += below;
    return figure;
  }

  function beside(text, size, place, margin) {
    return Object.assign({
      text: text, font: { size: size }, showarrow: false, align: "left", x: 0, xref: "paper", xanchor: "left", xshift: EDGE - margin.l, yref: "paper"
    }, place);
  }

  // words in lines that fit a width, measured; special characters escaped for plotly
  function wrapped(words, width, font) {
    const pen = document.createElement("canvas").getContext("2d"), lines = [];
    pen.font = font;
    words.split(" ").filter(Boolean).forEach(function (word) {
      const last = lines.length - 1;
      if (last >= 0 && pen.measureText(lines[last] + " " + word).width <= width) lines[last] += " " + word;
      else lines.push(word);
    });
    return lines.map(function (line) { return line.replace(/&/g, "&amp;").replace(/</g, "&lt;"); });
  }

  function savePicture(button) {
    if (button.dataset.downloadAddress) { saveSheet(button); return; }
    const frame = document.getElementById(button.dataset.downloadChart + "-frame");
    if (!frame) return;
    const kind = button.dataset.downloadKind, name = button.dataset.downloadName;
    const plot = frame.querySelector(".js-plotly-plot");
    if (plot && window.Plotly) {
      const figure = wholePicture(plot);
      window.Plotly.downloadImage(figure, {
        format: kind, filename: name, width: figure.layout.width, height: figure.layout.height, scale: kind === "png" ? FINER : 1
      });
      return;
    }
    const text = svgText(frame);
    if (text === null) { say(button, "The chart is not drawn yet. Try again in a moment."); return; }
    if (kind === "png") savePng(text, name, button);
    else window.workhealth.save(name + ".svg", new Blob([text], { type: "image/svg+xml;charset=utf-8" }));
  }

  // ---- links and code ----------------------------------------------------------------------------

  function embedCode(code) {
    const heading = document.querySelector("#page h1");
    const title = (heading ? heading.innerText : "Chart").replace(/[&<>"]/g, "");
    // the frame takes the height that its chart reports (assets/embed.js), and that of its own frame alone
    const fit = "<script>(function(){var f=document.currentScript.previousElementSibling;addEventListener('message'," +
      "function(e){if(e.source===f.contentWindow&&e.data&&e.data.workhealth==='height')" +
      "f.style.height=Math.min(+e.data.height||640,5000)+'px'})})()</" + "script>";
    return '<iframe src="' + window.location.origin + code.dataset.embed.replace(/&/g, "&amp;") + '" title="' + title +
      '" width="100%" height="640" loading="lazy" style="border:0"></iframe>' + fit;
  }

  function writeCode(details) {
    details.querySelectorAll("[data-embed]").forEach(function (code) { code.textContent = embedCode(code); });
  }

  function copy(button) {
    const isCode = button.dataset.copy === "code";
    const code = isCode && button.parentElement.querySelector("[data-embed]");
    const isAddress = button.dataset.copy === "address"; // of a file or of the API, as it stands on the button
    const text = isCode ? embedCode(code) : isAddress ? window.location.origin + button.dataset.address : window.location.href;
    const done = isCode ? "The code is copied." : isAddress ? "The address is copied." : "The link is copied.";
    const shown = "It could not be copied here. Select it and copy it by hand: " + text;
    if (!navigator.clipboard) { say(button, shown); return; } // no clipboard on plain http but for this very machine
    navigator.clipboard.writeText(text).then(function () { say(button, done); }, function () { say(button, shown); });
  }

  // ---- files that take a moment ------------------------------------------------------------------

  function fileName(answer, link) {
    const found = /filename="?([^";]+)"?/.exec(answer.headers.get("Content-Disposition") || "");
    return found ? found[1] : link.href.split("/").pop();
  }

  function fetchFile(link) {
    if (link.getAttribute("aria-disabled") === "true") return;
    link.setAttribute("aria-disabled", "true");
    say(link, link.dataset.progress);
    fetch(link.href).then(function (answer) {
      if (!answer.ok) {
        return answer.text().then(function (page) {
          const words = new DOMParser().parseFromString(page, "text/html").querySelector("[data-problem]");
          throw new Error(words ? words.textContent : "The file could not be made. Try again in a few minutes.");
        });
      }
      return answer.blob().then(function (blob) {
        window.workhealth.save(fileName(answer, link), blob);
        say(link, "Done: " + fileName(answer, link) + " is in your downloads.");
      });
    }).catch(function (error) {
      say(link, error instanceof TypeError ? "The service does not answer. Try again in a few minutes." : error.message);
    }).finally(function () { link.removeAttribute("aria-disabled"); });
  }

  document.addEventListener("click", function (event) {
    const saver = event.target.closest("[data-download-chart]");
    if (saver) savePicture(saver);
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier);
    const slow = event.target.closest("a[data-progress]");
    if (slow && !(event.metaKey || event.ctrlKey || event.shiftKey)) { event.preventDefault(); fetchFile(slow); }
  });

  // toggle does not bubble: it is caught on its way down
  document.addEventListener("toggle", function (event) {
    if (event.target.matches && event.target.matches("details") && event.target.open) writeCode(event.target);
  }, true);
})();
