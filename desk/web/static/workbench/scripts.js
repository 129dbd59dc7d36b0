// Canned replies: "/" at the start of a line opens the list. What a script could not fill in is shown and stops sending.
"use strict";
{
  const area = document.getElementById("text");
  const picker = document.getElementById("picker");
  const gaps = document.getElementById("gaps");
  if (area && picker) {
    const id = document.getElementById("dialogue").dataset.id;
    // With a Chinese input method the same key writes "、".
    const TRIGGER = /(?:^|\n)([/、／][^\s/、／]*)$/;
    const GAP = /\{(客户|订单号|商品|客服|工单号)\}/g;
    const MOST = 30;
    let all = null;
    let found = [];
    let chosen = 0;
    let from = -1;

    const close = () => {
      picker.hidden = true;
      from = -1;
    };

    const load = async () => {
      try {
        const answer = await fetch(`/desk/c/${encodeURIComponent(id)}/scripts`, { headers: { "HX-Request": "true" } });
        if (!answer.ok) throw new Error(answer.status);
        return await answer.json();
      } catch {
        Desk.toast("话术没有载入，请重试", "bad");
        return [];
      }
    };

    /** Return how well a script answers to what was typed; 0 is not at all. */
    const nearness = (script, asked) => {
      if (!asked) return 1;
      if (script.keys.some((key) => key.toLowerCase().startsWith(asked))) return 5;
      if (script.title.toLowerCase().includes(asked)) return 4;
      if (script.initials.split(" ").some((letters) => letters.startsWith(asked))) return 3;
      if (script.group.includes(asked) || script.initials.includes(asked)) return 2;
      return script.text.toLowerCase().includes(asked) ? 1 : 0;
    };

    const row = (script, number) => {
      const item = document.createElement("div");
      item.id = `script-${number}`;
      item.className = "option";
      item.setAttribute("role", "option");
      const line = document.createElement("p");
      const name = document.createElement("b");
      name.textContent = script.title;
      const about = document.createElement("small");
      about.textContent = script.group;
      line.append(name, " ", about);
      if (script.fits) {
        const tag = document.createElement("span");
        tag.className = "tag";
        tag.textContent = "合适";
        line.append(" ", tag);
      }
      const text = document.createElement("span");
      text.className = "text";
      text.textContent = script.text;
      item.append(line, text);
      item.addEventListener("mousedown", (event) => {
        event.preventDefault(); // the caret stays where it is
        chosen = number;
        take();
      });
      return item;
    };

    const mark = () => {
      for (const [number, item] of [...picker.querySelectorAll(".option")].entries()) {
        item.setAttribute("aria-selected", String(number === chosen));
        if (number === chosen) item.scrollIntoView({ block: "nearest" });
      }
      area.setAttribute("aria-activedescendant", `script-${chosen}`);
    };

    const take = () => {
      const script = found[chosen];
      const start = from;
      if (!script || start < 0) return;
      close();
      Desk.insert(script.text, start, area.selectionStart);
    };

    const look = async () => {
      const typed = TRIGGER.exec(area.value.slice(0, area.selectionStart));
      if (!typed || document.getElementById("composer").classList.contains("noting")) return close();
      from = area.selectionStart - typed[1].length;
      if (picker.hidden) all = null; // the conversation may have moved on since
      all ??= load();
      const asked = typed[1].slice(1).toLowerCase();
      const scripts = await all;
      if (from < 0) return undefined;
      found = scripts
        .map((script, place) => ({ script, place, near: nearness(script, asked) }))
        .filter((one) => one.near)
        .sort((a, b) => b.near - a.near || a.place - b.place)
        .slice(0, MOST)
        .map((one) => one.script);
      chosen = 0;
      picker.replaceChildren(...found.map(row));
      if (!found.length) picker.textContent = "没有这样的话术，Esc 关闭";
      picker.hidden = false;
      mark();
      return undefined;
    };

    // What is not filled in yet
    const missing = () => [...area.value.matchAll(GAP)];
    const showGaps = () => {
      const names = [...new Set(missing().map((gap) => gap[0]))];
      gaps.hidden = !names.length;
      gaps.replaceChildren("还没填：");
      for (const name of names) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "small";
        button.textContent = name;
        button.addEventListener("click", () => Desk.toGap(name));
        gaps.append(button, " ");
      }
    };
    /** Select the next gap (of that name); return whether there is one. */
    Desk.toGap = (name = "") => {
      const all = missing().filter((gap) => !name || gap[0] === name);
      const next = all.find((gap) => gap.index > area.selectionStart) || all[0];
      if (!next) return false;
      area.focus();
      area.setSelectionRange(next.index, next.index + next[0].length);
      return true;
    };

    area.addEventListener("input", (event) => {
      showGaps();
      if (!event.isComposing) look();
    });
    document.getElementById("open-scripts").addEventListener("mousedown", (event) => {
      event.preventDefault();
      if (!TRIGGER.test(area.value.slice(0, area.selectionStart))) {
        const line = area.selectionStart && area.value[area.selectionStart - 1] !== "\n" ? "\n/" : "/";
        Desk.insert(line);
      }
    });
    area.addEventListener("compositionend", () => setTimeout(look));
    area.addEventListener("blur", close);
    area.addEventListener("click", () => !picker.hidden && look());
    area.addEventListener(
      "keydown",
      (event) => {
        if (event.isComposing || event.keyCode === 229) return;
        if (event.altKey && event.code === "KeyG") {
          event.preventDefault();
          Desk.toGap();
          return;
        }
        if (picker.hidden) return;
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (step && !event.altKey) {
          chosen = (chosen + step + found.length) % (found.length || 1);
          mark();
        } else if (event.key === "Escape") close();
        else if ((event.key === "Enter" || event.key === "Tab") && found.length && !event.shiftKey) take();
        else return;
        event.preventDefault();
        event.stopImmediatePropagation();
      },
      true,
    );
    addEventListener("DOMContentLoaded", showGaps);
  }
}
