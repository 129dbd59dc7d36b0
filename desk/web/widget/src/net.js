// HTTP to the desk. Every failure becomes a Failure; status 0 means that no answer came.
class Failure extends Error {
  constructor(status, body) {
    super(body.error || "no_answer");
    this.status = status;
    this.body = body;
  }
}

async function reach(path, body, signal) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  const { token } = chat;
  if (token) headers.Authorization = "Bearer " + token;
  let response;
  try {
    response = await fetch(BASE + "/widget/v1/" + path, {
      method: body ? "POST" : "GET",
      headers,
      body: body && JSON.stringify(body),
      signal,
      credentials: "omit",
      cache: "no-store",
    });
  } catch {
    throw new Failure(0, {});
  }
  if (response.ok) return response;
  if (response.status === 401 && path !== "session" && token === chat.token) sessionLost();
  throw new Failure(response.status, await response.json().then((json) => json || {}, () => ({})));
}

// One JSON answer, given up after `patience` ms; `stop` may end it earlier.
async function ask(path, body, patience = 15 * SECOND, stop = new AbortController()) {
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const response = await reach(path, body, stop.signal);
    return response.status === 204 ? {} : await response.json();
  } finally {
    clearTimeout(timer);
  }
}

// Reads server-sent events from a fetch body (EventSource cannot send the token in a header).
async function readEvents(response, onByte, onEvent) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onByte();
    const frames = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
    rest = frames.pop();
    for (const frame of frames) {
      const fields = { data: "" };
      for (const line of frame.split(/\r?\n/)) {
        const colon = line.indexOf(":");
        if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trim();
      }
      if (fields.data) onEvent(fields.event, parsed(fields.data));
    }
  }
}

// Jittered exponential back-off in ms, so that a restarted desk is not hit by everyone at once.
function backOff(tries) {
  return Math.min(30, 2 ** (tries - 1)) * SECOND * (0.5 + Math.random() / 2);
}
