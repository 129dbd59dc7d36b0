// The lists: which conversations have something unread, and moving between them with Alt and the arrows.
"use strict";
{
  const lists = document.getElementById("lists");
  const KEY = "desk.seen";
  const MOST = 300;

  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY)) || {};
    } catch {
      return {};
    }
  };

  Desk.seen = (id, seq) => {
    const seen = read();
    if ((seen[id] || 0) >= seq) return;
    delete seen[id]; // the newest goes to the end
    seen[id] = seq;
    const kept = Object.entries(seen).slice(-MOST);
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(kept)));
  };

  const show = () => {
    const seen = read();
    for (const item of lists.querySelectorAll(".g-mine .item")) {
      item.classList.toggle("unread", Number(item.dataset.seq) > (seen[item.dataset.id] || 0));
    }
    for (const item of lists.querySelectorAll(".item")) {
      item.classList.toggle("unsent", Boolean(Desk.unsent?.(item.dataset.id)));
    }
    Desk.look?.();
  };
  Desk.showLists = show;

  const lookAtOpen = () => {
    const open = lists.dataset.open;
    const item = open && lists.querySelector(`.item[data-id="${CSS.escape(open)}"]`);
    if (item && document.visibilityState === "visible") Desk.seen(open, Number(item.dataset.seq));
    show();
  };

  document.addEventListener("htmx:afterSettle", (event) => event.detail.target === lists && lookAtOpen());
  document.addEventListener("visibilitychange", lookAtOpen);
  addEventListener("DOMContentLoaded", lookAtOpen);

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || document.querySelector("dialog[open]")) return;
    const links = [...lists.querySelectorAll(".item > a")];
    if (!links.length) return;
    event.preventDefault();
    const at = links.findIndex((link) => link.hasAttribute("aria-current"));
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
    links[next]?.click();
  });
}
