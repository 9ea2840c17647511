// Shows the page of an address: the one in the document at first, and later ones that the server sends as HTML. Only what
// differs is changed, so that focus, scroll position and what is open stay. Says when a page has come (title, focus,
// navigation).
(function () {
  "use strict";

  const VOCABULARY = window.workhealthVocabulary; // rules that the server shares (dashboard/serving/vocabulary.py)
  let shown = null; // what the server said of the page that is shown

  // ---- links ---------------------------------------------------------------------------------------

  function isPlainClick(event) {
    return event.button === 0 && !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  }

  function isPage(href) { return href !== null && !VOCABULARY.notPages.some(function (start) { return href.startsWith(start); }); }

  // links inside the service open without loading the document anew
  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[href^='/']");
    if (!link || !isPlainClick(event) || link.target || link.hasAttribute("download") || link.hasAttribute("data-progress")) return;
    if (!isPage(window.workhealth.within(link.pathname))) return;
    event.preventDefault();
    if (link.hash && link.pathname === window.location.pathname && link.search === window.location.search) { window.location.hash = link.hash; return; }
    open(link.pathname, link.search, link.hash);
  });

  let isReady = false; // whether dash watches the address
  let target = ""; // where in the next page a link leads

  // a new address; before dash is ready the browser loads its document
  function open(pathname, search, hash) {
    if (!isReady) { window.location.assign(pathname + (search || "") + (hash || "")); return; }
    target = hash || "";
    // the part of the page before is none of this one
    window.dash_clientside.set_props("url", { pathname: pathname, search: search || "", hash: "" });
  }

  // the page of an address as the server makes it, though the page shown would answer its query itself
  function load(pathname, search) {
    window.workhealth.wait();
    window.dash_clientside.set_props("address", { data: { pathname: pathname, search: search } });
  }

  // a page that answers its own queries has shown a new one
  function settled() {
    window.workhealth.idle();
    window.workhealth.arriveAt();
    window.workhealth.syncControls();
    window.workhealth.carryOn();
  }

  // ---- showing a page ------------------------------------------------------------------------------

  // turn what is in a place into the HTML that the server wrote: where it is the same page, only what differs is changed
  function put(place, text, isSame) {
    if (isSame) morph(place, text); else place.innerHTML = text;
    enhance(place);
  }

  // change only what differs, so that the control in use keeps the focus
  function morph(place, text) {
    const wanted = place.cloneNode(false);
    wanted.innerHTML = text;
    window.morphdom(place, wanted, {
      childrenOnly: true,
      onBeforeElUpdated: function (from, to) {
        if (from.isEqualNode(to)) return false;
        // what the reader is typing stays
        if (from === document.activeElement && from.matches("input[type=search], input[type=text], input:not([type])")) to.value = from.value;
        // the reader opened or closed it
        if (from.nodeName === "DETAILS") to.open = from.open;
        if (from.classList.contains("wh-open")) to.classList.add("wh-open");
        if (from.classList.contains("wh-change")) to.setAttribute("aria-expanded", from.getAttribute("aria-expanded"));
        if (from.classList.contains("wh-plot")) return false; // drawn by assets/charts.js
        // what assets/table.js added would be taken for what the server wrote
        if (from._written !== undefined) {
          if (from._written !== to.innerHTML) from.replaceChildren.apply(from, Array.from(to.childNodes));
          return false;
        }
        return true;
      },
      onElUpdated: function (node) {
        // a choice shows the option that the server marked, whatever was chosen before
        if (node.nodeName === "SELECT") {
          const marked = node.querySelector("option[selected]");
          if (marked) node.value = marked.value;
        }
      }
    });
  }

  // other scripts listen for this: the HTML in a place is new
  function enhance(place) { document.dispatchEvent(new CustomEvent("wh:page", { detail: place })); }

  // what an address leads to stands open, where it is folded
  function openTarget() {
    const place = document.getElementById(window.location.hash.slice(1));
    const folded = place && place.querySelector(":scope > details");
    if (folded) folded.open = true;
    return place;
  }
  window.addEventListener("hashchange", openTarget);

  function mark(now) {
    document.title = now.title;
    document.getElementById("page").dataset.path = now.path;
    document.querySelectorAll(".wh-nav-link").forEach(function (link) {
      if (now.nav && link.dataset.door === now.nav) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    if (!now.problem) window.workhealth.carryOn();
  }

  // a page has come: name the document, mark the navigation, move the focus to the h1 of another page
  function arrived(now, before, drawing) {
    const back = window.workhealth.arriveAt();
    window.workhealth.idle();
    shown = now;
    mark(now);
    if (before) document.dispatchEvent(new CustomEvent("wh:arrived"));
    window.workhealth.syncControls();
    window.workhealth.around(now);
    window.workhealthMap.arrive(drawing, now.drawing);
    if (!before) {
      const place = window.location.hash && openTarget();
      if (place) place.scrollIntoView();
      else if (window.workhealth.placeOfStep()) window.workhealth.goBackTo(window.workhealth.placeOfStep()); // it was loaded again
    } else if (back && before.pathname !== now.pathname) {
      if (!window.workhealth.goBackTo(back)) focusHeading();
    } else if (target) {
      window.location.hash = target;
      target = "";
    } else if (before.pathname !== now.pathname) {
      window.scrollTo(0, 0);
      focusHeading();
    } else {
      giveFocusBack();
      window.workhealth.tellPage();
    }
  }

  function focusHeading() {
    const heading = document.querySelector("#page h1");
    if (heading) heading.focus({ preventScroll: true });
  }

  // the control that was used may have been written anew; it is known by its id, a choice in a row by its words
  let used = null;
  document.addEventListener("focusin", function (event) {
    const control = event.target, isKnown = control.id || control.matches(".wh-choice");
    used = isKnown && control.closest("#page") ? { id: control.id, words: control.textContent } : null;
  });
  function giveFocusBack() {
    const now = document.activeElement;
    if (!used || (now && now !== document.body && now.id !== "main")) return;
    const control = used.id ? document.getElementById(used.id)
      : Array.from(document.querySelectorAll("#page .wh-choice")).find(function (choice) { return choice.textContent === used.words; });
    if (control) control.focus({ preventScroll: true });
  }

  function pathOf(pathname) { return "/" + (window.workhealth.within(pathname || "") || "/").split("/").filter(Boolean).join("/"); }

  // the page in the document: called after the last script (dashboard/serving/scripts.py), before dash is loaded
  function start() {
    enhance(document.getElementById("page"));
    arrived(JSON.parse(document.getElementById("shown").textContent), null, null);
  }

  window.workhealth = Object.assign(window.workhealth || {}, { start: start, settled: settled, open: open, load: load, morph: morph });
  window.dash_clientside = Object.assign({}, window.dash_clientside);
  window.dash_clientside.workhealth = Object.assign({}, window.dash_clientside.workhealth, {
    // a changed address goes to the server, or to the page that answers its own queries; the first one is in the document
    route: function (pathname, search) {
      const none = window.dash_clientside.no_update;
      const path = pathOf(pathname);
      if (!isReady) {
        isReady = true;
        document.documentElement.classList.add("wh-ready");
        if (shown && shown.pathname === path) return none;
      }
      if (shown && shown.ownSearch && shown.pathname === path) {
        window.workhealth.arriveAt(); // the page stays where it is
        window.workhealth.syncControls();
        window.workhealthMap.follow(search || "");
        window.workhealthMap.refresh();
        window.workhealthMap.rezoom();
        return none;
      }
      window.workhealth.wait();
      return { pathname: path, search: search || "" };
    },
    arrive: function (content) {
      if (!content) return window.dash_clientside.no_update;
      put(document.getElementById("page"), content.html, Boolean(shown) && shown.pathname === content.pathname);
      arrived(content, shown, content.drawing || null);
      return { pathname: content.pathname };
    }
  });
})();
