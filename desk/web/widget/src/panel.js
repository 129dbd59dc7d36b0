// The launcher and the window: what stands around the conversation.
const accent = /^#[\da-f]{6}$/i.test(OPTIONS.color || "") ? OPTIONS.color : "#1f6feb";

// WCAG's relative luminance: above 0.19 dark text on it is easier to read than white, and it is no colour for text itself.
const [red, green, blue] = [1, 3, 5].map((at) => (parseInt(accent.slice(at, at + 2), 16) / 255) ** 2.2);
const bright = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.19;

const host = h("div", { id: "kamidesk" });
host.style.setProperty("all", "initial", "important"); // the page's own rules stay outside
host.style.setProperty("--accent", accent);
host.style.setProperty("--on-accent", bright ? "#16181d" : "#fff");
host.style.setProperty("--on-white", bright ? "#16181d" : accent);
const root = host.attachShadow({ mode: "open" });
try {
  const sheet = new CSSStyleSheet(); // no <style> element: works under a strict style-src
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
} catch {
  root.append(h("style", null, STYLE));
}

const badge = h("span.badge", { hidden: true, "aria-hidden": "true" });
const launcher = h("button.launcher", { "aria-haspopup": "dialog", click: () => open() }, icon("chat"), badge);
const banner = h("div.banner", { role: "status", hidden: true });
const news = h("div.sr", { role: "status" });
const counter = h("div.counter", { id: "counter" });
const input = h("textarea", {
  rows: 1,
  "aria-label": say("composeLabel"),
  "aria-describedby": "counter",
  placeholder: say("compose"),
  enterkeyhint: "send",
  autocomplete: "off",
  keydown: typedKey,
  input: typed,
});
const sender = h("button.send", { type: "submit", "aria-label": say("send") }, icon("send"));
const attach = h("button.send", { "aria-label": say("attach"), click: () => picker.click() }, icon("picture"));
const composer = h(
  "form.composer",
  { submit: (event) => (event.preventDefault(), sendDraft()) },
  input,
  attach,
  picker,
  sender,
  counter,
);
const panel = h(
  "section.panel",
  { role: "dialog", "aria-labelledby": "title", hidden: true, tabindex: -1, keydown: panelKey, paste: pasted, dragover: dragged, dragleave: dragged, drop: dragged },
  h(
    "header",
    null,
    icon("chat"),
    h("h2", { id: "title" }, OPTIONS.title || say("title")),
    h("button.close", { "aria-label": say("close"), click: () => close() }, icon("close")),
  ),
  banner,
  log,
  newer,
  composer,
);
const frame = h("div.frame", { lang: LANG }, launcher, panel, news, viewer);
root.append(frame);

const isOpen = () => !panel.hidden;

function announce(words) {
  news.textContent = "";
  setTimeout(() => (news.textContent = words), 50); // the same words twice are read twice
}

function showUnread(n) {
  if (showUnread.last === n) return;
  showUnread.last = n;
  badge.hidden = !n;
  badge.textContent = n > 99 ? "99+" : n;
  launcher.setAttribute("aria-label", n ? say("launchUnread", { n }) : say("launch"));
  emit("unread", n);
}

function showBanner() {
  const { owner, position, agent, note } = chat.state;
  let words = "";
  if (chat.blocked) words = say(chat.blocked);
  else if (chat.down) words = say(offline() ? "offline" : "reconnecting");
  else if (owner === "queued" && note) words = note;
  else if (owner === "queued") words = position > 1 ? say("queued", { n: position - 1 }) : say(position ? "queuedNext" : "queuedAny");
  else if (owner === "agent") words = agent ? say("served", { name: agent.replace(/^客服/, "") }) : say("servedAny");
  else if (owner === "closed") words = say("closed");
  const was = atEnd();
  banner.classList.toggle("trouble", !!chat.blocked || chat.down);
  banner.hidden = !words;
  setText(banner, words);
  if (was) toEnd();
}

function setEnabled(on) {
  input.disabled = sender.disabled = attach.disabled = !on;
}

const onTouch = () => MOBILE.matches || matchMedia("(pointer: coarse)").matches;
let pageOverflow = null;

function open(draft, { quiet = false } = {}) {
  if (typeof draft === "string" && !input.value) setDraft(draft);
  if (!isOpen()) {
    panel.hidden = false;
    launcher.hidden = true;
    passing.set(OPEN, "1");
    start();
    showBanner();
    emit("open");
  }
  fit();
  grow();
  toEnd();
  countUnread();
  if (!quiet) (onTouch() ? panel : input).focus();
}

function close() {
  if (!isOpen()) return;
  const inside = root.activeElement;
  panel.hidden = true;
  launcher.hidden = false;
  passing.drop(OPEN);
  fit();
  countUnread();
  if (inside) launcher.focus();
  emit("close");
}

function panelKey(event) {
  if (event.key === "Escape" && !composing(event)) {
    event.stopPropagation();
    return close();
  }
  if (event.key !== "Tab" || !MOBILE.matches) return;
  // Full screen: nothing behind it may take the focus.
  const stops = [...panel.querySelectorAll("button,textarea,input,a[href],[tabindex='0']")].filter(
    (node) => !node.disabled && node.getClientRects().length,
  );
  const edge = stops[event.shiftKey ? 0 : stops.length - 1];
  if (root.activeElement !== edge && !(event.shiftKey && root.activeElement === panel)) return;
  event.preventDefault();
  stops[event.shiftKey ? stops.length - 1 : 0].focus();
}

// Full screen on phones: follow the part that the on-screen keyboard leaves free.
function fit() {
  const full = isOpen() && MOBILE.matches;
  const view = window.visualViewport;
  const was = atEnd();
  panel.setAttribute("aria-modal", full);
  panel.style.height = full && view ? view.height + "px" : "";
  panel.style.top = full && view ? view.offsetTop + "px" : "";
  const page = document.documentElement.style;
  if (full && pageOverflow === null) {
    pageOverflow = page.overflow;
    page.overflow = "hidden";
  } else if (!full && pageOverflow !== null) {
    page.overflow = pageOverflow;
    pageOverflow = null;
  }
  if (was) toEnd();
}
