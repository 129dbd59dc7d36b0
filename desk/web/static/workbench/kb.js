// The knowledge base beside the dialogue: opened by Ctrl+K or Alt+K, put into the reply by a click. Tabs of a phone.
"use strict";
{
  const panel = document.getElementById("kb");
  const board = document.getElementById("board");
  if (panel) {
    const asked = document.getElementById("kb-q");
    const opener = document.getElementById("open-kb");
    const tabs = document.getElementById("tabs");
    let filled = false;

    const showTab = () => {
      const now = !panel.hidden ? "kb" : board.classList.contains("with-side") ? "side" : "talk";
      for (const tab of tabs.querySelectorAll("[data-tab]")) {
        tab.setAttribute("aria-pressed", String(tab.dataset.tab === now));
      }
    };
    const open = (on) => {
      panel.hidden = !on;
      opener.setAttribute("aria-expanded", String(on));
      showTab();
      if (!on) return document.getElementById("text").focus();
      asked.focus();
      asked.select();
      if (!filled || !asked.value) htmx.trigger(asked, "desk:kb");
      filled = true;
      return undefined;
    };

    opener.addEventListener("click", () => open(panel.hidden));
    document.getElementById("close-kb").addEventListener("click", () => open(false));
    document.addEventListener("keydown", (event) => {
      const wanted = event.code === "KeyK" && (event.ctrlKey || event.metaKey) !== event.altKey && !event.isComposing;
      if (wanted && !document.querySelector("dialog[open]")) {
        event.preventDefault();
        open(panel.hidden);
      } else if (event.key === "Escape" && panel.contains(event.target) && !event.isComposing) open(false);
    });
    panel.addEventListener("click", (event) => {
      const button = event.target.closest("[data-insert]");
      if (!button) return;
      if (matchMedia("(max-width: 760px)").matches) open(false);
      Desk.insert(button.dataset.insert);
    });
    document.addEventListener("desk:guide", () => open(false));

    const side = (on) => {
      if (board.classList.contains("with-side") !== on) document.getElementById("show-side")?.click();
    };
    tabs.addEventListener("click", (event) => {
      const tab = event.target.closest("[data-tab]")?.dataset.tab;
      if (!tab) return;
      side(tab === "side");
      if (tab === "kb" || !panel.hidden) open(tab === "kb");
      showTab();
    });
    document.addEventListener("click", (event) => event.target.closest("#show-side") && showTab());
  }
}
