// The list follows what happens. Without this script or its stream, the page loads itself anew
// every minute, as the line under the list says.
"use strict";
(() => {
  const list = document.querySelector("[data-live]");
  if (!list || !window.EventSource) return;

  // Whoever types is not disturbed: the list is renewed when they are done.
  const isBusy = () => /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");

  let isOld = false;
  const renew = async () => {
    isOld = isBusy();
    if (isOld) return;
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) {
      location.reload();
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    if (fresh && !isBusy()) list.replaceChildren(...fresh.childNodes);
  };

  const events = new EventSource(list.dataset.live);
  events.addEventListener("message", () => renew().catch(() => {}));
  addEventListener("focusout", () => setTimeout(() => isOld && renew().catch(() => {}), 0));
  addEventListener("pagehide", () => events.close());
})();
