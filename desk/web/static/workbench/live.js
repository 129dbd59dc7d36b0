// The page's one live stream: whether it is there, and its end when the session ends.
"use strict";
{
  const offline = document.getElementById("offline");
  const known = new WeakSet();
  // Three heartbeats: after that the line is dead, whatever the browser believes (a sleep, another network).
  const SILENCE = 45000;
  let since = null;
  let open = null;
  let heard = Date.now();

  document.addEventListener("htmx:sseOpen", (event) => {
    clearTimeout(since);
    since = null;
    offline.hidden = true;
    const source = (open = event.detail.source);
    heard = Date.now();
    if (!known.has(source)) {
      known.add(source);
      source.addEventListener("signed_out", () => {
        source.close();
        location.assign(`/desk/login?next=${encodeURIComponent(location.pathname)}`);
      });
      for (const kind of ["ping", "queue", "conversation"]) source.addEventListener(kind, () => (heard = Date.now()));
      source.addEventListener("typing", (message) => {
        document.dispatchEvent(new CustomEvent("desk:typing", { detail: JSON.parse(message.data) }));
      });
    }
    document.dispatchEvent(new CustomEvent("desk:online"));
  });
  document.addEventListener("htmx:sseError", () => {
    // A stream that is back at once is not worth a word.
    since ??= setTimeout(() => (offline.hidden = false), 1500);
  });
  setInterval(() => {
    if (!open || open.readyState !== EventSource.OPEN || Date.now() - heard < SILENCE) return;
    open.close();
    open.onerror?.(new Event("error")); // the extension then opens another
  }, 5000);
}
