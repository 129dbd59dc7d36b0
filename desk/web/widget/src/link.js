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

// Old entries are not read out by screen readers.
function quietly(change) {
  log.setAttribute("aria-live", "off");
  change();
  setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
}

async function loadNewest(mine) {
  const page = await ask("history?limit=" + PAGE);
  if (mine !== run) return;
  quietly(() => {
    clearLog(false);
    chat.cursor = 0;
    chat.loaded = true;
    greet();
    page.entries.forEach(take);
    older.hidden = !page.more;
    tidy();
    toEnd();
  });
  countUnread();
}

let loadingOlder = false;
async function loadOlder() {
  if (loadingOlder || !timeline.length || !session) return;
  const mine = run;
  loadingOlder = true;
  try {
    const page = await ask(`history?before=${timeline[0].seq}&limit=${PAGE}`);
    if (mine !== run) return;
    const { scrollHeight, scrollTop } = log;
    quietly(() => {
      if (root.activeElement === older) log.focus();
      page.entries.forEach(take);
      older.hidden = !page.more;
      tidy();
    });
    log.scrollTop = scrollTop + log.scrollHeight - scrollHeight;
  } catch {
    // The button stays: the customer may press it again.
  } finally {
    loadingOlder = false;
  }
}

// One broken entry must not stop those after it.
function take(entry) {
  chat.cursor = Math.max(chat.cursor, entry.seq);
  try {
    return show(entry);
  } catch (fault) {
    console.error("Kamidesk: entry not shown", fault);
  }
}

function receive(kind, data) {
  if (kind === "entry") {
    const news = !find((item) => item.seq === data.seq);
    if (data.from !== "customer") showTyping(false);
    const was = take(data);
    tidy();
    keepAtEnd(was);
    countUnread();
    if (news && data.from !== "customer") {
      if (!isOpen()) announce(say("newMessage"));
      emit("message", { seq: data.seq, from: data.from }); // not the text: other scripts on the page need no card keys
    }
  } else if (kind === "state") setState(data);
  else if (kind === "typing") data.from !== "customer" && showTyping(data.on);
  else if (kind === "reset") {
    chat.loaded = false;
    disconnect();
    connect();
  }
}

async function follow(mine) {
  const stop = new AbortController();
  let live = false;
  let guard;
  const watch = (ms) => {
    clearTimeout(guard);
    guard = setTimeout(() => stop.abort(), ms);
  };
  const alive = () => {
    watch(SILENCE);
    if (live) return;
    live = true;
    streamFaults = 0;
    pollRounds = 3;
    restored();
  };
  stopNow = () => stop.abort();
  watch(FIRST_BYTE);
  try {
    await readEvents(await reach("events?after=" + chat.cursor, null, stop.signal), alive, (kind, data) => mine === run && receive(kind, data));
  } finally {
    clearTimeout(guard);
    if (!live && session && mine === run && ++streamFaults > 1) pollRounds = Math.min(60, pollRounds * 2);
  }
}

// Where streams do not come through (buffering proxies, old WebViews).
async function poll(mine) {
  for (let round = 0; round < pollRounds && mine === run; round++) {
    const stop = new AbortController();
    const began = Date.now();
    stopNow = () => stop.abort();
    let answer;
    try {
      answer = await ask(`poll?after=${chat.cursor}&wait=${chat.down ? 0 : 20}`, null, 30 * SECOND, stop);
    } catch (failure) {
      streamFaults = 0; // nothing comes through: no fault of the streams
      throw failure;
    }
    if (mine !== run) return;
    restored();
    answer.entries.forEach((entry) => receive("entry", entry));
    if (answer.state) setState(answer.state);
    if (!answer.entries.length && Date.now() - began < SECOND) await nap(SECOND);
  }
  streamFaults = 1;
}

function setState(state) {
  chat.state = state || { owner: "bot" };
  showBanner();
}

let readTimer;
function countUnread() {
  const { seen = 0 } = kept.read();
  const known = timeline.filter((item) => item.seq < Infinity && !item.rejected);
  const last = known.length ? known[known.length - 1].seq : 0;
  if (!isOpen() || document.hidden) {
    const news = (item) => item.seq > seen && (item.entry.kind === "rating" || ["bot", "agent"].includes(item.entry.from));
    return showUnread(known.filter(news).length);
  }
  showUnread(0);
  if (last <= seen) return;
  kept.write({ seen: last });
  clearTimeout(readTimer);
  readTimer = setTimeout(() => ask("read", { seq: last }).catch(() => {}), 600);
}
