// Sending: what the customer writes is kept until the desk has acknowledged it. The client_id makes a repeat harmless.
const waiting = []; // timeline items without an acknowledgement, oldest first
let attempts = 0; // failures in a row
let flushing = false;
let notBefore = 0; // set by 429
let flushTimer;

function post(words, file) {
  const last = waiting.length ? waiting[waiting.length - 1].message.at : 0;
  const message = { ...words, client_id: uuid(), at: Math.max(Date.now(), last + 1) };
  unsent.keep(message);
  pend({ ...message, file });
  tidy();
  toEnd();
  connect();
  flush();
}

// A picture is kept in memory only: after a reload its place remains, to say so.
function pend(message) {
  const { client_id, text, title, at, file } = message;
  const shown = file ? { text: "", picture: { file } } : { text: text || title || say("picture") };
  const item = make({ from: "customer", kind: "text", ...shown, at, client_id }, Infinity);
  item.message = message;
  waiting.push(item);
  place(item);
  mark(item);
}

function mark(item, key = offline() ? "offlineItem" : attempts > 2 ? "failed" : "sending", gaps) {
  const words = say(key, gaps);
  if (item.foot.textContent === words) return;
  item.foot.replaceChildren(key === "failed" ? h("button.fault", { click: retry }, words) : words);
}

// No answer from the desk: here or where the connection is made.
function stalled() {
  attempts++;
  waiting.forEach((item) => mark(item));
}

function retry() {
  attempts = 0;
  waiting.forEach((item) => mark(item));
  endNap();
  connect();
  flush();
}

function acknowledged(item) {
  unsent.drop(item.message);
  item.message = null;
  item.foot.replaceChildren();
  waiting.splice(waiting.indexOf(item), 1);
}

function accept(item, seq) {
  acknowledged(item);
  if (find((other) => other !== item && other.seq === seq)) return remove(item);
  item.seq = seq;
  place(item);
}

// The desk will never take this one: say why under the bubble and go on with the next.
function reject(item, words) {
  const settled = timeline.filter((other) => other.seq < Infinity);
  acknowledged(item);
  item.seq = (settled.length ? settled[settled.length - 1].seq : 0) + 0.001;
  item.rejected = true;
  item.foot.replaceChildren(h("span.fault", { role: "alert" }, words));
  place(item);
}

function flushLater(ms) {
  clearTimeout(flushTimer);
  flushTimer = setTimeout(flush, ms);
}

async function flush() {
  if (flushing || !session || Date.now() < notBefore) return;
  flushing = true;
  try {
    await drain();
  } finally {
    flushing = false;
  }
}

async function drain() {
  while (waiting.length && session) {
    const was = atEnd();
    const item = waiting[0];
    const { client_id, text, button, picture, file } = item.message;
    mark(item);
    try {
      const { seq } = picture
        ? await upload(client_id, file, (n) => setText(item.foot, say("sending") + n + "%"))
        : await ask("messages", button ? { client_id, button } : { client_id, text });
      attempts = 0;
      if (item.message && waiting.includes(item)) accept(item, seq);
      kept.write({ talked: true });
    } catch (failure) {
      if (!waiting.includes(item)) continue; // acknowledged by the stream meanwhile, or another customer now
      const { status, body } = failure;
      if ([400, 413, 422].includes(status)) {
        reject(item, body.message || say("rejected"));
      } else if (status === 429) {
        const seconds = Math.min(60, Math.max(1, Math.ceil(body.retry_after || 2)));
        notBefore = Date.now() + seconds * SECOND;
        mark(item, "slow", { n: seconds });
        return flushLater(seconds * SECOND + 50);
      } else {
        stalled();
        return flushLater(backOff(attempts));
      }
    }
    tidy();
    if (was) toEnd();
  }
}
