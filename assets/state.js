// The address is the state. One handler writes what a control says into the address; the server
// answers the new address; this file also says when a page has come (title, focus, navigation).
(function () {
  "use strict";

  // choosing one of these makes the older choice under the others meaningless
  const FORGETS = { indicator: ["period", "since", "sex", "age", "breakdown"], area_type: ["period", "since", "parent", "outline"], sex: ["period", "since"] };

  function go(search) {
    if (search !== window.location.search) {
      // the map asks at once: the address takes a while to go round
      if (window.workhealthMap) window.workhealthMap.follow(search);
      window.dash_clientside.set_props("url", { search: search });
    }
  }

  // set keys of the address: {period: "2023-01-01/P1Y", area: null}; null takes a key out, undefined leaves it
  function change(changes) {
    const params = new URLSearchParams(window.location.search);
    Object.entries(changes).forEach(function (pair) {
      (FORGETS[pair[0]] || []).forEach(function (key) { params.delete(key); });
    });
    Object.entries(changes).forEach(function (pair) {
      if (pair[1] === undefined) return;
      if (pair[1] === null || pair[1] === "") params.delete(pair[0]); else params.set(pair[0], pair[1]);
    });
    const text = params.toString().replace(/%2C/g, ",").replace(/%2F/g, "/").replace(/%3A/g, ":");
    go(text ? "?" + text : "");
  }

  function areas() {
    const given = new URLSearchParams(window.location.search).get("area") || "";
    return given.split(",").filter(Boolean);
  }

  // dash makes controls anew when their choices change: give the focus back to the one that was used
  let used = null; // id of the control that last had the focus

  function giveFocusBack() {
    const now = document.activeElement;
    if (!used || (now && now !== document.body && now.id !== "main")) return;
    const control = document.getElementById(used);
    if (control) control.focus({ preventScroll: true });
  }

  document.addEventListener("focusin", function (event) {
    used = event.target.id && event.target.closest("#page") ? event.target.id : null;
  });

  let typing = false; // whether the keys, and not a pointer, are used in the list of areas to add

  function addArea(control) {
    const code = control.value;
    control.value = "";
    if (code) change({ area: areas().filter(function (one) { return one !== code; }).concat(code).join(",") });
  }

  document.addEventListener("keydown", function (event) {
    const control = event.target.closest && event.target.closest("[data-state-key=add-area]");
    if (!control) return;
    typing = true;
    // a list that stood open gives its choice right after this key
    if (event.key === "Enter") { event.preventDefault(); setTimeout(function () { addArea(control); }, 0); }
  });
  document.addEventListener("pointerdown", function (event) {
    if (event.target.closest("[data-state-key=add-area]")) typing = false;
  });
  document.addEventListener("focusout", function (event) {
    if (event.target.matches("[data-state-key=add-area]") && typing) addArea(event.target);
  });

  document.addEventListener("change", function (event) {
    const control = event.target.closest("[data-state-key]");
    if (!control) return;
    const key = control.dataset.stateKey;
    if (key === "add-area") {
      // by keyboard each letter typed already changes the choice: wait for Enter, or until the control is left
      if (!typing) addArea(control);
    } else if (key === "people") {
      const chosen = control.value.split("~");
      change({ sex: chosen[0], age: chosen[1], breakdown: chosen[2] });
    } else {
      change({ [key]: control.value });
    }
  });

  document.addEventListener("click", function (event) {
    const remover = event.target.closest("[data-remove-area]");
    if (remover) {
      change({ area: areas().filter(function (one) { return one !== remover.dataset.removeArea; }).join(",") });
    }
    const printer = event.target.closest("[data-print]");
    if (printer) window.print();
  });

  document.addEventListener("submit", function (event) {
    if (event.target.closest("[data-state-form]")) event.preventDefault();
  });

  window.workhealth = { change: change, areas: areas, settled: settled };

  // a page that answers its own queries has shown a new one
  function settled() {
    syncControls();
    carryOn();
  }

  function carryOn() {
    document.querySelectorAll(".wh-nav-link").forEach(function (link) {
      const path = link.getAttribute("href").split("?")[0];
      if (TAKES.includes(path)) link.setAttribute("href", path + carried());
    });
  }

  // the navigation takes along what is looked at: the same indicator and areas on the next page
  const CARRIED = ["indicator", "area_type", "area", "sex", "age", "breakdown"];
  const TAKES = ["/map", "/compare", "/trends", "/overview", "/relate"];

  function carried() {
    const params = new URLSearchParams(window.location.search), kept = new URLSearchParams();
    CARRIED.forEach(function (key) { if (params.get(key)) kept.set(key, params.get(key)); });
    const parts = window.location.pathname.split("/").filter(Boolean);
    if (parts[0] === "areas" && parts[1]) kept.set("area", parts[1]);
    if (parts[0] === "indicators" && parts[1]) kept.set("indicator", parts[1]);
    const text = kept.toString().replace(/%2C/g, ",");
    return text ? "?" + text : "";
  }

  document.addEventListener("click", function (event) {
    const link = event.target.closest(".wh-nav-link");
    if (!link || !link.search || event.metaKey || event.ctrlKey || event.shiftKey || !link.closest("#react-entry-point")) return;
    event.preventDefault();
    event.stopPropagation();
    window.dash_clientside.set_props("url", { pathname: link.pathname, search: link.search });
  }, true);

  // show in the controls what the address says (after Back, or a link): a key that it leaves out has its default
  function syncControls() {
    const params = new URLSearchParams(window.location.search);
    document.querySelectorAll("#page [data-state-key][data-default]").forEach(function (control) {
      const wanted = params.get(control.dataset.stateKey) || control.dataset.default;
      const there = Array.from(control.options || []).some(function (option) { return option.value === wanted; });
      if (there && control.value !== wanted) control.value = wanted;
    });
  }

  // someone may have begun to type, or to tab, before the scripts came: the control that goes on for them, or null
  function takeOver(first) {
    const used = document.activeElement;
    if (!used || !used.id || !first.contains(used)) return null;
    const twin = document.querySelector("#page [id='" + CSS.escape(used.id) + "']");
    if (twin && used.matches("input[type=text]")) {
      twin.value = used.value;
      twin.dispatchEvent(new Event("input", { bubbles: true }));
    }
    return twin;
  }

  // what an address leads to stands open, where it is folded
  function openTarget() {
    const target = document.getElementById(window.location.hash.slice(1));
    const folded = target && target.querySelector(":scope > details");
    if (folded) folded.open = true;
    return target;
  }
  window.addEventListener("hashchange", openTarget);

  window.dash_clientside = Object.assign({}, window.dash_clientside);
  window.dash_clientside.workhealth = Object.assign({}, window.dash_clientside.workhealth, {
      // a changed address goes to the router, or to the page that answers its own queries
      route: function (pathname, search, shown) {
        const none = window.dash_clientside.no_update;
        const path = "/" + (pathname || "/").split("/").filter(Boolean).join("/");
        const address = { pathname: path, search: search || "" };
        syncControls();
        if (shown && shown.ownSearch && shown.pathname === path) {
          window.workhealthMap.follow(address.search);
          window.workhealthMap.refresh();
          window.workhealthMap.rezoom();
          return none;
        }
        return address;
      },
      // a page has come: name the document, mark the navigation, move the focus to the h1 of a new page
      arrive: function (shown, last) {
        if (!shown) return window.dash_clientside.no_update;
        document.title = shown.title;
        const first = document.getElementById("first-paint");
        requestAnimationFrame(function () {
          const twin = first && takeOver(first);
          if (first) first.remove();
          document.documentElement.classList.add("wh-ready");
          if (!shown.problem) carryOn();
          if (twin) twin.focus({ preventScroll: true });
          document.querySelectorAll(".wh-nav-link").forEach(function (link) {
            const path = link.getAttribute("href").split("?")[0];
            if (shown.nav && path === shown.nav) link.setAttribute("aria-current", "page");
            else link.removeAttribute("aria-current");
          });
          if (window.workhealthMap) window.workhealthMap.refresh();
          if (last && last.pathname === shown.pathname) {
            giveFocusBack();
            setTimeout(giveFocusBack, 60);
          } else if (last) {
            window.scrollTo(0, 0);
            const heading = document.querySelector("#page h1");
            if (heading) heading.focus({ preventScroll: true });
          } else if (!last && window.location.hash) {
            const target = openTarget();
            if (target) target.scrollIntoView();
          }
        });
        return { pathname: shown.pathname };
      }
  });
})();
