// What the agent has sent and the desk has not confirmed: kept for this tab, sent in order, the same id each time,
// so that a double click, a reload or a broken line never sends a message twice and never loses one.
"use strict";
{
  const PREFIX = "desk.out.";
  const PATIENCE = 15000;
  const AGAIN = 5000;
  const busy = new Set();

  const load = (id) => {
    try {
      return JSON.parse(sessionStorage.getItem(PREFIX + id)) || [];
    } catch {
      return [];
    }
  };
  const save = (id, waiting) => {
    if (waiting.length) sessionStorage.setItem(PREFIX + id, JSON.stringify(waiting));
    else sessionStorage.removeItem(PREFIX + id);
    document.dispatchEvent(new CustomEvent("desk:outbox", { detail: id }));
  };
  const change = (id, key, values) =>
    save(id, load(id).map((message) => (message.key === key ? { ...message, ...values } : message)));
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  /** Send one message or note. Returns "sent", "again" (worth another try) or what the desk has against it. */
  const post = async (id, message) => {
    let answer;
    try {
      answer = await fetch(`/desk/c/${encodeURIComponent(id)}/${message.note ? "note" : "answer"}`, {
        method: "POST",
        headers: { "X-CSRF-Token": document.body.dataset.csrf, "HX-Request": "true" },
        body: new URLSearchParams({ text: message.text, client_id: message.key, check: message.sure ? "" : "yes" }),
        keepalive: true,
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      return "again";
    }
    if (answer.ok) {
      answer.json().then((body) => body.told && Desk.toast(body.told), () => {});
      return "sent";
    }
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) location.assign(`${elsewhere}?next=${encodeURIComponent(location.pathname)}`);
    if (elsewhere || answer.status >= 500 || answer.status === 429) return "again";
    const said = await answer.text();
    return { failed: Desk.reason(said), doubt: answer.status === 409 && said.includes('"look_again"') };
  };

  const pump = async (id) => {
    if (busy.has(id)) return;
    busy.add(id);
    try {
      for (;;) {
        const message = load(id)[0];
        if (!message || message.failed) return;
        const outcome = await post(id, message);
        if (outcome === "sent") Desk.arrived(id, message.key);
        else if (outcome !== "again") change(id, message.key, outcome);
        else {
          change(id, message.key, { failed: "还没发出去，正在重试" });
          setTimeout(() => Desk.retry(id, message.key), AGAIN);
        }
      }
    } finally {
      busy.delete(id);
    }
  };

  Desk.outbox = load;
  Desk.unsent = (id) => load(id).some((message) => message.failed);
  Desk.send = (id, text, note = false) => {
    save(id, [...load(id), { key: newKey(), text, note, failed: "" }]);
    return pump(id);
  };
  /** Try again; `sure` sends what the desk would have the agent look at again. */
  Desk.retry = (id, key, sure = false) => {
    if (!busy.has(id)) change(id, key, sure ? { failed: "", doubt: false, sure } : { failed: "", doubt: false });
    return pump(id);
  };
  Desk.discard = (id, key) => save(id, load(id).filter((message) => message.key !== key));

  /** The desk has it: what is shown of it goes when the entry itself is on the page. */
  Desk.arrived = (id, key) => {
    document.dispatchEvent(new CustomEvent("desk:sent", { detail: { id, key } }));
    save(id, load(id).filter((message) => message.key !== key));
  };

  const resume = () => {
    for (const name of Object.keys(sessionStorage)) {
      if (!name.startsWith(PREFIX)) continue;
      const id = name.slice(PREFIX.length);
      save(id, load(id).map((message) => ({ ...message, failed: "" })));
      pump(id);
    }
  };
  addEventListener("DOMContentLoaded", resume);
  document.addEventListener("desk:online", resume);
  addEventListener("online", resume);
}
