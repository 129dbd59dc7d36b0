// What calls an agent who looks elsewhere: the number in the title, a short sound, a notification of the desktop.
"use strict";
{
  const KEY = "desk.alerts";
  const button = document.getElementById("alerts");
  const title = document.title;
  let known = null;
  let sound = null;

  const on = () => localStorage.getItem(KEY) === "on";
  const show = () => {
    button.setAttribute("aria-pressed", String(on()));
    button.textContent = on() ? "响铃" : "静音";
  };

  const ring = () => {
    try {
      sound ??= new AudioContext();
      const at = sound.currentTime;
      const tone = sound.createOscillator();
      const volume = sound.createGain();
      tone.frequency.setValueAtTime(880, at);
      tone.frequency.setValueAtTime(1175, at + 0.12);
      volume.gain.setValueAtTime(0.15, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.35);
      tone.connect(volume).connect(sound.destination);
      tone.start(at);
      tone.stop(at + 0.35);
    } catch {
      // A browser without sound still has the title and the notification.
    }
  };

  const call = (text) => {
    // Several tabs hear the same news: the first one calls.
    if (Date.now() - Number(localStorage.getItem("desk.rang") || 0) < 1500) return;
    localStorage.setItem("desk.rang", String(Date.now()));
    ring();
    if (document.visibilityState === "visible" || window.Notification?.permission !== "granted") return;
    const shown = new Notification("卡密客服台", { body: text, tag: "desk" });
    shown.onclick = () => (window.focus(), shown.close());
  };

  /** Look at the lists after each change: what is unread or waits, and what of it is new. */
  Desk.look = () => {
    const unread = [...document.querySelectorAll(".g-mine .item.unread")];
    const queue = [...document.querySelectorAll(".g-queue .item")];
    const count = unread.length + queue.length;
    document.title = count ? `(${count}) ${title}` : title;
    const now = new Map([...unread, ...queue].map((item) => [item.dataset.id, Number(item.dataset.seq)]));
    const news = known ? [...now].filter(([id, seq]) => !known.has(id) || known.get(id) < seq) : [];
    known = now;
    if (!news.length || !on()) return;
    const waits = queue.some((item) => item.dataset.id === news[0][0]);
    call(waits ? "有客户在排队等人工" : "客户有新消息");
  };

  button?.addEventListener("click", () => {
    if (on()) localStorage.removeItem(KEY);
    else {
      localStorage.setItem(KEY, "on");
      ring();
      if (window.Notification?.permission === "default") Notification.requestPermission();
    }
    Desk.toast(on() ? "新消息会响铃，离开页面时弹出桌面通知" : "提醒已关闭");
    show();
  });
  if (button) show();
}
