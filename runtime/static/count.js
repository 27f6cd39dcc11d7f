// How much room is left in a box, beside it; said aloud politely once it becomes little.
// Counted as the server counts: a line's end is one, an emoji two.
(function () {
  "use strict";
  var NEAR = 500, PAUSE_MS = 500;
  var language = document.documentElement.lang || undefined;

  function follow(place) {
    var box = document.getElementById(place.getAttribute("data-counts"));
    var most = Number(place.getAttribute("data-most"));
    var timer = 0;
    if (!box) {
      return;
    }
    function show() {
      var left = most - box.value.length;
      var said = place.getAttribute(left < 0 ? "data-over" : "data-left");
      place.setAttribute("aria-live", left <= NEAR ? "polite" : "off");
      place.hidden = !box.value;
      place.textContent = said.replace("{n}", Math.abs(left).toLocaleString(language));
    }
    box.addEventListener("input", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(show, PAUSE_MS);
    });
    window.addEventListener("pageshow", show);
    show();
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-counts]"), follow);
})();
