// The list of tickets: moving through it and choosing by keyboard; what is chosen stays chosen when the list changes.
"use strict";
{
  const rows = document.getElementById("rows");
  const bulk = document.getElementById("bulk");
  const boxes = () => [...rows.querySelectorAll('[name="numbers"]')];
  const chosen = new Set();

  const show = () => {
    bulk.hidden = !chosen.size;
    document.getElementById("chosen").textContent = chosen.size;
    for (const box of boxes()) box.closest("tr").classList.toggle("chosen", box.checked);
    const all = document.getElementById("all");
    if (all) all.checked = boxes().length > 0 && boxes().every((box) => box.checked);
  };
  const note = (box) => {
    box.checked ? chosen.add(box.value) : chosen.delete(box.value);
  };

  if (rows && bulk) {
    rows.addEventListener("change", (event) => {
      if (event.target.id === "all") {
        for (const box of boxes()) {
          box.checked = event.target.checked;
          note(box);
        }
      } else if (event.target.name === "numbers") note(event.target);
      show();
    });
    document.addEventListener("htmx:afterSettle", (event) => {
      if (event.detail.target !== rows) return;
      const there = new Set(boxes().map((box) => box.value));
      for (const number of chosen) if (!there.has(number)) chosen.delete(number);
      for (const box of boxes()) box.checked = chosen.has(box.value);
      show();
    });
    document.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
      if (document.querySelector("dialog[open]")) return;
      const at = document.activeElement;
      const inRows = rows.contains(at);
      if (!inRows && at !== document.body) return;
      const links = [...rows.querySelectorAll("tbody a[id]")];
      const now = inRows ? links.findIndex((link) => link.closest("tr") === at.closest("tr")) : -1;
      const step = { ArrowUp: -1, ArrowDown: 1, k: -1, j: 1 }[event.key];
      if (step && links.length) {
        event.preventDefault();
        links[Math.max(0, Math.min(links.length - 1, now + step))].focus();
      } else if ((event.key === " " || event.key === "x") && now >= 0 && at.tagName === "A") {
        event.preventDefault();
        const box = at.closest("tr").querySelector('[name="numbers"]');
        box.checked = !box.checked;
        note(box);
        show();
      }
    });
    addEventListener("pageshow", () => {
      for (const box of boxes()) note(box);
      show();
    });
  }

  document.getElementById("print")?.addEventListener("click", () => print());
}
