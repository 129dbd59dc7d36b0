// The composer: a draft per conversation, Enter that respects input methods, and what is on its way.
"use strict";
{
  const form = document.getElementById("composer");
  if (form) {
    const id = document.getElementById("dialogue").dataset.id;
    const area = document.getElementById("text");
    const pending = document.getElementById("pending");
    const DRAFT = `desk.draft.${id}`;
    const shown = new Map();
    let told = 0;

    const grow = () => {
      area.style.height = "auto";
      area.style.height = `${Math.min(area.scrollHeight + 2, 160)}px`;
    };
    const write = (text) => {
      area.value = text;
      sessionStorage.setItem(DRAFT, text);
      if (!text) sessionStorage.removeItem(DRAFT);
      grow();
    };

    const noting = () => form.classList.contains("noting");
    const send = () => {
      const text = area.value.trim();
      if (!text) return;
      if (!noting() && Desk.toGap?.()) {
        Desk.toast("还有没填的内容，填好再发", "bad");
        return;
      }
      const note = noting();
      write("");
      Desk.send(id, text, note);
      area.focus();
    };
    /** Put a text where the caret is (or in place of a range), as if it had been typed. */
    Desk.insert = (text, from = area.selectionStart, to = area.selectionEnd) => {
      area.setRangeText(text, from, to, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
      Desk.toGap?.();
    };

    // Notes: only colleagues read them. Who may not write to the customer can still whisper. The mode is kept with the
    // draft: what was meant for colleagues must not turn into a reply by a reload or by taking over.
    const MODE = `desk.noting.${id}`;
    const toggle = document.getElementById("note-mode");
    const usual = area.placeholder;
    Desk.noting = (on) => {
      if (on) sessionStorage.setItem(MODE, "yes");
      else sessionStorage.removeItem(MODE);
      form.classList.toggle("noting", on);
      toggle.setAttribute("aria-pressed", String(on));
      area.placeholder = on ? "只有同事看得到，客户看不到" : usual;
      area.setAttribute("aria-label", on ? "内部备注" : "回复客户");
      form.querySelector(".primary").textContent = on ? "记下" : "发送";
    };
    const switchMode = () => {
      if (form.hidden || form.classList.contains("whispering")) return;
      Desk.noting(!noting());
      area.focus();
    };
    toggle.addEventListener("click", switchMode);
    document.addEventListener("keydown", (event) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyN" || event.isComposing) return;
      event.preventDefault();
      switchMode();
    });

    const button = (text, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "small";
      made.textContent = text;
      made.addEventListener("click", act);
      return made;
    };

    const bubble = (message) => {
      const entry = document.createElement("article");
      entry.className = `entry agent pending${message.note ? " internal k-note" : ""}`;
      entry.dataset.key = message.key;
      const said = document.createElement("div");
      said.className = "said";
      said.textContent = message.text;
      const state = document.createElement("p");
      state.className = "by";
      entry.append(state, said);
      return entry;
    };

    const showState = (entry, message) => {
      const state = entry.querySelector(".by");
      entry.classList.toggle("failed", Boolean(message.failed));
      state.textContent = message.failed || "发送中…";
      if (!message.failed) return;
      entry.classList.toggle("doubt", Boolean(message.doubt));
      state.append(
        message.doubt
          ? button("仍要发送", () => Desk.retry(id, message.key, true))
          : button("重发", () => Desk.retry(id, message.key)),
        button("改一改", () => {
          Desk.discard(id, message.key);
          if (message.note || !area.value) Desk.noting(Boolean(message.note));
          write([message.text, area.value].filter(Boolean).join("\n"));
          area.focus();
        }),
      );
    };

    const forget = (key) => {
      shown.get(key)?.remove();
      shown.delete(key);
    };

    const show = () => {
      const waiting = Desk.outbox(id);
      for (const message of waiting) {
        if (!shown.has(message.key)) {
          shown.set(message.key, bubble(message));
          pending.append(shown.get(message.key));
          Desk.toEnd?.();
        }
        showState(shown.get(message.key), message);
      }
      for (const [key, entry] of shown) {
        if (!waiting.some((message) => message.key === key) && !entry.dataset.sent) forget(key);
      }
      Desk.showLists?.();
    };

    // A message leaves the end of the page when its entry stands above: never gone, never twice.
    const settle = () => {
      for (const [key, entry] of shown) {
        if (!document.querySelector(`#entries [data-client="${key}"]`)) continue;
        // Also when the desk's confirmation was lost on the way.
        if (!entry.dataset.sent) Desk.arrived(id, key);
        forget(key);
      }
    };

    document.addEventListener("desk:outbox", (event) => event.detail === id && show());
    document.addEventListener("desk:sent", (event) => {
      const entry = event.detail.id === id && shown.get(event.detail.key);
      if (!entry) return;
      entry.dataset.sent = "yes";
      settle();
      if (entry.isConnected) htmx.trigger(document.body, "desk:refresh");
    });
    document.addEventListener("desk:entries", settle);

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send();
    });
    area.addEventListener("keydown", (event) => {
      // keyCode 229: Safari ends a composition before it reports its Enter.
      if (event.defaultPrevented || event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      send();
    });
    area.addEventListener("input", () => {
      write(area.value);
      if (!area.value || noting() || Date.now() - told < 3000) return;
      told = Date.now();
      const headers = { "X-CSRF-Token": document.body.dataset.csrf, "HX-Request": "true" };
      fetch(`/desk/c/${encodeURIComponent(id)}/typing`, { method: "POST", headers }).catch(() => {});
    });

    write(sessionStorage.getItem(DRAFT) || "");
    if (area.value && sessionStorage.getItem(MODE)) Desk.noting(true);
    addEventListener("DOMContentLoaded", show);
  }
}
