// What stands under the map: a slider through the periods with play, zoom to the chosen areas, drawing round areas.
// All periods of a series come in one answer the first time that the slider or play is used.
(function () {
  "use strict";
  const map = window.workhealthMap = window.workhealthMap || {};
  const STEP_MS = 1200; // long enough to read the year and see what changes
  const COMMIT_MS = 350; // the address follows once the slider rests
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let parts = null; // the elements, once they are made
  let series = null; // {of, periods: Promise of {iso: {map, title, words, age}}}
  let playing = 0; // timers
  let committing = 0;

  function isThere() { return Boolean(parts && document.contains(parts.slider)); }

  // the choices of the period control, oldest first
  function choices() {
    const control = document.getElementById("choose-period");
    return control ? Array.from(control.options).filter(function (option) { return option.value; }).reverse() : [];
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
      const asked = map.fetchJson(window.workhealth.at("/map/periods?to=") + encodeURIComponent(of)).then(function (answer) {
        return new Map(answer.periods.map(function (period) {
          return [period.period, { map: map.merged(answer.base, period), title: period.title, words: period.words, age: period.age }];
        }));
      });
      asked.catch(function () { series = null; });
      series = { of: of, periods: asked };
    }
    return series.periods;
  }

  function fail(error) {
    stop(false);
    map.say("The other periods could not be loaded.");
    console.error(error);
  }

  // ---- the period at the slider -----------------------------------------------------------------

  function at() { return Number(parts.slider.value); }

  function last() { return Number(parts.slider.max); }

  function tell(isSpoken) {
    const option = choices()[at()];
    if (!option) return;
    const main = map.panels.map, area = map.chosenCodes()[0];
    const record = main && main.byCode && main.byCode.get(area);
    const text = option.textContent + (record ? ". " + map.words.sentence(main.payload, record) : "");
    parts.output.textContent = option.textContent;
    parts.slider.setAttribute("aria-valuetext", text);
    if (isSpoken) map.say(text);
  }

  // from what was fetched before
  function show(isSpoken) {
    const option = choices()[at()];
    if (!option) return Promise.resolve();
    parts.output.textContent = option.textContent;
    return load().then(function (periods) {
      const found = periods.get(option.value);
      if (!found || !choices()[at()] || choices()[at()].value !== option.value) return;
      map.preview(found.map);
      const heading = document.querySelector("#map-words h1"), lead = document.getElementById("map-lead"), age = document.getElementById("map-age");
      if (heading) heading.textContent = found.title;
      if (lead) lead.textContent = found.words;
      if (age) { age.hidden = !found.age; age.firstChild.textContent = found.age; }
      requestAnimationFrame(function () { tell(isSpoken); });
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

  // ---- playing ----------------------------------------------------------------------------------

  function label() { parts.play.textContent = playing ? "Pause" : still.matches ? "Next period" : "Play"; }

  function stop(isKept) {
    clearInterval(playing);
    playing = 0;
    label();
    if (isKept) commit();
  }

  function forward(isSpoken) {
    parts.slider.value = String(at() >= last() ? 0 : at() + 1);
    return show(isSpoken);
  }

  function step() {
    if (!isThere() || at() >= last()) { stop(isThere()); return; }
    // nothing is said while it plays: what is shown last is
    forward(false).catch(fail);
  }

  function press() {
    if (playing) { stop(true); return; }
    if (still.matches) {
      // no motion unless it is asked for: each press moves on by one period
      forward(true).then(commitSoon).catch(fail);
      return;
    }
    load().then(function () {
      if (at() >= last()) { parts.slider.value = "0"; show(false).catch(fail); }
      else step();
      playing = setInterval(step, STEP_MS);
      label();
    }).catch(fail);
  }

  // ---- the elements -----------------------------------------------------------------------------

  function buildTime(holder) {
    const time = map.html("div", "wh-map-time", null, holder), play = map.button("", time);
    const words = map.html("label", "wh-label", "Period", time), slider = map.html("input", null, null, time);
    const output = map.html("output", "wh-map-now", null, time);
    play.id = "map-play";
    play.setAttribute("aria-describedby", "map-period-now");
    words.htmlFor = slider.id = "map-period";
    Object.assign(slider, { type: "range", min: "0", step: "1" });
    output.id = "map-period-now";
    output.htmlFor = "map-period";
    play.addEventListener("click", press);
    // fetched when the reader makes for it, so that the first step does not wait
    ["pointerenter", "focusin"].forEach(function (name) {
      time.addEventListener(name, function () { load().catch(function (error) { console.error(error); }); });
    });
    slider.addEventListener("input", function () { if (playing) stop(false); show(false).catch(fail); });
    slider.addEventListener("change", commitSoon);
    return { time: time, play: play, slider: slider, output: output };
  }

  function buildButtons(holder) {
    const buttons = map.html("div", "wh-map-buttons", null, holder), lasso = map.button("Select areas", buttons), zoom = map.button("", buttons);
    lasso.id = "map-lasso";
    zoom.id = "map-zoom";
    lasso.setAttribute("aria-pressed", "false");
    lasso.addEventListener("click", function () {
      lasso.setAttribute("aria-pressed", String(!drawsRound()));
      document.getElementById("map-view").classList.toggle("wh-map-drawing-round", drawsRound());
    });
    zoom.addEventListener("click", function () {
      const isZoomed = zoom.dataset.zoomed === "true";
      window.workhealth.change(isZoomed ? { zoom: null, parent: null } : { zoom: "chosen" });
      map.say(isZoomed ? "The map shows all of England." : "The map shows the chosen areas.");
    });
    return { lasso: lasso, zoom: zoom };
  }

  function drawsRound() { return Boolean(parts && parts.lasso.getAttribute("aria-pressed") === "true"); }

  function build(holder) {
    clearInterval(playing);
    playing = 0;
    parts = Object.assign(buildTime(holder), buildButtons(holder));
    label();
    refresh();
  }

  // after a change: the slider stands at the period shown, the buttons say what they would do
  function refresh() {
    if (!isThere()) return;
    const options = choices(), shown = map.shownMap(), params = new URLSearchParams(window.location.search);
    const control = document.getElementById("choose-period");
    parts.time.hidden = options.length < 2;
    parts.slider.max = String(Math.max(options.length - 1, 0));
    const isMoving = playing || (committing && parts.slider.matches(":active"));
    const wanted = params.get("period") || (control && control.dataset.default) || (shown && shown.period);
    const place = options.findIndex(function (option) { return option.value === wanted; });
    if (!isMoving && place >= 0 && parts.of !== params.toString()) parts.slider.value = String(place);
    parts.of = params.toString();
    tell(false);
    const isChosen = window.workhealth.areas().length > 0, isZoomed = params.has("zoom") || params.has("parent");
    parts.zoom.hidden = !isChosen && !isZoomed;
    parts.zoom.dataset.zoomed = String(isZoomed);
    parts.zoom.textContent = isZoomed ? "Show all of England" : "Zoom to chosen areas";
  }

  Object.assign(map, { buildTools: build, refreshTools: refresh, drawsRound: drawsRound });
})();
