// Shows each unknown chip as it is held to a gate, without disturbing somebody who is typing a card number.
(() => {
  "use strict";

  const SILENT_MS = 40_000;
  const part = document.getElementById("chips");
  const link = document.getElementById("link");
  const say = document.getElementById("say");
  if (!part || !link) {
    return;
  }
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

  const inUse = (row) => row.contains(document.activeElement) || row.querySelector("details[open]");

  // Rows that somebody is at stay where they are, as they are; all others become what the server says.
  const update = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    const before = part.querySelector(".taps");
    const after = template.content.querySelector(".taps");
    const known = new Set([...(before ? before.children : [])].map((row) => row.id));
    const fresh = [...(after ? after.children : [])].filter((row) => !known.has(row.id)).length;
    if (before && after && [...before.children].some(inUse)) {
      const kept = new Map([...before.children].filter(inUse).map((row) => [row.id, row]));
      for (const row of [...before.children]) {
        if (!kept.has(row.id)) {
          row.remove();
        }
      }
      let next = before.firstElementChild;
      for (const row of [...after.children]) {
        if (kept.has(row.id)) {
          next = kept.get(row.id).nextElementSibling;
        } else {
          before.insertBefore(row, next);
        }
      }
    } else if (!(before && [...before.children].some(inUse))) {
      part.replaceChildren(template.content);
    }
    if (fresh > 0) {
      say.textContent = say.dataset.new;
    }
  };

  const source = new EventSource(part.dataset.stream);
  const heard = () => {
    heardAt = Date.now();
    show(true);
  };
  source.addEventListener("open", heard);
  source.addEventListener("error", () => show(false));
  source.addEventListener("chips", (event) => {
    heard();
    update(event.data);
  });
  source.addEventListener("beat", heard);
  source.addEventListener("bye", () => location.reload());
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
