// What a message may carry besides text: choices, order cards, key cards, a rating.
const TONES = {
  good: ["delivered", "completed"],
  busy: ["unpaid", "paid_wait", "processing", "refunding"],
  bad: ["failed", "out_of_stock_after_pay"],
};

// Buttons of one message belong together: pressing one ends them all.
function choices(entry) {
  const buttons = [];
  const group = {
    titles: (entry.buttons || []).map((button) => button.title),
    settle(title) {
      group.settled = true;
      for (const button of buttons) {
        button.disabled = true;
        button.classList.toggle("chosen", button.textContent === title && group.titles.includes(title));
      }
    },
    button(kind, { id, title }, about) {
      const press = () => {
        const label = about ? title + " " + about : title;
        group.settle(title);
        node.classList.add("chosen");
        post({ button: id, title: label });
        focusComposer();
      };
      const node = h(kind, { click: press }, title);
      if (about) node.setAttribute("aria-label", title + " " + about);
      buttons.push(node);
      return node;
    },
  };
  return group;
}

function orderCard(card, group) {
  const tone = Object.keys(TONES).find((name) => TONES[name].includes(card.status)) || "plain";
  const placed = new Date(card.placed_at);
  return h(
    "div.card",
    null,
    h("div.line", null, h("b", null, card.product || ""), h("span.tag." + tone, null, card.status_text || "")),
    h("div.line", null, h("code", { "aria-label": say("order") }, card.order_no || ""), h("span.amount", null, card.amount || "")),
    h(
      "div.line",
      null,
      h("span.dim", null, isNaN(placed) ? card.placed_at || "" : when(placed)),
      card.select && group.button("button.pick", card.select, card.order_no),
    ),
  );
}

function keyCard(card) {
  const row = (name, value) =>
    value &&
    h(
      "div.secret",
      null,
      h("span.dim", null, say(name)),
      h("code", null, value),
      copyButton(value, say("copy"), say("copyOf", { what: say(name) })),
    );
  return h(
    "div.card.key",
    null,
    h("div.line", null, h("b", null, card.product || ""), h("span.tag", null, card.label || "")),
    row("number", card.number),
    row("secret", card.secret),
  );
}

function copyAll(cards) {
  const keys = cards.filter((card) => card.type === "key");
  const text = keys.map((card) => [card.number, card.secret].filter(Boolean).join(" ")).join("\n");
  return keys.length > 1 && copyButton(text, say("copyAll"));
}

function starRow(on) {
  return h("span.stars", { "aria-hidden": "true" }, ...[1, 2, 3, 4, 5].map((n) => h(n <= on ? "i.on" : "i", null, icon("star"))));
}

function ratingForm(entry) {
  const rating = entry.rating;
  const box = h("div.card.rate");
  const finish = (stars, words) => {
    rating.stars = stars;
    box.replaceChildren(starRow(stars), h("p", { tabindex: "-1" }, words));
  };
  if (rating.stars) {
    finish(rating.stars, say("rated", { n: rating.stars }));
    return box;
  }
  let stars = 0;
  const fault = h("p.fault", { role: "alert" });
  const comment = h("textarea", { rows: 2, maxlength: 500, "aria-label": say("comment"), placeholder: say("comment") });
  const more = h("div", { hidden: true }, comment, h("button.main", { type: "submit" }, say("submit")));
  const word = h("span.dim");
  const labels = WORDS.stars.map((meaning, index) => {
    const n = index + 1;
    const pick = () => {
      stars = n;
      labels.forEach((label, at) => label.classList.toggle("on", at < n));
      word.textContent = meaning;
      more.hidden = false;
      box.scrollIntoView({ block: "nearest" });
    };
    const name = say("star", { n, word: meaning });
    return h("label", null, h("input.sr", { type: "radio", name: "stars", value: n, "aria-label": name, change: pick }), icon("star"));
  });
  async function submit(event) {
    event.preventDefault();
    const button = more.lastChild;
    button.disabled = true;
    fault.textContent = "";
    try {
      await ask("rating", { rating_id: rating.rating_id, stars, comment: comment.value.trim() });
      finish(stars, say("rated", { n: stars }));
      box.lastChild.focus();
    } catch (failure) {
      if (failure.status === 409) return finish(stars, say("ratedBefore"));
      fault.textContent = say("rateFailed");
      button.disabled = false;
    }
  }
  const name = h("legend", null, entry.text || say("rate"));
  box.append(h("form", { submit }, h("fieldset", null, name, h("div.stars", null, ...labels), word), more, fault));
  return box;
}
