// HTTP to the desk. Every failure becomes a Failure; status 0 means that no answer came.
class Failure extends Error {
  constructor(status, body) {
    super(body.error);
    this.status = status;
    this.body = body;
  }
}

async function reach(path, body, signal) {
  const headers = {};
  if (body) headers["Content-Type"] = "application/json";
  const token = path !== "session" && chat.token;
  if (token) headers.Authorization = "Bearer " + token;
  let response;
  try {
    response = await fetch(BASE + "/widget/v1/" + path, {
      method: body ? "POST" : "GET",
      headers,
      body: body && JSON.stringify(body),
      signal,
      credentials: "omit",
      cache: path.startsWith("pictures") ? "default" : "no-store",
    });
  } catch {
    throw new Failure(0, {});
  }
  if (response.ok) return response;
  throw refused(response.status, (await response.json().catch(() => 0)) || {}, token);
}

function refused(status, body, token) {
  if (status === 401 && token && token === chat.token) sessionLost();
  return new Failure(status, body);
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

// A picture goes by XMLHttpRequest: fetch does not tell how much has gone.
function upload(client_id, file, progress) {
  const { token } = chat;
  const request = new XMLHttpRequest();
  return new Promise((done, fail) => {
    if (!file) throw new Failure(422, { message: say("lost") });
    request.open("POST", BASE + "/widget/v1/pictures?client_id=" + client_id);
    request.setRequestHeader("Authorization", "Bearer " + token);
    request.responseType = "json";
    request.timeout = 180 * SECOND;
    request.upload.onprogress = ({ loaded, total }) => progress(Math.floor((100 * loaded) / total));
    request.onloadend = () => {
      const { status, response } = request;
      status === 202 ? done(response) : fail(refused(status, response || {}, token));
    };
    request.send(file);
  });
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
