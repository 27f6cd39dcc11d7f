// Leave at once: blank the page first, tell the server, then go where the weather is.
// Without this file the link does the same, a little slower.
(function () {
  "use strict";
  var ESCAPE_MS = 2000, SHIFT_MS = 5000, PRESSES = 3, RETRY_MS = 700;
  var leaving = false;
  var pressed = { key: "", times: [] };

  function blank(title) {
    document.title = title;
    document.documentElement.className = "gone";
    if (document.body) {
      document.body.textContent = "";
    }
  }

  function leave() {
    if (leaving) {
      return;
    }
    leaving = true;
    var link = document.getElementById("leave");
    var notice = link ? link.getAttribute("href") : "/quitter";
    var away = (link && link.getAttribute("data-away")) || "about:blank";
    blank((link && link.getAttribute("data-title")) || "");
    if (navigator.sendBeacon) {
      navigator.sendBeacon(notice);
    }
    // An Escape too many cancels a loading page: go on until we are gone.
    var go = function () { window.location.replace(away); };
    window.setInterval(go, RETRY_MS);
    go();
  }

  function count(event) {
    var limit = event.key === "Escape" ? ESCAPE_MS : event.key === "Shift" ? SHIFT_MS : 0;
    if (event.repeat || event.isComposing) {
      return;
    }
    if (!limit || event.ctrlKey || event.altKey || event.metaKey) {
      pressed = { key: "", times: [] };
      return;
    }
    if (pressed.key !== event.key) {
      pressed = { key: event.key, times: [] };
    }
    pressed.times = pressed.times.concat(event.timeStamp).slice(-PRESSES);
    if (pressed.times.length === PRESSES && event.timeStamp - pressed.times[0] <= limit) {
      leave();
    }
  }

  document.addEventListener("keydown", function (event) {
    if (leaving) {
      event.preventDefault();
      return;
    }
    count(event);
  }, true);

  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a[href]") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    if (link.id === "leave") {
      event.preventDefault();
      leave();
    } else if (link.getAttribute("href").charAt(0) === "/") {
      forgetForm();
    }
  }, true);

  document.addEventListener("submit", forgetForm, true);

  // A page that answered a form shows words: once it is left, Back finds the page before the form
  // was sent. (A reload is no leaving: it shows the same page.)
  function forgetForm() {
    if (window.history.replaceState) {
      var path = window.location.pathname.replace(/\/suite\/[^/]*$/, "");
      window.history.replaceState(null, "", path + window.location.search);
    }
  }

  // A page that the browser kept alive and brings back by its Back button shows nothing again.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      blank("");
      window.location.reload();
    }
  });
})();
