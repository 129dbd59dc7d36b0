// What a page tells its user: short messages, questions before big steps, dialogs, how long something has lasted.
"use strict";
const Desk = (window.Desk = {});

Desk.toast = (text, kind = "good") => {
  const box = document.getElementById("toasts");
  if (!box || !text) return;
  const line = document.createElement("p");
  line.className = kind;
  line.textContent = text;
  box.append(line);
  setTimeout(() => line.remove(), kind === "bad" ? 7000 : 3500);
  while (box.children.length > 4) box.firstChild.remove();
  // Shown anew each time, so that it stands above a dialog that was opened meanwhile.
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover();
};

/** The message in a failed answer of the desk; a general one when there is none. */
Desk.reason = (text) => {
  try {
    return JSON.parse(text).message || "操作没有成功，请重试";
  } catch {
    return "操作没有成功，请重试";
  }
};

document.addEventListener("htmx:responseError", (event) => {
  Desk.toast(Desk.reason(event.detail.xhr.responseText), "bad");
  // Most refusals mean that the page was behind: a colleague was quicker.
  if (event.detail.requestConfig.verb !== "get") htmx.trigger(document.body, "desk:refresh");
});
document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.requestConfig.verb !== "get") Desk.toast("网络不通，操作没有发出去，请重试", "bad");
});
document.addEventListener("desk:told", (event) => Desk.toast(event.detail.value));

// Questions: `hx-confirm` on the form, or `data-ask` on the button that was pressed.
document.addEventListener("htmx:confirm", (event) => {
  const pressed = event.detail.triggeringEvent?.submitter;
  const question = event.detail.question || pressed?.dataset.ask;
  if (!question) return;
  event.preventDefault();
  const box = document.getElementById("question");
  box.querySelector("p").textContent = question;
  box.returnValue = "";
  box.addEventListener("close", () => box.returnValue === "yes" && event.detail.issueRequest(true), { once: true });
  box.showModal();
  box.querySelector(".primary").focus();
});

// The dialog opens when its content has come and closes by its button, by Escape or when its work is done.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "dialog" && !event.detail.target.open) event.detail.target.showModal();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
});
document.addEventListener("desk:close-dialog", () => document.getElementById("dialog").close());

document.getElementById("sign-out")?.addEventListener("submit", () => sessionStorage.clear());

// Times that count on, by the desk's clock: the browser's may be wrong.
const ahead = Date.parse(document.body.dataset.now) - Date.now() || 0;
const lasted = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 1440) return `${Math.floor(minutes / 1440)}天${Math.floor((minutes % 1440) / 60)}小时`;
  if (minutes >= 60) return `${Math.floor(minutes / 60)}小时${String(minutes % 60).padStart(2, "0")}分`;
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
};
Desk.tick = () => {
  for (const time of document.querySelectorAll("time[data-since]")) {
    const until = time.dataset.until ? Date.parse(time.dataset.until) : Date.now() + ahead;
    const seconds = Math.max(0, Math.floor((until - Date.parse(time.dataset.since)) / 1000));
    const text = lasted(seconds);
    if (time.textContent !== text) time.textContent = text;
    time.classList.toggle("long", !time.dataset.until && seconds >= 120);
  }
  document.querySelectorAll("time[data-due]").forEach(left);
};
// What is promised counts down, and on when it is late. The class is the colour, the words say the same.
const left = (time) => {
  const seconds = Math.floor((Date.parse(time.dataset.due) - Date.now() - ahead) / 1000);
  const late = seconds < 0;
  const text = late ? `超时 ${lasted(-seconds)}` : `剩 ${lasted(seconds)}`;
  if (time.textContent !== text) time.textContent = text;
  const warned = Date.now() + ahead >= Date.parse(time.dataset.warn);
  time.classList.toggle("over", late);
  time.classList.toggle("warn", !late && warned);
  time.classList.toggle("fine", !late && !warned);
};
Desk.tick();
setInterval(Desk.tick, 1000);
document.addEventListener("htmx:afterSettle", Desk.tick);
