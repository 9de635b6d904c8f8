// What htmx's server-sent events leave open: rows replaced in place, a lost connection made visible, alarms said aloud.
(() => {
  "use strict";

  const ROWS_MAX = 200;
  const SILENT_MS = 40_000;
  const log = document.getElementById("log");
  const link = document.getElementById("link");
  const say = document.getElementById("say");
  if (!log || !link) {
    return;
  }
  let newest = Number(log.dataset.newest);
  // What was said when it was live is not said again when the log has it.
  const SAID_MAX = 500;
  const said = new Set();
  let heardAt = Date.now();

  const show = (live) => {
    const text = live ? link.dataset.live : link.dataset.lost;
    link.classList.toggle("live", live);
    link.classList.toggle("lost", !live);
    // Only a change is worth a screen reader's breath.
    if (link.textContent !== text) {
      link.textContent = text;
    }
  };

  const announce = (row) => {
    const name = row.id.replace(/^(live|row)_/, "");
    if (row.dataset.say && !said.has(name)) {
      said.add(name);
      if (said.size > SAID_MAX) {
        said.delete(said.values().next().value);
      }
      const line = document.createElement("p");
      line.textContent = row.dataset.say;
      say.append(line);
      while (say.children.length > 5) {
        say.firstElementChild.remove();
      }
    }
  };

  document.body.addEventListener("htmx:sseOpen", () => {
    heardAt = Date.now();
    show(true);
  });
  document.body.addEventListener("htmx:sseError", () => show(false));

  document.body.addEventListener("htmx:sseBeforeMessage", (event) => {
    const message = event.detail;
    heardAt = Date.now();
    show(true);
    if (message.type === "bye") {
      location.reload();
      return;
    }
    if (message.type === "live") {
      const template = document.createElement("template");
      template.innerHTML = message.data;
      [...template.content.querySelectorAll("li.row")].reverse().forEach(announce);
      return;
    }
    if (message.type !== "row") {
      return;
    }
    // A connection that is made anew, rather than resumed, begins where the page began.
    const id = Number(message.lastEventId);
    if (id <= newest) {
      event.preventDefault();
      return;
    }
    newest = id;
    const template = document.createElement("template");
    template.innerHTML = message.data;
    const row = template.content.firstElementChild;
    announce(row);
    const before = document.getElementById(row.id);
    if (before) {
      event.preventDefault();
      before.replaceWith(row);
    }
  });

  document.body.addEventListener("htmx:sseMessage", () => {
    while (log.children.length > ROWS_MAX) {
      log.lastElementChild.remove();
    }
  });

  // The panels come at least every 15 s; a phone that slept or changed networks may wait for ever on a dead connection.
  setInterval(() => {
    if (Date.now() - heardAt > SILENT_MS) {
      show(false);
    }
  }, 5_000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() - heardAt > SILENT_MS) {
      location.reload();
    }
  });
})();
