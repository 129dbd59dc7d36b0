// Elements are built from code only: data goes in as text nodes, never as HTML.
function h(tag, props, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name || "div");
  if (name === "button") node.type = name; // not "submit", unless props say so
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(props || {})) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value !== false && value != null) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child != null && child !== ""));
  return node;
}

const ICONS = {
  chat: "M12 3c5 0 9 3 9 8s-4 8-9 8H9l-4 3v-5c-1-2-2-4-2-6 0-5 4-8 9-8ZM7 10v2h2v-2Zm4 0v2h2v-2Zm4 0v2h2v-2Z",
  close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12 19 17.6 17.6 19 12 13.4 6.4 19 5 17.6 10.6 12 5 6.4Z",
  send: "M3 20V14l8-2-8-2V4l19 8Z",
  picture: "M3 4h18v16H3Zm2 12v2h14v-3l-4-4-3 3-3-4ZM15 7h3v3h-3Z",
  star: "m12 2.5 2.9 6.2 6.8.9-5 4.7 1.3 6.7-6-3.3L6 21l1.3-6.7-5-4.7 6.8-.9Z",
};

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  return svg;
}

// Text with http(s) links. A link ends at the first character outside ASCII, so 汉字 may follow it directly.
function rich(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(/https?:\/\/[!-~]+/gi)) {
    const address = found[0].replace(/[<>"'`].*$|[.,;:!?)\]}]+$/g, "");
    let url;
    try {
      url = new URL(address);
    } catch {
      continue;
    }
    parts.push(text.slice(from, found.index));
    parts.push(h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow" }, address));
    from = found.index + address.length;
  }
  parts.push(text.slice(from));
  return parts;
}

const midnight = (date) => new Date(date).setHours(0, 0, 0, 0);

// "今天 14:03", "11月20日周五 09:10"
function when(date) {
  const days = Math.round((midnight(Date.now()) - midnight(date)) / 864e5);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  const day =
    days === 0
      ? say("today")
      : days === 1
        ? say("yesterday")
        : date.toLocaleDateString(LANG, { year, month: "long", day: "numeric", weekday: "short" });
  return day + " " + date.toLocaleTimeString(LANG, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain http and older WebViews have no clipboard API.
    const area = h("textarea.sr", { readonly: true, "aria-hidden": "true" });
    area.value = text;
    panel.append(area);
    area.select();
    let done = false;
    try {
      done = document.execCommand("copy");
    } catch {}
    area.remove();
    return done;
  }
}

function copyButton(text, label, name) {
  const button = h("button.copy", { "aria-label": name, click: press }, label);
  let timer;
  async function press() {
    const done = await copyText(text);
    button.focus();
    button.textContent = say(done ? "copied" : "copyFailed");
    button.classList.toggle("good", done);
    announce(button.textContent);
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.textContent = label;
      button.classList.remove("good");
    }, 2 * SECOND);
  }
  return button;
}
