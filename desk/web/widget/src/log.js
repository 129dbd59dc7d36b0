// The conversation on the screen, in the order of the desk's numbers; what is not acknowledged yet stands at the end.
const timeline = [];
const older = h("button.older", { hidden: true, click: () => loadOlder() }, say("older"));
const hello = h("div.hello");
const dots = h("div.dots", { hidden: true, "aria-hidden": "true" }, h("i"), h("i"), h("i"));
const log = h("div.log", { role: "log", "aria-live": "polite", "aria-label": say("log"), tabindex: 0 }, older, hello, dots);
const newer = h("button.newer", { hidden: true, click: () => toEnd() }, say("newer"));

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 90;

function toEnd() {
  log.scrollTop = log.scrollHeight;
  newer.hidden = true;
}

// Content at the end has grown: follow it, or offer to when the customer is reading further up.
function keepAtEnd(was = true) {
  if (was) toEnd();
  else newer.hidden = false;
}

function find(test) {
  return timeline.find(test);
}

function place(item) {
  const old = timeline.indexOf(item);
  if (old >= 0) timeline.splice(old, 1);
  let at = timeline.length;
  while (at && timeline[at - 1].seq > item.seq) at--;
  timeline.splice(at, 0, item);
  const before = at ? timeline[at - 1].node : hello;
  if (item.node.previousSibling !== before) before.after(item.node);
}

function remove(item) {
  timeline.splice(timeline.indexOf(item), 1);
  item.node.remove();
}

function speaker({ from, name }) {
  if (from === "customer") return say("you");
  return from === "system" ? say("system") : name || say(from);
}

function body(item) {
  const { entry } = item;
  if (entry.kind === "rating" && entry.rating) return [ratingForm(entry)];
  const group = (item.group = choices(entry));
  const cards = entry.cards || [];
  const orders = cards.filter((card) => card.type === "order").map((card) => orderCard(card, group));
  const keys = cards.filter((card) => card.type === "key").map(keyCard);
  const said = entry.picture ? thumbnail(entry) : entry.text && h("div.bubble", null, h("span.sr", null, speaker(entry) + "："), ...rich(entry.text));
  const quick = (entry.buttons || []).map((button) => group.button("button.quick", button));
  return [
    said,
    ...orders,
    ...keys,
    copyAll(cards),
    quick.length && h("div.choices", { role: "group", "aria-label": say("choices") }, ...quick),
  ].filter(Boolean);
}

function make(entry, seq) {
  const notice = entry.kind === "notice" || entry.from === "system";
  const item = { seq, entry };
  item.sep = h("div.sep", { hidden: true });
  item.foot = h("div.foot");
  item.content = h("div.content", null, ...body(item));
  const face = h("div.face", { "aria-hidden": "true" }, speaker(entry).slice(-1));
  const who = h("div.who", { "aria-hidden": "true" }, entry.name || "", h("span.tag", null, say(entry.from === "agent" ? "agent" : "bot")));
  const mine = entry.from === "customer";
  item.node = h(
    "div.item." + (notice ? "notice" : mine ? "mine" : "theirs." + entry.from),
    null,
    item.sep,
    h("div.row", null, ...(notice || mine ? [] : [face]), h("div.column", null, ...(notice || mine ? [] : [who]), item.content, item.foot)),
  );
  return item;
}

// An entry from the desk. The same one may come twice (history, stream, other tab): it is shown once.
function show(entry) {
  const was = atEnd();
  const item = find((other) => other.seq === entry.seq) || find((other) => entry.client_id && other.entry.client_id === entry.client_id);
  if (!item) {
    place(make(entry, entry.seq));
    return was;
  }
  const changed = item.rejected || item.entry.text !== entry.text || (item.entry.rating || {}).stars !== (entry.rating || {}).stars;
  item.entry = entry;
  item.seq = entry.seq;
  item.rejected = false; // given up by this tab, sent by another
  if (item.message) acknowledged(item);
  if (changed) item.content.replaceChildren(...body(item));
  place(item);
  return was;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Separators, names, send states and used choices depend on the neighbours.
function tidy() {
  let before;
  for (const item of timeline) {
    const at = new Date(item.entry.at);
    const pause = !before || at - new Date(before.entry.at) > 5 * 60 * SECOND || midnight(at) !== midnight(before.entry.at);
    item.sep.hidden = !pause;
    setText(item.sep, pause ? when(at) : "");
    item.node.classList.toggle("head", pause || speaker(before.entry) !== speaker(item.entry));
    before = item;
  }
  let said = null;
  let last = true;
  for (const item of [...timeline].reverse()) {
    if (item.rejected) continue;
    if (item.entry.from === "customer") {
      said = item.entry.text;
      if (!item.message) setText(item.foot, last ? say("sent") : "");
      last = false;
    } else if (item.group && said !== null && !item.group.settled && item.group.titles.includes(said)) {
      item.group.settle(said);
    }
  }
  hello.hidden = timeline.length > 0 || !(chat.loaded || chat.down);
}

function greet() {
  const starters = WORDS.starters.map((text) => h("button.quick", { click: () => (post({ text }), focusComposer()) }, text));
  hello.replaceChildren(
    h("b", null, chat.name ? say("helloName", { name: chat.name }) : say("hello")),
    h("p", null, say("helloMore")),
    h("div.choices", null, ...starters),
  );
}

function clearLog(everything) {
  for (const item of [...timeline]) if (everything || item.seq !== Infinity) remove(item);
  older.hidden = true;
  dots.hidden = true;
  newer.hidden = true;
}

let dotsTimer;
function showTyping(on) {
  const was = atEnd();
  clearTimeout(dotsTimer);
  dots.hidden = !on;
  if (!on) return;
  if (was) toEnd();
  dotsTimer = setTimeout(() => (dots.hidden = true), 12 * SECOND);
}

log.addEventListener("scroll", () => {
  if (atEnd()) newer.hidden = true;
  if (log.scrollTop < 40 && !older.hidden) loadOlder();
});
