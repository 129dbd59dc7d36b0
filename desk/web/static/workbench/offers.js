// Offers: how many seconds are left to take a customer who is offered to this agent.
"use strict";
{
  const ahead = Date.parse(document.body.dataset.now) - Date.now() || 0; // the browser's clock may be wrong
  const show = () => {
    for (const time of document.querySelectorAll("time[data-ends]")) {
      const left = Math.max(0, Math.ceil((Date.parse(time.dataset.ends) - Date.now() - ahead) / 1000));
      const text = `${left} 秒`;
      if (time.textContent !== text) time.textContent = text;
    }
  };
  show();
  setInterval(show, 500);
  document.addEventListener("htmx:afterSettle", show);
}
