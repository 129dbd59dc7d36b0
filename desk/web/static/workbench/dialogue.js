// The open dialogue: news are appended without moving what is being read; head and pane are kept in step.
"use strict";
{
  const dialogue = document.getElementById("dialogue");
  const live = document.getElementById("live");
  if (dialogue && live) {
    const scroll = document.getElementById("scroll");
    const entries = document.getElementById("entries");
    const newer = document.getElementById("newer");
    const typing = document.getElementById("typing");
    const side = document.getElementById("side");
    const board = document.getElementById("board");
    let atEnd = true;
    let quiet = null;

    const last = () => Number(entries.lastElementChild?.dataset.seq || 0);
    const near = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
    const mark = (name) => document.querySelector(`#${name} > .part`)?.dataset.mark || "";

    Desk.toEnd = () => {
      scroll.scrollTop = scroll.scrollHeight;
      newer.hidden = true;
    };

    /** What the head says about the conversation decides whether the agent can write. */
    const follow = () => {
      const head = document.querySelector("#head .head");
      document.getElementById("show-side")?.setAttribute("aria-expanded", String(board.classList.contains("with-side")));
      if (!head || dialogue.dataset.mode === head.dataset.mode) return;
      const lost = dialogue.dataset.mode === "mine" && head.dataset.mode === "other";
      if (lost) Desk.toast(`会话已被接管：${head.querySelector("small").textContent}`, "bad");
      dialogue.dataset.mode = head.dataset.mode;
      const mine = head.dataset.mode === "mine";
      const whispers = Boolean(head.dataset.whispers);
      const composer = document.getElementById("composer");
      composer.hidden = document.getElementById("writing").hidden = !mine && !whispers;
      for (const name of ["note-mode", "open-scripts", "send-picture"]) document.getElementById(name).hidden = whispers;
      composer.classList.toggle("whispering", whispers);
      if (whispers) Desk.noting(true);
      else if (!document.getElementById("text").value) Desk.noting(false);
      document.getElementById("not-mine").hidden = mine;
      document.getElementById("not-mine").textContent = head.dataset.hint;
      if (mine && matchMedia("(hover: hover)").matches) document.getElementById("text").focus();
    };

    live.addEventListener("htmx:configRequest", (event) => {
      Object.assign(event.detail.parameters, { after: last(), head: mark("head"), side: mark("side") });
    });
    live.addEventListener("htmx:beforeSwap", () => (atEnd = near()));

    const open = new Set();
    document.addEventListener("htmx:oobBeforeSwap", (event) => {
      if (event.detail.target.id === "side") {
        for (const details of side.querySelectorAll("details[open]")) open.add(details.id);
      }
      // A slow answer and a quick one may bring the same entry.
      if (event.detail.target === entries) {
        for (const entry of event.detail.fragment.querySelectorAll(".entry")) {
          if (Number(entry.dataset.seq) <= last()) entry.remove();
        }
      }
    });
    document.addEventListener("htmx:oobAfterSwap", (event) => {
      if (event.detail.target.id !== "side") return;
      for (const id of open) document.getElementById(id)?.setAttribute("open", "");
      open.clear();
    });

    let before = last();
    live.addEventListener("htmx:afterRequest", () => {
      Desk.tick();
      follow();
      if (last() === before) return;
      const fresh = [...entries.children].filter((entry) => Number(entry.dataset.seq) > before);
      before = last();
      document.dispatchEvent(new CustomEvent("desk:entries"));
      const whisper = dialogue.dataset.mode === "mine" && fresh.find((entry) => entry.classList.contains("whisper"));
      if (whisper) Desk.toast(`悄悄话：${whisper.querySelector(".said").textContent}`);
      if (!fresh.every((entry) => entry.classList.contains("agent"))) typing.textContent = "";
      if (atEnd || fresh.some((entry) => entry.dataset.client)) Desk.toEnd();
      else newer.hidden = false;
    });

    newer.addEventListener("click", Desk.toEnd);
    scroll.addEventListener("scroll", () => near() && (newer.hidden = true), { passive: true });

    document.addEventListener("desk:typing", (event) => {
      const { from, on } = event.detail;
      typing.textContent = on ? (from === "bot" ? "智能客服正在回复…" : "客户正在输入…") : "";
      clearTimeout(quiet);
      quiet = setTimeout(() => (typing.textContent = ""), 6000);
    });

    document.addEventListener("click", (event) => {
      const button = event.target.closest("#show-side");
      if (button) button.setAttribute("aria-expanded", String(board.classList.toggle("with-side")));
    });

    addEventListener("DOMContentLoaded", () => {
      follow();
      Desk.toEnd();
    });
  }
}
