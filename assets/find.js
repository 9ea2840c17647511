// Find a place as you type: a combobox over /api/v1/areas, for every box in a form with data-find-form, in the page and in
// the header. Arrow keys choose, Enter opens, Escape closes; without scripts the form gives the same answers as a page.
(function () {
  "use strict";

  const MOST = 20, SHORTEST = 2, WAIT = 120; // options in a box; letters and milliseconds before it asks
  const boxes = new WeakMap(); // input → its popup and what it last asked
  const answers = new Map(); // text → answer, the newest last
  let made = 0;

  function isBox(node) { return Boolean(node && node.matches && node.matches("form[data-find-form] input[name=q]")); }

  function element(kind, className, role) {
    const created = document.createElement(kind);
    created.className = className;
    if (role) created.setAttribute("role", role);
    return created;
  }

  // the popup of a box, made where it has none: after a page came anew it may have been taken away with the markup
  function partsOf(input) {
    let parts = boxes.get(input);
    if (!parts) {
      const id = (input.id || "find") + "-popup-" + (++made);
      parts = { popup: element("div", "wh-find-popup"), heading: element("p", "wh-find-heading"), list: element("ul", "wh-find-list", "listbox"),
        foot: element("p", "wh-find-foot"), status: element("p", "wh-visually-hidden", "status"), asked: 0, timer: null };
      parts.list.id = id;
      parts.list.setAttribute("aria-label", "Places found");
      parts.popup.append(parts.heading, parts.list, parts.foot);
      parts.popup.hidden = true;
      boxes.set(input, parts);
    }
    const holder = input.closest("[data-find-place]") || input.form;
    // a page that came anew takes out what has an id by itself
    if (parts.list.parentNode !== parts.popup) parts.popup.append(parts.heading, parts.list, parts.foot);
    if (parts.popup.parentNode !== holder) holder.append(parts.popup, parts.status);
    if (input.getAttribute("aria-controls") !== parts.list.id) {
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-controls", parts.list.id);
      input.setAttribute("aria-expanded", String(!parts.popup.hidden));
    }
    return parts;
  }

  function options(parts) { return Array.from(parts.list.children); }

  function close(input) {
    const parts = partsOf(input);
    clearTimeout(parts.timer);
    parts.asked += 1; // an answer that is still on its way comes too late
    parts.popup.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(input, option) {
    close(input);
    input.value = "";
    window.workhealth.open(window.workhealth.at("/areas/" + option.dataset.areaCode));
  }

  function activate(input, parts, option) {
    options(parts).forEach(function (other) { other.setAttribute("aria-selected", String(other === option)); });
    if (!option) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function optionOf(row, id) {
    const option = element("li", "wh-find-option", "option");
    const label = element("span", "wh-find-label"), detail = element("span", "wh-find-detail");
    option.id = id;
    option.setAttribute("aria-selected", "false");
    option.dataset.areaCode = row.area_code;
    label.textContent = row.label;
    detail.textContent = row.detail;
    option.append(label, " ", detail);
    return option;
  }

  function show(input, text, answer) {
    const parts = partsOf(input), rows = answer.areas.slice(0, MOST);
    parts.list.replaceChildren.apply(parts.list, rows.map(function (row, i) { return optionOf(row, parts.list.id + "-" + i); }));
    parts.list.hidden = !rows.length;
    // where the very thing was found, the options speak for themselves
    const isPlain = rows.length && !answer.near && rows[0].why !== "postcode";
    parts.heading.hidden = Boolean(isPlain);
    parts.heading.textContent = answer.heading;
    parts.foot.replaceChildren();
    if (answer.areas.length > rows.length) {
      const all = element("a", "wh-link");
      all.href = input.form.getAttribute("action") + "?q=" + encodeURIComponent(text);
      all.tabIndex = -1;
      all.textContent = "See all matches";
      parts.foot.append(all, " ");
    }
    parts.foot.append((answer.credits || []).join(" "));
    parts.foot.hidden = !parts.foot.textContent.trim();
    parts.popup.dataset.answers = text;
    parts.popup.hidden = false;
    input.setAttribute("aria-expanded", String(rows.length > 0));
    input.removeAttribute("aria-activedescendant");
    parts.status.textContent = answer.heading + (rows.length > 1 ? " Use the arrow keys to choose." : "");
  }

  function fetched(text) {
    if (answers.has(text)) return Promise.resolve(answers.get(text));
    return fetch(window.workhealth.at("/api/v1/areas?q=") + encodeURIComponent(text)).then(function (response) {
      if (!response.ok) throw new Error(String(response.status));
      return response.json();
    }).then(function (answer) {
      answers.set(text, answer);
      if (answers.size > 50) answers.delete(answers.keys().next().value);
      return answer;
    });
  }

  function ask(input) {
    const parts = partsOf(input), text = input.value.trim(), mine = ++parts.asked;
    if (text.length < SHORTEST) { close(input); parts.status.textContent = ""; return; }
    fetched(text).then(function (answer) {
      if (mine === parts.asked && document.activeElement === input) show(input, text, answer);
    }).catch(function () {
      if (mine !== parts.asked) return;
      close(input);
      parts.status.textContent = "The search does not answer. Press Enter to try again.";
    });
  }

  document.addEventListener("input", function (event) {
    if (!isBox(event.target)) return;
    const parts = partsOf(event.target);
    clearTimeout(parts.timer);
    parts.timer = setTimeout(function () { ask(event.target); }, WAIT);
  });

  document.addEventListener("focusin", function (event) { if (isBox(event.target)) partsOf(event.target); });

  // a page that comes while somebody types takes the popup away with the markup
  document.addEventListener("wh:page", function () { if (isBox(document.activeElement)) partsOf(document.activeElement); });

  document.addEventListener("focusout", function (event) {
    if (isBox(event.target) && boxes.has(event.target)) close(event.target);
  });

  // a press in the popup leaves the focus in the box; only a click on an option chooses
  document.addEventListener("mousedown", function (event) { if (event.target.closest(".wh-find-popup")) event.preventDefault(); });

  document.addEventListener("click", function (event) {
    const option = event.target.closest(".wh-find-option");
    if (!option) return;
    const input = option.closest("form").querySelector("input[name=q]");
    choose(input, option);
  });

  document.addEventListener("keydown", function (event) {
    const input = event.target;
    if (!isBox(input) || event.isComposing) return;
    const parts = partsOf(input), every = options(parts), isOpen = !parts.popup.hidden;
    const at = every.findIndex(function (option) { return option.getAttribute("aria-selected") === "true"; });
    if (event.key === "Escape" && (isOpen || input.value)) {
      event.preventDefault();
      event.stopPropagation(); // the menu of the header stays as it is
      if (!isOpen) input.value = "";
      close(input);
    } else if (event.key === "Enter" && isOpen && at >= 0) {
      event.preventDefault();
      event.stopPropagation();
      choose(input, every[at]);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) { ask(input); return; }
      if (!every.length) return;
      // past either end stands the text itself
      const step = event.key === "ArrowDown" ? 1 : -1, next = at < 0 && step < 0 ? every.length - 1 : at + step;
      activate(input, parts, every[next] || null);
    }
  }, true);

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.matches("[data-find-form]")) return;
    event.preventDefault();
    const input = form.querySelector("input[name=q]"), text = input.value.trim();
    close(input);
    window.workhealth.open(form.getAttribute("action") || window.workhealth.at("/"), text ? "?q=" + encodeURIComponent(text) : "");
  });

  // the markup of a page that came anew knows nothing of the popup of the box in use
  document.addEventListener("wh:page", function () { if (isBox(document.activeElement)) partsOf(document.activeElement); });
})();
