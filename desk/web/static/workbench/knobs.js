// The small buttons at the top: colours, and the list of keys.
"use strict";
{
  const themes = ["", "light", "dark"];
  const words = { "": "跟随系统", light: "浅色", dark: "深色" };
  const button = document.getElementById("theme");
  button?.addEventListener("click", () => {
    const root = document.documentElement;
    const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
    root.dataset.theme = next;
    if (next) localStorage.setItem("desk.theme", next);
    else localStorage.removeItem("desk.theme");
    Desk.toast(`颜色：${words[next]}`);
  });

  const keys = document.getElementById("keys");
  const help = () => !document.querySelector("dialog[open]") && keys.showModal();
  document.getElementById("help")?.addEventListener("click", help);
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (!["?", "？"].includes(event.key) || writing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    help();
  });
}
