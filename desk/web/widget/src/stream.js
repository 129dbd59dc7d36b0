// Following the conversation: a stream, or long polls where streams do not come through.

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
