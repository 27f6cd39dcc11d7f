// What is typed is kept while it is typed, and the page says when the sender has written again.
// Without this script every button of the page keeps it, and the server holds back what would go
// over words that were not read.
"use strict";
(() => {
  const form = document.getElementById("work");
  if (!form) return;
  const PAUSE_MS = 1000, LONGEST_WAIT_MS = 1500;

  // Only boxes that changed here: another tab's newer text is not put back to an older one.
  const changed = new Set();
  let timer = 0, isSending = false, saving = null;
  const fieldsOf = (names) => {
    const fields = new URLSearchParams({ sans_page: "1" });
    for (const [name, value] of new FormData(form)) {
      if (form.elements[name]?.tagName !== "TEXTAREA" || names.has(name)) fields.append(name, value);
    }
    return fields;
  };
  const post = async (isLast) => {
    const names = new Set(changed);
    changed.clear();
    const answer = await fetch(form.action, {
      method: "POST", body: fieldsOf(names), credentials: "same-origin", keepalive: isLast === true,
    }).catch(() => null);
    // Tried again with the next letter: until then the words stand in the page.
    if (!answer?.ok) for (const name of names) changed.add(name);
  };
  const save = (isLast) => {
    clearTimeout(timer);
    if (isSending || !changed.size) return saving;
    const mine = Promise.all([saving, post(isLast)]).then(() => { if (saving === mine) saving = null; });
    saving = mine;
    return mine;
  };
  // Back may be faster than what is saved on leaving: a link waits until what was typed is kept,
  // and no longer where nothing answers.
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || link.target || link.hash) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const kept = save(false);
    if (!kept) return;
    event.preventDefault();
    const waited = new Promise((go) => { setTimeout(go, LONGEST_WAIT_MS); });
    Promise.race([kept, waited]).then(() => { location.assign(link.href); });
  });
  form.addEventListener("input", ({ target }) => {
    if (target.tagName !== "TEXTAREA" && target.tagName !== "SELECT") return;
    const box = target.tagName === "SELECT" ? target.closest(".stacked")?.querySelector("textarea") : target;
    if (!box) return;
    changed.add(box.name);
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  });
  form.addEventListener("submit", () => { isSending = true; clearTimeout(timer); });
  addEventListener("pageshow", () => { isSending = false; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(true); });
  addEventListener("pagehide", () => save(true));

  // An answer can be taken back until it leaves; then its button would only say that it is late.
  for (const one of document.querySelectorAll("[data-leaves-in]")) {
    setTimeout(() => { one.hidden = true; }, Number(one.dataset.leavesIn) * 1000);
  }

  if (!window.EventSource) return;
  const arrived = document.getElementById("arrived");
  const look = async () => {
    const seen = encodeURIComponent(form.elements.seen.value);
    const answer = await fetch(`${form.dataset.asks}?vu=${seen}`, { credentials: "same-origin" });
    arrived.hidden = answer.status !== 200 || answer.redirected;
  };
  // Only while it is looked at: many open signals do not use up the browser's connections.
  let events = null;
  const listen = () => {
    events?.close();
    events = document.hidden ? null : new EventSource(form.dataset.events);
    for (const kind of ["message", "open"]) {
      events?.addEventListener(kind, () => look().catch(() => {}));
    }
  };
  listen();
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => events?.close());
})();
