// The address is the state: what a control says is written into the address, and assets/page.js shows the new address.
(function () {
  "use strict";

  // of an address, by name: what is forgotten once another choice is made (dashboard/address/keys.py)
  const KEYS = window.workhealthVocabulary.keys;

  function go(search) {
    if (search === window.location.search) return;
    // the map asks at once: the address takes a while to go round
    window.workhealthMap.follow(search);
    window.workhealth.open(window.location.pathname, search);
  }

  // set keys of the address: {period: "2023-01-01/P1Y", area: null}; null takes a key out, undefined leaves it
  function change(changes) {
    const params = new URLSearchParams(window.location.search);
    Object.entries(changes).forEach(function (pair) {
      ((KEYS[pair[0]] || {}).forgets || []).forEach(function (key) { params.delete(key); });
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
    // the plus signs between the members of a group have come as spaces
    return given.split(",").filter(Boolean).map(function (code) { return code.trim().replace(/ /g, "+"); });
  }

  // the codes of the members of a group (geodata/groups.py); of any other area its own
  function membersOf(code) {
    return isGroup(code) ? code.slice("custom:".length).split("~")[0].split("+") : [code];
  }
  function isGroup(code) { return code.startsWith("custom:"); }

  let typing = false; // whether the keys, and not a pointer, are used in the list of areas to add

  function addArea(control) {
    const code = control.value;
    control.value = "";
    if (code) change({ area: areas().filter(function (other) { return other !== code; }).concat(code).join(",") });
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

  // ---- choices of a list ---------------------------------------------------------------------------

  const SETTLES_MS = 350; // after the last key in a closed list: going through it makes one change, and one step of Back
  let waiting = null; // {control, timer}: a choice made by keys that has not settled yet
  let keyed = null; // the list in which the last key was pressed

  function take(control) {
    const key = control.dataset.stateKey;
    if (key === "people") {
      const chosen = control.value.split("~");
      change({ sex: chosen[0], age: chosen[1], breakdown: chosen[2] });
    } else {
      change({ [key]: control.value });
    }
  }

  function settle() {
    if (!waiting) return;
    clearTimeout(waiting.timer);
    const control = waiting.control;
    waiting = null;
    if (document.contains(control)) take(control);
  }

  document.addEventListener("keydown", function (event) {
    keyed = event.target.closest && event.target.closest("select[data-state-key]");
  });
  document.addEventListener("pointerdown", function () { keyed = null; });
  document.addEventListener("focusout", function (event) { if (waiting && waiting.control === event.target) settle(); });

  document.addEventListener("change", function (event) {
    const control = event.target.closest("[data-state-key]");
    if (!control) return;
    if (control.dataset.stateKey === "add-area") {
      // by keyboard each letter typed already changes the choice: wait for Enter, or until the control is left
      if (!typing) addArea(control);
      return;
    }
    if (waiting) clearTimeout(waiting.timer);
    waiting = null;
    if (keyed !== control) { take(control); return; }
    waiting = { control: control, timer: setTimeout(settle, SETTLES_MS) };
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });

  document.addEventListener("submit", function (event) {
    if (event.target.closest("[data-state-form]")) event.preventDefault();
  });

  // show in the controls what the address says (after Back, or a link): a key that it leaves out has its default
  function syncControls() {
    const params = new URLSearchParams(window.location.search);
    document.querySelectorAll("#page [data-state-key][data-default]").forEach(function (control) {
      const wanted = params.get(control.dataset.stateKey) || control.dataset.default;
      const there = Array.from(control.options || []).some(function (option) { return option.value === wanted; });
      const isSettling = waiting && waiting.control === control;
      if (there && !isSettling && control.value !== wanted) control.value = wanted;
    });
    document.dispatchEvent(new CustomEvent("wh:controls"));
  }

  window.workhealth = Object.assign(window.workhealth || {}, { change: change, areas: areas, membersOf: membersOf, isGroup: isGroup, syncControls: syncControls });
})();
