// Asks for a list's figures again every few seconds, and makes it visible when nobody answers.
(() => {
  "use strict";

  const EVERY_MS = 5_000;
  const PATIENCE_MS = 10_000;
  const part = document.getElementById("spread");
  const link = document.getElementById("link");
  if (!part || !link) {
    return;
  }

  const show = (live) => {
    const text = live ? link.dataset.live : link.dataset.lost;
    link.classList.toggle("live", live);
    link.classList.toggle("lost", !live);
    // Only a change is worth a screen reader's breath.
    if (link.textContent !== text) {
      link.textContent = text;
    }
  };

  const refresh = async () => {
    try {
      const answer = await fetch(part.dataset.url, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
      if (answer.type === "opaqueredirect") {
        // The session is over: the log-in page is there.
        location.reload();
        return;
      }
      if (!answer.ok) {
        show(false);
        return;
      }
      const html = await answer.text();
      // Somebody who is at a link or has marked a text keeps it until the next time.
      if (!part.contains(document.activeElement) && getSelection().isCollapsed) {
        part.innerHTML = html;
      }
      show(true);
    } catch {
      show(false);
    }
  };

  const follow = async () => {
    if (document.visibilityState === "visible") {
      await refresh();
    }
    setTimeout(follow, EVERY_MS);
  };
  follow();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      refresh();
    }
  });
})();
