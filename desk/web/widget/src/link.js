// The connection: session, history, then a stream that is followed for as long as the chat is wanted.
const fresh = () => ({ token: null, name: "", state: { owner: "bot" }, cursor: 0, loaded: false, down: false, blocked: "" });
const chat = { ...fresh(), user: null, limit: 2000 };
let identity; // undefined: the page has not said; null: a guest; otherwise what the shop's server signed
let session = false; // chat.token has been confirmed on this page
let badToken = null; // refused by the desk, not to be offered again
let wanted = false;
let active = false;
let run = 0; // a newer run ends the older one
let tries = 0;
let streamFaults = 0; // streams in a row that stayed silent
let pollRounds = 3; // polls until streams get another chance
let stopNow = () => {};
let endNap = () => {};
let downTimer;

const offline = () => navigator.onLine === false;
const nap = (ms) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    endNap = () => (clearTimeout(timer), resolve());
  });

function connect() {
  if (active || !wanted || chat.blocked) return;
  active = true;
  keepConnected(++run);
}

function disconnect() {
  run++;
  active = false;
  stopNow();
  endNap();
}

async function keepConnected(mine) {
  while (mine === run) {
    try {
      await prepare(mine);
      if (mine !== run) return;
      flush();
      await (streamFaults < 2 ? follow(mine) : poll(mine));
      if (mine === run) await nap(backOff(1));
    } catch (failure) {
      if (mine !== run) return;
      const { error = "", retry_after = 0 } = failure.body || {};
      if (error.startsWith("identify_")) return block("expired");
      lost();
      stalled();
      await nap(Math.max(backOff(++tries), retry_after * SECOND));
    }
  }
}

async function prepare(mine) {
  if (!session) {
    // One tab at a time, so that two tabs of a new visitor end up in one conversation.
    const alone = (task) => (navigator.locks ? navigator.locks.request(KEPT, task) : task());
    await alone(() => openSession(mine));
  }
  if (mine === run && !chat.loaded) await loadNewest(mine);
}

async function openSession(mine) {
  const saved = kept.read().token || null;
  const token = saved === badToken ? null : saved;
  const answer = await ask("session", { identify: identity || null, token });
  if (mine !== run) return;
  if (token !== answer.token) chat.loaded = false;
  chat.token = answer.token;
  chat.name = answer.visitor && answer.visitor.signed_in ? answer.visitor.name : "";
  chat.limit = (answer.limits && answer.limits.text) || chat.limit;
  session = true;
  kept.write({ token: chat.token, user: chat.user });
  setState(answer.state);
}

// The desk no longer knows the token: the next round of keepConnected opens a new session.
function sessionLost() {
  badToken = chat.token;
  chat.token = null;
  chat.loaded = session = false;
  stopNow();
  connect();
}

function block(reason) {
  disconnect();
  chat.blocked = reason;
  setEnabled(false);
  showBanner();
  emit(reason);
}

function lost() {
  if (chat.down) return showBanner();
  chat.down = true;
  tidy();
  clearTimeout(downTimer);
  downTimer = setTimeout(showBanner, offline() ? 0 : 1200); // a short hiccup is not worth a word
}

function restored() {
  clearTimeout(downTimer);
  tries = 0;
  chat.down = false;
  showBanner();
}
