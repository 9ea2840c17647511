// The path that the service runs under (/work-health): put before an address that is asked for, taken from one that was read.
(function () {
  "use strict";

  const ROOT = window.workhealthVocabulary.root; // empty where the service has a host of its own

  // an address of this service as the browser asks for it
  function at(path) { return ROOT + path; }

  // a path of the browser as the service knows it; null for one that is not of this service
  function within(pathname) {
    if (pathname === ROOT) return "/";
    return pathname.startsWith(ROOT + "/") ? pathname.slice(ROOT.length) : null;
  }

  // of the page that is shown
  function path() { return within(window.location.pathname) || "/"; }

  window.workhealth = Object.assign(window.workhealth || {}, { at: at, within: within, path: path });
})();
