// Who is talking, and what the page may call: Kamidesk("identify" | "open" | "close" | "on" | "logout" | "destroy", …).
const listeners = [];
const life = new AbortController();
let settled = false; // the page has had its chance to identify the customer
let parkTimer;

function emit(name, detail) {
  for (const [wish, call] of listeners) {
    if (wish !== name) continue;
    try {
      call(detail);
    } catch (fault) {
      console.error(fault);
    }
  }
}

// Nothing of the present customer stays on the screen or in memory.
function clearScreen() {
  disconnect();
  session = false;
  waiting.length = 0;
  attempts = 0;
  clearLog(true);
  Object.assign(chat, fresh());
  setEnabled(true);
  setDraft("");
  showUnread(0);
  showBanner();
}

function forget() {
  kept.drop();
  clearScreen();
}

function identify(who) {
  identity = who && who.id != null ? { id: String(who.id), name: String(who.name || ""), exp: who.exp, sig: who.sig } : null;
  const user = identity && identity.id;
  const before = kept.read().user || null;
  if (settled && session && before === user && chat.user === user && !chat.blocked) return; // the same customer again
  if (before && before !== user) forget();
  else clearLink();
  chat.user = user;
  kept.write({ user });
  if (settled) resume();
}

// A guest who signs in keeps what is on the screen; the desk merges both conversations.
function clearLink() {
  disconnect();
  chat.blocked = "";
  chat.loaded = session = false;
  setEnabled(true);
}

function logout() {
  forget();
  identity = chat.user = null;
  kept.write({ user: null });
  resume();
}

function settle() {
  if (settled) return;
  settled = true;
  if (identity === undefined) {
    if (kept.read().user) forget(); // signed out since the last page
    chat.user = null;
  }
  unsent.list().forEach(pend);
  const draft = passing.get(DRAFT);
  if (draft && !input.value) setDraft(draft);
  tidy();
}

function start() {
  settle();
  wanted = true;
  if (!document.hidden) connect();
}

// Before the first open nothing is requested, except for a customer who may have an answer waiting.
function resume() {
  const { token, talked } = kept.read();
  if (isOpen() || (token && talked) || waiting.length) start();
}

function destroy() {
  disconnect();
  close();
  clearTimeout(flushTimer);
  waiting.length = 0;
  life.abort();
  host.remove();
  delete window.Kamidesk;
}

// Another tab of this shop changed the session, or what has been read.
function elsewhere(event) {
  if (!settled || (event.key !== KEPT && event.key !== null)) return;
  const { token, user = null } = kept.read();
  if (user !== chat.user || (session && !token)) {
    clearScreen();
    if (wanted) block("stale");
  } else if (session && token !== chat.token) {
    chat.token = token;
    chat.loaded = false;
    disconnect();
    connect();
  } else if (settled) countUnread();
}

function visibility() {
  clearTimeout(parkTimer);
  if (document.hidden) {
    parkTimer = setTimeout(disconnect, isOpen() ? HIDDEN_OPEN : HIDDEN_CLOSED);
  } else {
    connect();
    if (settled) countUnread();
  }
}

const COMMANDS = {
  identify,
  open: (draft) => open(draft),
  close,
  logout,
  destroy,
  on: (name, call) => listeners.push([name, call]),
};

function command(name, ...details) {
  if (Object.keys(COMMANDS).includes(name)) COMMANDS[name](...details);
  else console.warn("Kamidesk: unknown command", name);
}

function boot() {
  const early = (window.Kamidesk && window.Kamidesk.q) || [];
  window.Kamidesk = command;
  window.Kamidesk.ready = true;
  document.body.append(host);
  showUnread(0);
  greet();
  const options = { signal: life.signal };
  const listen = (target, name, call) => target.addEventListener(name, call, options);
  listen(document, "visibilitychange", visibility);
  listen(window, "storage", elsewhere);
  listen(window, "pagehide", disconnect);
  listen(window, "pageshow", (event) => event.persisted && connect());
  listen(window, "online", () => {
    streamFaults = attempts = 0;
    showBanner();
    endNap();
    connect();
    flush();
  });
  listen(window, "offline", () => {
    stopNow();
    waiting.forEach((item) => mark(item));
    showBanner();
  });
  MOBILE.addEventListener("change", fit, options);
  if (window.visualViewport) ["resize", "scroll"].forEach((name) => listen(visualViewport, name, fit));
  for (const details of early) command(...details);
  const settleDown = () => {
    if (life.signal.aborted) return;
    settle();
    if (passing.get(OPEN) && !MOBILE.matches) open(null, { quiet: true });
    else resume();
  };
  if (document.readyState === "complete") setTimeout(settleDown);
  else listen(window, "load", settleDown);
}

if (document.body) boot();
else document.addEventListener("DOMContentLoaded", boot);
