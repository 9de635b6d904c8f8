// Shows what the stream tells, word for word, and sends what hands do. All words come from the server.
(() => {
  "use strict";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);
  const put = (element, text) => {
    if (element.textContent !== text) {
      element.textContent = text;
    }
  };
  const gates = one(".gates");
  const windings = {};
  let pass = null;

  const send = async (path, body) => {
    try {
      const answer = await fetch(path, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}),
      });
      return answer.status === 204 ? {} : await answer.json();
    } catch {
      return { detail: document.body.dataset.failed };
    }
  };

  const link = (live) => {
    const p = one("#link");
    p.classList.toggle("live", live);
    p.classList.toggle("lost", !live);
    put(p, live ? p.dataset.live : p.dataset.lost);
  };

  // What is seen

  const line = (entry) => {
    const li = document.createElement("li");
    li.className = entry.kind;
    for (const [name, text] of [["at", entry.time], ["what", entry.words], ["no", String(entry.sequence)]]) {
      const span = document.createElement("span");
      span.className = name;
      span.textContent = text;
      li.append(span);
    }
    li.dataset.sequence = entry.sequence;
    return li;
  };

  const showGate = (view) => {
    const post = one("#gate-" + view.gate);
    Object.assign(post.dataset, view.data);
    all("[data-text]", post).forEach((element) => put(element, view.text[element.dataset.text] ?? ""));
    one(".arm", post).style.transform = "rotate(" + view.turns * 120 + "deg)";
    windings[view.gate] = view.clock;
    const journal = one(".journal", post);
    const shown = all("li", journal).map((li) => li.dataset.sequence + li.className + li.textContent).join();
    const lines = view.journal.map(line);
    if (shown !== lines.map((li) => li.dataset.sequence + li.className + li.textContent).join()) {
      journal.replaceChildren(...lines);
    }
  };

  const showCards = (cards) => {
    for (const card of cards) {
      for (const status of all('[data-status-of="' + card.number + '"]')) {
        status.dataset.status = card.status;
        put(status, card.text);
      }
      all('[data-entry="' + card.number + '"] [data-set]').forEach((button) => {
        button.disabled = button.dataset.set === card.status;
      });
    }
  };

  const showSite = (site) => {
    put(one("#on-site"), site.onSiteText);
    const workers = one("#workers");
    workers.setAttribute("aria-pressed", String(site.workers));
    put(workers, site.workersText);
  };

  const stream = new EventSource("/workbench/stream");
  const told = (name, show) => stream.addEventListener(name, (event) => {
    link(true);
    if (show) {
      show(JSON.parse(event.data));
    }
  });
  told("gate", showGate);
  told("cards", showCards);
  told("site", showSite);
  told("beat");
  stream.addEventListener("error", () => link(false));

  // What is done

  const inHand = () => one("#cards input:checked");
  const nameOf = (input) => one(".tile-name", input.parentElement).textContent;

  const pick = () => {
    const name = nameOf(inHand());
    all(".hold").forEach((hold) => put(hold, gates.dataset.hold.replace("[card]", name)));
    const number = inHand().dataset.what === "card" ? inHand().dataset.value : "";
    all(".entry").forEach((entry) => {
      const held = entry.dataset.entry === number;
      entry.classList.toggle("held", held);
      if (held) {
        const list = one("#entries");
        list.scrollTop = entry.offsetTop - list.clientHeight / 3;
      }
    });
  };

  const shown = async () => {
    const { what, value } = inHand().dataset;
    if (what === "pass") {
      pass ??= (await send("/workbench/v1/passes")).code;
      return { code: pass ?? "" };
    }
    return { [what]: what === "code" ? one("#code").value : value };
  };

  const act = async (post, path, body, button) => {
    button.setAttribute("aria-busy", "true");
    const answer = await send("/workbench/v1/gates/" + post.dataset.gate + "/" + path, body);
    button.removeAttribute("aria-busy");
    const said = one(".said", post);
    said.classList.toggle("refused", !answer.say);
    said.textContent = answer.say ?? answer.detail;
  };

  const hold = async (post) => act(post, "taps", await shown(), one(".reader", post));

  const acts = {
    hold,
    arm: (post, button) => act(post, "arm", {}, button),
    tailgate: (post, button) => act(post, "tailgate", {}, button),
    rex: (post, button) => act(post, "rex", {}, button),
    fire: (post, button) => act(post, "fire", { active: post.dataset.fire !== "on" }, button),
    cable: (post, button) => act(post, "cable", { in: post.dataset.cable !== "in" }, button),
    power: (post, button) => act(post, "power", { on: post.dataset.power !== "on" }, button),
    wind: (post, button) =>
      act(post, "clock", { aheadHours: windings[post.dataset.gate] + Number(button.dataset.hours) }, button),
    right: (post, button) => act(post, "clock", { aheadHours: 0, synchronised: true }, button),
    sync: (post, button) => act(post, "clock", { synchronised: post.dataset.sync !== "on" }, button),
  };

  gates.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button && !button.hasAttribute("aria-busy")) {
      acts[button.dataset.act](button.closest(".post"), button);
    }
  });

  one("#cards").addEventListener("change", pick);
  one("#code").addEventListener("focus", () => {
    one('#cards input[data-what="code"]').checked = true;
    pick();
  });

  one("#cards").addEventListener("dragstart", (event) => {
    const card = event.target.closest(".tile");
    one("input", card).checked = true;
    pick();
    event.dataTransfer.setData("text/plain", nameOf(inHand()));
    event.dataTransfer.effectAllowed = "copy";
  });
  for (const post of all(".post")) {
    const reader = one(".reader", post);
    const over = (on) => reader.classList.toggle("over", on);
    reader.addEventListener("dragover", (event) => {
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      over(true);
    });
    reader.addEventListener("dragleave", () => over(false));
    reader.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      hold(post);
    });
  }

  one("#entries").addEventListener("click", async (event) => {
    const button = event.target.closest("[data-set]");
    if (!button) {
      return;
    }
    const entry = button.closest(".entry");
    button.setAttribute("aria-busy", "true");
    const answer = await send(
      "/workbench/v1/register/cards/" + entry.dataset.entry + "/status", { status: button.dataset.set });
    button.removeAttribute("aria-busy");
    one(".knew", entry).textContent = answer.say ?? answer.detail;
  });

  one("#workers").addEventListener("click", (event) =>
    send("/workbench/v1/workers", { active: event.target.getAttribute("aria-pressed") !== "true" }));
  one("#language").addEventListener("click", async (event) => {
    await send("/workbench/language", { to: event.target.value });
    location.reload();
  });
  pick();
})();
