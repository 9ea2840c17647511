// The page that makes a group of areas: a list that narrows as you type, areas from a file that stays in the browser, and
// the groups that were made here, kept in this browser and nowhere else.
(function () {
  "use strict";
  const KEY = "workhealth.groups", MOST_KEPT = 30;
  const GSS = /^[A-Z]\d{8}$/i, NUMBER = /^[\s£%+.,\d-]*$/;

  function byId(id) { return document.querySelector("#page #" + id); }

  // ---- groups of this browser ----------------------------------------------------------------------

  function kept() {
    try {
      const found = JSON.parse(window.localStorage.getItem(KEY) || "[]");
      return found.filter(function (group) {
        return group && typeof group.name === "string" && /^custom:[A-Z0-9+]+$/.test(group.code) && /^area=/.test(group.query);
      });
    } catch (error) {
      return []; // storage is shut off, or holds something else: there is nothing to list
    }
  }

  function keep(groups) {
    try { window.localStorage.setItem(KEY, JSON.stringify(groups.slice(0, MOST_KEPT))); } catch (error) { /* shut off */ }
  }

  function others(code) { return kept().filter(function (group) { return group.code !== code; }); }

  function remember(mark) {
    const group = { code: mark.dataset.groupCode, name: mark.dataset.groupName, query: mark.dataset.groupQuery };
    keep([group].concat(others(group.code)));
  }

  function listKept() {
    const holder = byId("kept-groups"), groups = kept();
    if (!holder) return;
    holder.hidden = !groups.length;
    holder.querySelector("ul").replaceChildren.apply(holder.querySelector("ul"), groups.map(function (group) {
      const item = document.createElement("li"), link = document.createElement("a"), remove = document.createElement("button");
      link.href = window.workhealth.at("/groups?" + group.query);
      link.className = "wh-link";
      link.textContent = group.name;
      remove.type = "button";
      remove.className = "wh-plain-button";
      remove.textContent = "Remove";
      remove.setAttribute("aria-label", "Remove " + group.name + " from this list");
      remove.addEventListener("click", function () {
        keep(others(group.code));
        listKept();
        const next = holder.hidden ? document.querySelector("#page h1") : holder.querySelector("button");
        next.focus({ preventScroll: true });
      });
      item.append(link, " (" + group.code.split("+").length + " areas) ", remove);
      return item;
    }));
  }

  // ---- the list of areas ---------------------------------------------------------------------------

  function boxes() { return Array.from(document.querySelectorAll("#page #group-form input[type=checkbox]")); }

  function count() {
    const status = byId("group-count"), chosen = boxes().filter(function (box) { return box.checked; }).length, most = Number(status.dataset.most);
    status.textContent = chosen + " of up to " + most + " chosen." + (chosen > most ? " Remove " + (chosen - most) + "." : "");
  }

  function narrow(text) {
    const wanted = text.trim().toLowerCase();
    boxes().forEach(function (box) {
      const label = box.closest("label");
      label.hidden = Boolean(wanted) && !label.textContent.toLowerCase().includes(wanted) && !box.value.toLowerCase().startsWith(wanted);
    });
    document.querySelectorAll("#page .wh-group-set").forEach(function (set) { set.hidden = !set.querySelector("label:not([hidden])"); });
  }

  // ---- a file --------------------------------------------------------------------------------------

  // cells of a line, with quotes round those that hold the separator
  function cellsOf(line, separator) {
    const cells = [];
    let cell = "", isQuoted = false;
    for (let i = 0; i < line.length; i += 1) {
      const letter = line[i];
      if (letter === '"') {
        if (isQuoted && line[i + 1] === '"') { cell += '"'; i += 1; } else isQuoted = !isQuoted;
      } else if (letter === separator && !isQuoted) { cells.push(cell.trim()); cell = ""; } else cell += letter;
    }
    return cells.concat(cell.trim());
  }

  function separatorOf(line) {
    return [",", "\t", ";"].map(function (separator) { return [line.split(separator).length, separator]; })
      .sort(function (a, b) { return b[0] - a[0]; })[0][1];
  }

  // the first column that holds codes, or else the first that holds words; a heading over codes is left out
  function columnOf(text) {
    const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/).filter(function (line) { return line.trim(); });
    if (!lines.length) return [];
    const separator = separatorOf(lines[0]), rows = lines.map(function (line) { return cellsOf(line, separator); });
    const places = rows[0].map(function (cell, place) { return place; });
    const holds = function (test) { return places.find(function (place) { return rows.some(function (row) { return row[place] && test(row[place]); }); }); };
    const codes = holds(function (cell) { return GSS.test(cell); });
    const place = codes === undefined ? holds(function (cell) { return !NUMBER.test(cell); }) : codes;
    if (place === undefined) return [];
    const found = rows.map(function (row) { return row[place] || ""; }).filter(Boolean);
    const isHeading = codes !== undefined ? !GSS.test(found[0]) : /^(area|local authority|council|name|district|region|lad|la)\b[a-z ]*(name)?$/i.test(found[0]);
    return isHeading ? found.slice(1) : found;
  }

  function readFile(file) {
    const status = byId("group-file-status"), box = byId("group-members");
    file.text().then(function (text) {
      const found = columnOf(text);
      if (!found.length) { status.textContent = file.name + " holds no names or codes. Choose a CSV file with a column of them."; return; }
      box.value = [box.value.trim()].concat(found).filter(Boolean).join("\n");
      status.textContent = found.length + " rows of " + file.name + " are in the box above. Check them, then make the group.";
    }).catch(function () { status.textContent = file.name + " could not be read. Choose another file, or paste the names."; });
  }

  // ---- sending -------------------------------------------------------------------------------------

  let isSent = false; // whether the form was sent and its answer has not come

  // the answer stands above the form, with hundreds of check boxes between: what is wrong, or else the group
  function focusAnswer() {
    const place = byId("group-problems") || document.querySelector("#page #group h2");
    isSent = false;
    if (!place) return;
    place.tabIndex = -1;
    place.focus();
  }

  // the form in one address: all areas in one value, so that it stays short
  function send(form) {
    const chosen = boxes().filter(function (box) { return box.checked && form.contains(box); }).map(function (box) { return box.value; });
    const pasted = form.elements["group-members"].value.trim(), params = new URLSearchParams();
    if (form.elements["group-type"].value) params.set("area_type", form.elements["group-type"].value);
    if (form.elements["group-name"].value.trim()) params.set("name", form.elements["group-name"].value.trim());
    const members = [chosen.join(",")].concat(pasted).filter(Boolean).join("\n");
    if (members) params.set("members", members);
    window.workhealth.open(window.workhealth.at("/groups"), "?" + params.toString().replace(/%2C/g, ","));
  }

  document.addEventListener("submit", function (event) {
    if (event.target.id !== "group-form") return;
    event.preventDefault();
    isSent = true;
    send(event.target);
  });

  document.addEventListener("change", function (event) {
    const form = event.target.closest("#group-form");
    if (!form) return;
    if (event.target.id === "group-file" && event.target.files.length) readFile(event.target.files[0]);
    else if (event.target.type === "checkbox") count();
    else if (event.target.id === "group-type") {
      boxes().forEach(function (box) { box.checked = false; }); // of the type before
      send(form);
    }
  });

  document.addEventListener("input", function (event) { if (event.target.id === "group-search") narrow(event.target.value); });

  // Enter in the search box of the list does not send the form
  document.addEventListener("keydown", function (event) {
    if (event.target.id === "group-search" && event.key === "Enter") event.preventDefault();
  });

  // what the server says is chosen, whatever stood in the form before
  function follow(form) {
    Array.from(form.querySelectorAll("input[type=checkbox]")).forEach(function (box) { box.checked = box.defaultChecked; });
    const box = byId("group-members"), name = byId("group-name"), search = byId("group-search");
    box.value = box.dataset.given;
    name.value = name.defaultValue;
    narrow(search.value);
  }

  document.addEventListener("wh:page", function (event) {
    const form = event.detail.querySelector("#group-form");
    event.detail.querySelectorAll("[data-group-code]").forEach(remember);
    if (!form) return;
    follow(form);
    listKept();
    if (isSent) focusAnswer();
  });
})();
