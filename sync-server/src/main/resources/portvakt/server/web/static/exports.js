// Makes the export's form stay on its page: a progress bar in the place of a page that reloads. Without this the form works as well.
(() => {
  "use strict";

  const EVERY_MS = 500;
  const AGAIN_MS = 3_000;
  const PATIENCE_MS = 10_000;
  const form = document.getElementById("export-form");
  const list = document.getElementById("exports");
  const say = document.getElementById("export-say");
  if (!form || !list || !say) {
    return;
  }

  const announce = (text) => {
    // Only a change is worth a screen reader's breath.
    if (say.textContent !== text) {
      say.textContent = text;
    }
  };

  const ask = async (url, body) => {
    const answer = await fetch(url, {
      method: body ? "POST" : "GET",
      body,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.redirected && !new URL(answer.url).pathname.startsWith("/exports/")) {
      // The session is over: the log-in page is there.
      location.reload();
      return new Promise(() => {});
    }
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    const job = template.content.querySelector("article.export-job");
    if (!job && answer.status !== 404) {
      throw new Error(`no export in an answer of ${answer.status}`);
    }
    return job;
  };

  const send = (which, submitter) => {
    const body = new URLSearchParams(new FormData(which, submitter));
    body.set("part", "1");
    return ask(which.action, body);
  };

  const replace = (job, fresh) => {
    const focused = job.contains(document.activeElement);
    job.replaceWith(fresh);
    announce(fresh.dataset.say);
    if (focused) {
      (fresh.querySelector("a, button") ?? form.querySelector("button")).focus();
    }
    return fresh;
  };

  // The bar and the figures change in place: a button that is about to be pressed stays where it is.
  const update = (job, fresh) => {
    const bar = job.querySelector("progress");
    const freshBar = fresh.querySelector("progress");
    if (freshBar.hasAttribute("value")) {
      bar.max = freshBar.max;
      bar.value = freshBar.value;
      const quarter = Math.floor((bar.value / bar.max) * 4);
      if (quarter > 0 && String(quarter) !== job.dataset.quarter) {
        job.dataset.quarter = quarter;
        announce(fresh.dataset.say);
      }
    }
    job.querySelector(".figures").textContent = fresh.querySelector(".figures").textContent;
  };

  // Until it is done; and, while its file is being fetched, until the server has noticed that too.
  const follow = async (job, until) => {
    let wait = EVERY_MS;
    try {
      const fresh = await ask(job.dataset.part);
      if (!job.isConnected) {
        return;
      }
      if (!fresh) {
        job.remove();
        return;
      }
      if (fresh.dataset.state === job.dataset.state) {
        if (job.dataset.state === "running") {
          update(job, fresh);
        }
      } else {
        job = replace(job, fresh);
      }
    } catch {
      wait = AGAIN_MS;
    }
    if (job.dataset.state === "running" || (job.dataset.state === "ready" && until > Date.now())) {
      setTimeout(() => follow(job, until), wait);
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const job = await send(form, event.submitter);
      if (job) {
        list.querySelectorAll(".export-job:not([id])").forEach((refused) => refused.remove());
        list.prepend(job);
        announce(job.dataset.say);
        job.scrollIntoView({ block: "nearest" });
        if (job.dataset.state === "running") {
          follow(job, 0);
        }
      }
    } catch {
      // What the script cannot do, the form can.
      form.submit();
    } finally {
      button.disabled = false;
      button.focus({ preventScroll: true });
    }
  });

  list.addEventListener("submit", async (event) => {
    event.preventDefault();
    const job = event.target.closest(".export-job");
    try {
      const fresh = await send(event.target, event.submitter);
      if (fresh && job.isConnected) {
        replace(job, fresh);
      }
    } catch {
      event.target.submit();
    }
  });

  list.addEventListener("click", (event) => {
    if (event.target.closest(".download")) {
      const job = event.target.closest(".export-job");
      setTimeout(() => follow(job, Date.now() + 10 * 60_000), EVERY_MS);
    }
  });

  list.querySelectorAll('[data-state="running"]').forEach((job) => follow(job, 0));
})();
