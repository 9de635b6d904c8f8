// A muster on several phones: ticks go out at once or wait for the network, and what others tick comes in by itself.
(() => {
  "use strict";

  const main = document.getElementById("main");
  const link = document.getElementById("link");
  const filter = document.getElementById("filter");
  if (!main || !main.dataset.stream) {
    return;
  }
  const SILENT_MS = 12_000;
  const RETRY_MS = 4_000;
  const KEPT = "portvakt-muster " + location.pathname;
  let heardAt = Date.now();

  const show = (live) => {
    const text = live ? link.dataset.live : link.dataset.lost;
    link.classList.toggle("live", live);
    link.classList.toggle("lost", !live);
    if (link.textContent !== text) {
      link.textContent = text;
    }
  };
  const heard = () => {
    heardAt = Date.now();
    show(true);
  };

  const clock = document.getElementById("clock");
  const start = Date.parse(main.dataset.start);
  const two = (number) => String(number).padStart(2, "0");
  const tell = () => {
    const s = Math.max(0, Math.floor((Date.now() - start) / 1000));
    clock.textContent = (s >= 3600 ? Math.floor(s / 3600) + ":" + two(Math.floor(s / 60) % 60) : Math.floor(s / 60)) + ":" + two(s % 60);
  };
  tell();
  setInterval(tell, 1000);

  const matches = (row) => !filter.value || row.textContent.toLowerCase().includes(filter.value.trim().toLowerCase());
  const sift = () => document.querySelectorAll(".muster-list > li").forEach((row) => { row.hidden = !matches(row); });
  filter.addEventListener("input", sift);

  const place = (row) => {
    const list = document.getElementById(row.dataset.list);
    const next = [...list.children].find((other) => other !== row && other.dataset.order.localeCompare(row.dataset.order) > 0);
    list.insertBefore(row, next || null);
    row.hidden = !matches(row);
  };

  // Ticks that the server does not have yet, by person: they outlive the page.
  let unsent = new Map(JSON.parse(localStorage.getItem(KEPT) || "[]"));
  const keep = () => {
    if (unsent.size > 0) {
      localStorage.setItem(KEPT, JSON.stringify([...unsent]));
    } else {
      localStorage.removeItem(KEPT);
    }
  };
  const mark = (person, text) => {
    const row = document.getElementById("p" + person);
    if (!row) {
      return;
    }
    let note = row.querySelector(".unsent");
    if (!text) {
      note?.remove();
      return;
    }
    if (!note) {
      note = document.createElement("p");
      note.className = "warning unsent";
      row.firstElementChild.append(note);
    }
    note.textContent = text;
  };

  let sending = false;
  const send = async () => {
    if (sending) {
      return;
    }
    sending = true;
    try {
      for (const [person, body] of [...unsent]) {
        const answer = await fetch(location.pathname + "/ticks", {
          method: "POST",
          headers: { "Content-Type": "application/x-www-form-urlencoded" },
          body,
          signal: AbortSignal.timeout(8_000),
        });
        if (unsent.get(person) === body) {
          unsent.delete(person);
          keep();
        }
        mark(person, answer.ok ? "" : main.dataset.refused);
      }
    } catch (e) {
      // No network, or a server that starts anew: it is tried again, and each row says so.
      unsent.forEach((_, person) => mark(person, main.dataset.unsent));
      show(false);
    } finally {
      sending = false;
    }
  };

  main.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form.tick")) {
      return;
    }
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    fields.set("quiet", "yes");
    const row = form.closest("li");
    const after = row.nextElementSibling || row.previousElementSibling;
    unsent.set(fields.get("person"), fields.toString());
    keep();
    // Seen at once; the server's word follows and counts.
    row.dataset.list = fields.get("found") === "yes" ? "found" : "missing";
    place(row);
    (after?.querySelector("form.tick button") || row.querySelector("form.tick button"))?.focus();
    send();
  });

  const stream = () => {
    const source = new EventSource(main.dataset.stream);
    source.onopen = heard;
    source.onerror = () => show(false);
    source.addEventListener("person", (event) => {
      heard();
      const template = document.createElement("template");
      template.innerHTML = event.data;
      const row = template.content.firstElementChild;
      const person = row.id.slice(1);
      const before = document.getElementById(row.id);
      const focused = before?.contains(document.activeElement);
      before?.remove();
      if (unsent.has(person)) {
        row.dataset.list = new URLSearchParams(unsent.get(person)).get("found") === "yes" ? "found" : "missing";
      }
      place(row);
      if (focused) {
        row.querySelector("button")?.focus();
      }
    });
    ["sum", "doubts"].forEach((name) => source.addEventListener(name, (event) => {
      heard();
      const part = document.getElementById(name);
      if (part.innerHTML.trim() !== event.data.trim()) {
        part.innerHTML = event.data;
      }
    }));
    source.addEventListener("beat", heard);
    source.addEventListener("bye", () => location.reload());
    return source;
  };
  let source = stream();

  setInterval(() => {
    if (unsent.size > 0) {
      send();
    }
    if (Date.now() - heardAt > SILENT_MS) {
      show(false);
      if (source.readyState === EventSource.CLOSED) {
        source = stream();
      }
    }
  }, RETRY_MS);
  addEventListener("online", send);
  if (unsent.size > 0) {
    send();
  }
})();
