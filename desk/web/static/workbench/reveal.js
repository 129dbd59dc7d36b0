// Masked values: asked for with a reason, shown for a moment, masked again. The value stands in no attribute.
"use strict";
{
  const shown = (mark, answer) => {
    for (const place of document.querySelectorAll(".masked")) {
      if (place.dataset.masked !== mark) continue;
      const value = place.querySelector(".value");
      const before = value.textContent;
      const button = place.querySelector("button");
      value.textContent = answer.value;
      place.classList.add("open");
      if (button) button.hidden = true;
      setTimeout(() => {
        value.textContent = before;
        place.classList.remove("open");
        if (button) button.hidden = false;
      }, answer.seconds * 1000);
    }
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.reveal) return;
    event.preventDefault();
    const wrong = form.querySelector(".error");
    const button = form.querySelector(".primary");
    button.disabled = true;
    try {
      const answer = await fetch("/desk/reveal", {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-CSRF-Token": document.body.dataset.csrf, "HX-Request": "true" },
        cache: "no-store",
      });
      const text = await answer.text();
      if (answer.ok) {
        form.closest("dialog").close();
        shown(form.dataset.reveal, JSON.parse(text));
        form.remove();
        return;
      }
      wrong.textContent = Desk.reason(text);
    } catch {
      wrong.textContent = "网络不通，请重试";
    }
    wrong.hidden = false;
    button.disabled = false;
  });
}
