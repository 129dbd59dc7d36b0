// What comes from the desk: history, entries, states, and how far the customer has read.

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
    return showUnread(known.filter((item) => item.seq > seen && item.entry.from !== "customer").length);
  }
  showUnread(0);
  if (last <= seen) return;
  kept.write({ seen: last });
  clearTimeout(readTimer);
  readTimer = setTimeout(() => ask("read", { seq: last }).catch(() => {}), 600);
}
