// The page works without this: it only saves touching "Actualiser".
"use strict";
(() => {
  const list = document.getElementById("messages");
  const path = list.dataset.path;
  let last = "";

  function bubble(message) {
    const article = document.createElement("article");
    article.className = message.bot ? "bot" : "me";
    const words = document.createElement("p");
    words.dir = "auto";
    words.textContent = message.text;
    article.append(words);
    for (const row of message.buttons) {
      const form = document.createElement("form");
      form.className = "row";
      form.method = "post";
      form.action = `${path}/envoyer`;
      for (const button of row) {
        const element = document.createElement("button");
        element.name = "geste";
        element.value = button.data;
        element.dir = "auto";
        element.textContent = button.label;
        form.append(element);
      }
      article.append(form);
    }
    return article;
  }

  function show(messages) {
    const now = JSON.stringify(messages);
    if (now === last) return;
    last = now;
    list.replaceChildren(...messages.map(bubble));
    window.scrollTo(0, document.body.scrollHeight);
  }

  async function refresh() {
    if (document.hidden) return;
    try {
      const answer = await fetch(`${path}/messages`);
      if (answer.ok) show((await answer.json()).messages);
    } catch {
      // The server is away; the next look may find it.
    }
  }

  document.addEventListener("submit", async (event) => {
    const body = new FormData(event.target, event.submitter);
    if (["bloquer", "debloquer"].includes(body.get("geste"))) return;
    event.preventDefault();
    const field = document.getElementById("text");
    if (event.target.id === "write") field.value = "";
    await fetch(`${path}/envoyer`, { method: "POST", body: new URLSearchParams(body), headers: { accept: "application/json" } });
    await refresh();
    field.focus();
  });
  document.getElementById("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      document.querySelector("#write .send").click();
    }
  });
  refresh();
  setInterval(refresh, 1000);
})();
