// Browser storage that never throws: private windows and locked-down WebViews fall back to memory.
function shelf(area) {
  const memory = new Map();
  const attempt = (use, otherwise) => {
    try {
      return use(window[area]);
    } catch {
      return otherwise;
    }
  };
  return {
    get: (key) => memory.get(key) ?? attempt((disk) => disk.getItem(key), null),
    set(key, value) {
      memory.delete(key);
      if (!attempt((disk) => (disk.setItem(key, value), true))) memory.set(key, value);
    },
    drop(key) {
      memory.delete(key);
      attempt((disk) => disk.removeItem(key));
    },
    keys: (prefix) =>
      [...new Set([...memory.keys(), ...attempt((disk) => Object.keys(disk), [])])].filter((key) => key.startsWith(prefix)),
  };
}

const lasting = shelf("localStorage");
const passing = shelf("sessionStorage"); // draft and open state: they end with the tab
const KEPT = "kamidesk:" + BASE;
const UNSENT = KEPT + ":unsent:";
const DRAFT = KEPT + ":draft";
const OPEN = KEPT + ":open";

function parsed(json) {
  try {
    return JSON.parse(json) || {};
  } catch {
    return {};
  }
}

// What outlives the page: {token, user, seen, talked}. Never an entry: those may show card keys.
const kept = {
  read: () => parsed(lasting.get(KEPT)),
  write: (change) => lasting.set(KEPT, JSON.stringify({ ...kept.read(), ...change })),
  drop() {
    lasting.drop(KEPT);
    unsent.list().forEach(unsent.drop);
  },
};

// Messages not acknowledged yet, one key each, so that two tabs never overwrite each other's list.
const unsent = {
  list: () =>
    lasting
      .keys(UNSENT)
      .map((key) => parsed(lasting.get(key)))
      .filter((message) => message.client_id)
      .sort((a, b) => a.at - b.at),
  keep: (message) => lasting.set(UNSENT + message.client_id, JSON.stringify(message)),
  drop: (message) => lasting.drop(UNSENT + message.client_id),
};

// A random (version 4) UUID without its dashes; crypto.randomUUID is missing on plain http.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
