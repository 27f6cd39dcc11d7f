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

  const follow = () => renew().catch(() => {});
  // A browser opens six connections to a server and no more: one tab hears, and tells the others.
  // Who holds the lock hears; when that tab goes, the next one does.
  const channel = navigator.locks && window.BroadcastChannel && new BroadcastChannel("changed");
  const hear = () => new Promise((gone) => {
    const events = new EventSource(list.dataset.live);
    events.addEventListener("message", () => {
      if (channel) channel.postMessage("changed");
      follow();
    });
    addEventListener("pagehide", () => {
      events.close();
      gone();
    });
  });
  if (channel) {
    channel.addEventListener("message", follow);
    navigator.locks.request("changed", hear).catch(() => {});
  } else {
    hear();
  }
  addEventListener("focusout", () => setTimeout(() => isOld && renew().catch(() => {}), 0));
})();
