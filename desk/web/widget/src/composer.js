// Writing: the box grows, counts, keeps the draft of this tab, and lets input methods use Enter.

const length = (text) => [...text].length; // as the desk counts: characters, not UTF-16 units

function grow() {
  input.style.height = "auto";
  if (isOpen()) input.style.height = Math.min(input.scrollHeight + 2, 132) + "px"; // hidden: nothing to measure yet
  const n = length(input.value);
  const over = n - chat.limit;
  setText(counter, over > 0 ? say("tooLong", { n: over }) : n > chat.limit - 200 ? n + "/" + chat.limit : "");
  counter.classList.toggle("fault", over > 0);
  sender.classList.toggle("ready", !!input.value.trim() && over <= 0);
}

let typingSent = 0;
function typed() {
  const was = atEnd();
  grow();
  if (was) toEnd();
  passing.set(DRAFT, input.value);
  // Only a person looks at it.
  if (!session || !input.value.trim() || !["agent", "queued"].includes(chat.state.owner) || Date.now() - typingSent < 3 * SECOND) return;
  typingSent = Date.now();
  ask("typing", {}).catch(() => {});
}

function setDraft(text) {
  input.value = text;
  passing.set(DRAFT, text);
  grow();
}

function sendDraft() {
  const text = input.value.trim();
  if (length(text) > chat.limit) announce(counter.textContent);
  if (!text || input.disabled || length(text) > chat.limit) return;
  setDraft("");
  typingSent = 0;
  post({ text });
  input.focus();
}

// Enter while an input method is composing picks a word; 229 is what Safari and old WebViews report then.
const composing = (event) => event.isComposing || event.keyCode === 229;

function typedKey(event) {
  if (event.key !== "Enter" || event.shiftKey || composing(event)) return;
  event.preventDefault();
  sendDraft();
}

// After a pressed choice: back to writing; on phones without calling up the keyboard.
function focusComposer() {
  (onTouch() ? log : input).focus();
}
