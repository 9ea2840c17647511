// While a page is on its way: after a moment a bar at the top, and words that are read out.
(function () {
  "use strict";

  const BUSY_MS = 300, LONG_MS = 15000; // what comes sooner needs no sign; what takes longer may never come
  let busy = []; // timers

  function status() {
    let words = document.getElementById("busy-words");
    if (!words) {
      const bar = document.createElement("div");
      words = document.createElement("p");
      bar.className = "wh-busy-bar";
      bar.setAttribute("aria-hidden", "true");
      words.id = "busy-words";
      words.className = "wh-visually-hidden";
      words.setAttribute("role", "status");
      document.body.append(bar, words);
    }
    return words;
  }

  // assistive technology waits with a part that is being changed
  function markBusy(isBusy) {
    const page = document.getElementById("page");
    if (page) page.setAttribute("aria-busy", String(isBusy));
  }

  function idle() {
    busy.forEach(clearTimeout);
    busy = [];
    markBusy(false);
    if (document.documentElement.classList.contains("wh-busy")) status().textContent = "";
    document.documentElement.classList.remove("wh-busy");
  }

  function wait() {
    idle();
    const words = status();
    markBusy(true);
    busy = [
      setTimeout(function () {
        document.documentElement.classList.add("wh-busy");
        words.textContent = "Loading";
      }, BUSY_MS),
      setTimeout(function () {
        idle();
        words.textContent = "The page has not come. Check the connection and try again.";
      }, LONG_MS)
    ];
  }

  // a change on the same page is announced
  function tell() {
    const heading = document.querySelector("#page h1"), lead = document.querySelector("#page .wh-lead");
    status().textContent = [heading, lead].filter(Boolean).map(function (part) { return part.textContent.trim().replace(/\.?$/, "."); }).join(" ");
  }

  window.workhealth = Object.assign(window.workhealth || {}, { wait: wait, idle: idle, tellPage: tell });
})();
