// What stands over the map: a slider through the periods with play, zoom to the chosen areas, drawing round areas.
// All periods of a series come in one request the first time that the slider or play is used.
(function () {
  "use strict";
  const STEP_MS = 1200; // long enough to read the year and see what changes
  const COMMIT_MS = 350; // the address follows once the slider rests
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let parts = null; // the elements, once they are made
  let series = null; // {of, periods: Promise of {iso: {map, title, words}}}
  let playing = 0;
  let committing = 0;

  function make(name, attributes, parent, text) {
    const node = document.createElement(name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (text) node.textContent = text;
    if (parent) parent.appendChild(node);
    return node;
  }

  // the choices of the period control, oldest first
  function choices() {
    const control = document.getElementById("choose-period");
    return control ? Array.from(control.options).filter(function (one) { return one.value; }).reverse() : [];
  }

  // the address without what changes no value
  function seriesOf() {
    const params = new URLSearchParams(window.location.search);
    ["period", "since", "area", "zoom", "with"].forEach(function (key) { params.delete(key); });
    return "?" + params.toString();
  }

  function load() {
    const of = seriesOf();
    if (!series || series.of !== of) {
      const asked = fetch("/map/periods?to=" + encodeURIComponent(of)).then(function (answer) {
        if (!answer.ok) throw new Error("periods: " + answer.status);
        return answer.json();
      }).then(function (answer) {
        return new Map(answer.periods.map(function (one) {
          return [one.period, { map: window.workhealthMap.merged(answer.base, one), title: one.title, words: one.words }];
        }));
      });
      asked.catch(function () { series = null; });
      series = { of: of, periods: asked };
    }
    return series.periods;
  }

  function fail(error) {
    stop(false);
    window.workhealthMap.say("The other periods could not be loaded.");
    console.error(error);
  }

  function at() { return Number(parts.slider.value); }

  function tell(speak) {
    const option = choices()[at()];
    if (!option) return;
    const area = window.workhealth.areas()[0], words = area ? window.workhealthMap.sentence(area) : "";
    parts.output.textContent = option.textContent;
    parts.slider.setAttribute("aria-valuetext", option.textContent + (words ? ". " + words : ""));
    if (speak) window.workhealthMap.say(option.textContent + (words ? ". " + words : ""));
  }

  // show the period at the slider, from what was fetched before
  function show(speak) {
    const option = choices()[at()];
    if (!option) return Promise.resolve();
    parts.output.textContent = option.textContent;
    return load().then(function (periods) {
      const found = periods.get(option.value);
      if (!found || !choices()[at()] || choices()[at()].value !== option.value) return;
      window.workhealthMap.preview(found.map);
      const heading = document.querySelector("#map-words h1"), lead = document.querySelector("#map-words .wh-lead");
      if (heading) heading.textContent = found.title;
      if (lead) lead.textContent = found.words;
      requestAnimationFrame(function () { tell(speak); });
    });
  }

  function commit() {
    clearTimeout(committing);
    const option = choices()[at()];
    if (option) window.workhealth.change({ period: option.value });
  }

  function commitSoon() {
    clearTimeout(committing);
    committing = setTimeout(commit, COMMIT_MS);
  }

  function label() {
    parts.play.textContent = playing ? "Pause" : still.matches ? "Next period" : "Play";
    parts.play.setAttribute("aria-describedby", "map-period-now");
  }

  function stop(keep) {
    clearInterval(playing);
    playing = 0;
    label();
    if (keep) commit();
  }

  function forward() {
    const last = Number(parts.slider.max);
    parts.slider.value = String(at() >= last ? 0 : at() + 1);
    return show(true);
  }

  function step() {
    if (!parts || !document.contains(parts.slider) || at() >= Number(parts.slider.max)) { stop(Boolean(parts && document.contains(parts.slider))); return; }
    forward().catch(fail);
  }

  function press() {
    if (playing) { stop(true); return; }
    if (still.matches) {
      // no motion unless it is asked for: each press moves on by one period
      forward().then(commitSoon).catch(fail);
      return;
    }
    load().then(function () {
      if (at() >= Number(parts.slider.max)) { parts.slider.value = "0"; show(true).catch(fail); }
      else step();
      playing = setInterval(step, STEP_MS);
      label();
    }).catch(fail);
  }

  function build(holder) {
    clearInterval(playing);
    playing = 0;
    const time = make("div", { class: "wh-map-time" }, holder);
    const play = make("button", { type: "button", id: "map-play", class: "wh-button wh-button-secondary" }, time);
    const words = make("label", { for: "map-period", class: "wh-label" }, time, "Period");
    const slider = make("input", { type: "range", id: "map-period", min: "0", step: "1" }, time);
    const output = make("output", { id: "map-period-now", for: "map-period", class: "wh-map-now" }, time);
    const buttons = make("div", { class: "wh-map-buttons" }, holder);
    const lasso = make("button", { type: "button", id: "map-lasso", class: "wh-button wh-button-secondary", "aria-pressed": "false" }, buttons, "Draw round areas");
    const zoom = make("button", { type: "button", id: "map-zoom", class: "wh-button wh-button-secondary" }, buttons, "Zoom to chosen areas");
    const none = make("button", { type: "button", id: "map-none", class: "wh-button wh-button-secondary" }, buttons, "Choose none");
    parts = { time: time, play: play, words: words, slider: slider, output: output, lasso: lasso, zoom: zoom, none: none };
    play.addEventListener("click", press);
    // fetched when the reader makes for it, so that the first step does not wait
    ["pointerenter", "focusin"].forEach(function (name) {
      time.addEventListener(name, function () { load().catch(function (error) { console.error(error); }); });
    });
    slider.addEventListener("input", function () { if (playing) stop(false); show(false).catch(fail); });
    slider.addEventListener("change", commitSoon);
    lasso.addEventListener("click", function () { lasso.setAttribute("aria-pressed", lasso.getAttribute("aria-pressed") === "true" ? "false" : "true"); });
    none.addEventListener("click", function () { window.workhealthMap.choose([]); window.workhealthMap.say("No area is chosen."); });
    zoom.addEventListener("click", function () {
      const whole = zoom.dataset.whole === "true";
      window.workhealth.change(whole ? { zoom: null, parent: null } : { zoom: "chosen" });
      window.workhealthMap.say(whole ? "The map shows all of England." : "The map shows the chosen areas.");
    });
    label();
    refresh();
  }

  // after a change: the slider stands at the period shown, the buttons say what they would do
  function refresh() {
    if (!parts || !document.contains(parts.slider)) return;
    const options = choices(), map = window.workhealthMap.shownMap(), params = new URLSearchParams(window.location.search);
    parts.time.hidden = options.length < 2;
    parts.slider.max = String(Math.max(options.length - 1, 0));
    const moving = playing || (committing && document.activeElement === parts.slider && parts.slider.matches(":active"));
    const wanted = params.get("period") || (document.getElementById("choose-period") || { dataset: {} }).dataset.default || (map && map.period);
    const place = options.findIndex(function (one) { return one.value === wanted; });
    if (!moving && place >= 0 && parts.of !== params.toString()) parts.slider.value = String(place);
    parts.of = params.toString();
    tell(false);
    const chosen = window.workhealth.areas().length, zoomed = params.has("zoom") || params.has("parent");
    parts.zoom.hidden = !chosen && !zoomed;
    parts.zoom.dataset.whole = String(zoomed);
    parts.zoom.textContent = zoomed ? "Show all of England" : "Zoom to chosen areas";
    parts.none.hidden = !chosen;
  }

  window.workhealthMapTools = {
    build: build,
    refresh: refresh,
    drawsRound: function () { return Boolean(parts && parts.lasso.getAttribute("aria-pressed") === "true"); }
  };
})();
