// What a learner does with the page: type, step, hide, change; and what the page then shows.

const MOST_WEIGHED = 40; // words whose weight is found: each needs a reading of its own
const TYPING_PAUSE = 350; // milliseconds after the last letter

// --- What is read ---

/** The tokens of a text, each with its id; null where the network does not know the word. */
function tokensOf(explorer, text) {
  const { settings, ids } = explorer;
  return tokenize(text, settings).map((token) => ({ token, id: ids.get(token) ?? settings.unknown }));
}

/** The tokens that enter the network, with their places: the first `head`, without the hidden and the unknown. */
function readable(explorer, head, without = null) {
  const placed = explorer.tokens.map((token, place) => ({ ...token, place })).slice(0, head);
  return placed.filter(({ id, place }) => id !== null && place !== without && !explorer.hidden.has(place));
}

/** A network after some tokens: its steps, its last state, and what it expects next, null if it only remembers. */
function look(explorer, network, items) {
  const steps = read(
    network,
    items.map(({ id }) => id),
  );
  const step = steps[steps.length - 1];
  const isBlank = steps.length === 1 || !hasOutput(network);
  const logits = isBlank ? null : logitsOf(network, step.h);
  return { steps, step, guess: logits && softmax(logits, explorer.temperature, explorer.banned) };
}

/** How much each token read matters: by its place, the share of the guess, or the length, that moves without it. */
function weigh(explorer, network, items, now) {
  const weights = new Map();
  if (items.length > MOST_WEIGHED) return weights;
  for (const { place } of items) {
    const without = look(
      explorer,
      network,
      items.filter((item) => item.place !== place),
    );
    const moved = now.guess && without.guess ? shareMoved(now.guess, without.guess) : null;
    weights.set(place, moved ?? (now.guess ? 1 : distance(now.step.h, without.step.h)));
  }
  return weights;
}

// --- What a learner does ---

/** Change what is read, keep what was before for comparison, and show it. */
function edit(explorer, what, apply) {
  const { head } = explorer;
  const before = explorer.panels.map((panel) => panel.now);
  apply();
  explorer.edited = explorer.head === head ? { what, before } : null;
  show(explorer);
}

function setText(explorer, text, head) {
  const tokens = tokensOf(explorer, text);
  const kept = tokens.slice(0, explorer.settings.mostWords);
  explorer.text = text;
  const isSameLength = kept.length === explorer.tokens.length;
  edit(explorer, "You changed the text.", () => {
    explorer.numTyped = tokens.length;
    explorer.tokens = kept;
    explorer.head = head ?? (isSameLength ? explorer.head : kept.length);
    if (!isSameLength) explorer.hidden.clear();
  });
}

function stepTo(explorer, head) {
  explorer.head = Math.min(explorer.tokens.length, Math.max(0, head));
  explorer.edited = null;
  show(explorer);
}

function toggleHidden(explorer) {
  const place = explorer.head - 1;
  const isHidden = explorer.hidden.has(place);
  const what = `You ${isHidden ? "showed" : "hid"} ${quote(explorer.tokens[place].token)}${isHidden ? " again" : ""}.`;
  edit(explorer, what, () => (isHidden ? explorer.hidden.delete(place) : explorer.hidden.add(place)));
}

function replaceWord(explorer, place, text) {
  const [first, ...others] = tokensOf(explorer, text);
  if (!first || others.length) return say(explorer.parts.note, "To change a word, write one word in its place.");
  const old = explorer.tokens[place].token;
  edit(explorer, `You changed ${quote(old)} to ${quote(first.token)}.`, () => (explorer.tokens[place] = first));
  explorer.text = explorer.parts.text.value = joinTokens(explorer.tokens, explorer.settings);
}

function setTemperature(explorer, temperature) {
  edit(
    explorer,
    `You turned the temperature to ${temperature.toFixed(1)}.`,
    () => (explorer.temperature = temperature),
  );
}

/** Left and right arrows step through the words, except where a field needs them itself. */
function onKey(explorer, event) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select"))
    return;
  event.preventDefault();
  stepTo(explorer, explorer.head + step);
}

// --- What is shown ---

function show(explorer) {
  showTokens(explorer);
  showControls(explorer);
  explorer.panels.forEach((panel) => showPanel(explorer, panel));
  say(explorer.parts.status, statusOf(explorer));
}

/** Put text into an element, only if it differs: a screen reader tells every change. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A button for each word; those that exist are kept, so that the keyboard's place is not lost. */
function showTokens(explorer) {
  const { tokens } = explorer.parts;
  while (tokens.children.length > explorer.tokens.length + 1) tokens.lastChild.remove();
  while (tokens.children.length < explorer.tokens.length + 1) {
    const head = tokens.children.length;
    tokens.append(make("button", { type: "button", onclick: () => stepTo(explorer, head) }, make("bdi")));
  }
  [...tokens.children].forEach((button, head) => {
    const item = explorer.tokens[head - 1];
    const isHidden = explorer.hidden.has(head - 1);
    const isUnknown = item && (item.id === null || item.id === explorer.settings.unknown);
    say(button.firstChild, item ? showToken(item.token) : "start");
    button.className = [head <= explorer.head && "read", isHidden && "hidden", isUnknown && "unknown"]
      .filter(Boolean)
      .join(" ");
    button.title = isHidden ? "hidden" : isUnknown ? "not a word of the vocabulary" : "";
    head === explorer.head ? button.setAttribute("aria-current", "step") : button.removeAttribute("aria-current");
  });
}

function showControls(explorer) {
  const { back, next, hide, swap, note, notes } = explorer.parts;
  const item = explorer.tokens[explorer.head - 1];
  back.setAttribute("aria-disabled", explorer.head === 0); // not "disabled": that would throw the keyboard's place away
  next.setAttribute("aria-disabled", explorer.head === explorer.tokens.length);
  hide.hidden = swap.form.hidden = !item;
  if (item) {
    const isHidden = explorer.hidden.has(explorer.head - 1);
    hide.setAttribute("aria-pressed", isHidden);
    say(hide, `${isHidden ? "Show" : "Hide"} ${quote(item.token)}`);
    say(swap.label, `Change ${quote(item.token)} to`);
  }
  say(note, noteOn(explorer));
  notes.replaceChildren(...suggestionsFor(explorer));
}

/** One line on a text that cannot be read as it is; empty if it can. */
function noteOn(explorer) {
  const { tokens, numTyped, settings } = explorer;
  if (!tokens.length)
    return `There is no word to read yet. Type one, such as ${quote(settings.words[1].trim() || settings.words[2])}.`;
  if (numTyped <= settings.mostWords) return "";
  return `The text has ${numTyped.toLocaleString("en")} words: this page reads the first ${settings.mostWords}.`;
}

/** A line for each unknown word, with the words that it may stand for as buttons. */
function suggestionsFor(explorer) {
  const { words, unknown, level } = explorer.settings;
  const strangers = explorer.tokens
    .map((item, place) => ({ ...item, place }))
    .filter(({ id }) => id === null || id === unknown);
  return strangers.slice(0, 3).map(({ token, place }) => {
    const fate = unknown === null ? "It is left out." : "The network reads its sign for unknown words instead.";
    const near = level === "word" ? nearestWords(token, words.slice(1)) : [];
    const buttons = near.map((word) =>
      make("button", { type: "button", onclick: () => replaceWord(explorer, place, word) }, showToken(word)),
    );
    const told = `${quote(token)} is not in the vocabulary. ${fate}`;
    return make("p", {}, told, ...(buttons.length ? [" Did you mean ", ...buttons, "?"] : []));
  });
}

/** What just happened, in one or two sentences: the live region of the page. */
function statusOf(explorer) {
  if (explorer.head === 0) return "Nothing is read yet. Press “Next word”, or the right arrow key.";
  const items = readable(explorer, explorer.head);
  const last = explorer.head - 1;
  const text = items.map(({ token }) => showToken(token)).join(" ");
  const lead = explorer.edited
    ? explorer.edited.what
    : `Read: ${quote(text.length > 60 ? `… ${text.slice(-60)}` : text, 62)}.`;
  if (!explorer.edited && !items.some(({ place }) => place === last)) {
    return `${quote(explorer.tokens[last].token)} does not enter the network: the state stays as it was.`;
  }
  return [lead, ...explorer.panels.map((panel, number) => panelStatus(explorer, panel, number))].join(" ");
}

function panelStatus(explorer, { network, now }, number) {
  const name = explorer.panels.length > 1 ? `${network.name}: ` : "";
  const before = explorer.edited?.before[number];
  const old = before ? before.step : now.steps[Math.max(0, now.steps.length - 2)];
  const moved = before ? "the state is off by" : "the state moved by";
  const sentence = `${name || ""}${moved} ${format(distance(now.step.h, old.h), 2)}`;
  const start = sentence[0].toUpperCase() + sentence.slice(1);
  if (!now.guess) return `${start}.`;
  const best = largest(now.guess, before ? 1 : 3);
  const was = (id) => (before?.guess ? `, before ${format(before.guess[id], 2)}` : "");
  const words = best.map((id) => `${quote(explorer.settings.words[id])} ${format(now.guess[id], 2)}${was(id)}`);
  return `${start}. Most likely next: ${words.join(", ")}.`;
}

// --- The page, built once ---

function makeReading(explorer) {
  const { settings, parts } = explorer;
  const readField = () => parts.text.value !== explorer.text && setText(explorer, parts.text.value);
  const waitAndRead = () => {
    clearTimeout(explorer.waiting);
    explorer.waiting = setTimeout(readField, TYPING_PAUSE);
  };
  const kind = settings.lineEnd === null ? "input" : "textarea";
  parts.text = make(kind, {
    oninput: waitAndRead,
    onchange: readField,
    autocomplete: "off",
    spellcheck: "false",
    dir: "auto",
    rows: kind === "textarea" ? 2 : null,
  });
  const tries =
    settings.prompts.length < 2
      ? []
      : settings.prompts.map((prompt) =>
          make("button", { type: "button", onclick: () => loadText(explorer, prompt) }, shorten(prompt, 60)),
        );
  parts.note = make("p", { class: "note", role: "status" });
  parts.notes = make("div", { class: "notes" });
  parts.tokens = make("div", {
    class: "tokens",
    role: "group",
    "aria-label": "The words. Choose how far the network has read.",
  });
  parts.status = make("p", { class: "status", role: "status" });
  return make(
    "div",
    { class: "reading" },
    make("label", { class: "text" }, "Text to read", parts.text),
    ...(tries.length ? [make("p", { class: "tries" }, "Try ", ...tries)] : []),
    parts.note,
    parts.notes,
    parts.tokens,
    makeControls(explorer),
    parts.status,
  );
}

function loadText(explorer, text, head = 1) {
  explorer.parts.text.value = text;
  explorer.hidden.clear();
  setText(explorer, text, Math.min(head, tokensOf(explorer, text).length));
}

function makeControls(explorer) {
  const { parts } = explorer;
  const button = (text, onclick, kind) => make("button", { type: "button", class: kind, onclick }, text);
  parts.back = button("← Back", () => stepTo(explorer, explorer.head - 1), "step");
  parts.next = button("Next word →", () => stepTo(explorer, explorer.head + 1), "step next");
  parts.hide = button("Hide", () => toggleHidden(explorer), "hide");
  return make("div", { class: "controls" }, parts.back, parts.next, parts.hide, makeSwap(explorer));
}

function makeSwap(explorer) {
  const label = make("span");
  const list = make(
    "datalist",
    { id: "words" },
    ...explorer.settings.words
      .slice(1)
      .filter((word) => word.trim())
      .map((word) => make("option", { value: word })),
  );
  const field = make("input", { list: "words", size: 9, autocomplete: "off", dir: "auto" });
  const change = (event) => {
    event.preventDefault();
    replaceWord(explorer, explorer.head - 1, field.value);
    field.value = "";
  };
  const form = make(
    "form",
    { onsubmit: change },
    make("label", {}, label, " ", field),
    list,
    make("button", {}, "Change"),
  );
  explorer.parts.swap = { form, label };
  return form;
}

/** The unit that moves most while the whole text is read. */
function liveliestUnit(explorer, network) {
  const { steps } = look(explorer, network, readable(explorer, explorer.tokens.length));
  const ranges = steps[0].h.map(
    (_, unit) => Math.max(...steps.map(({ h }) => h[unit])) - Math.min(...steps.map(({ h }) => h[unit])),
  );
  return largest(ranges, 1)[0];
}

/** Make the page of one explorer, and start it. */
function start(root) {
  const settings = JSON.parse(root.dataset.settings);
  const explorer = {
    settings,
    ids: new Map(settings.words.map((word, id) => [word, id]).slice(1)),
    tokens: [],
    hidden: new Set(),
    parts: {},
  };
  Object.assign(explorer, { head: 0, numTyped: 0, temperature: 1, edited: null, panels: [] });
  explorer.banned = [0, ...(settings.unknown === null ? [] : [settings.unknown])];
  explorer.panels = [...root.querySelectorAll(".network")].map((element) =>
    makePanel(explorer, decodeNetwork(element)),
  );
  explorer.tokens = tokensOf(explorer, settings.prompts[0]).slice(0, settings.mostWords);
  for (const panel of explorer.panels) panel.unit = liveliestUnit(explorer, panel.network);
  const intro = make(
    "p",
    { class: "intro" },
    "A recurrent network reads one word at a time. After each word it keeps a short list of numbers, its ",
    make("strong", {}, "hidden state"),
    ". That list is all it remembers of the text.",
  );
  const panels = make(
    "div",
    { class: "panels", "data-count": explorer.panels.length },
    ...explorer.panels.map(({ element }) => element),
  );
  const page = make(
    "div",
    {
      class: "page",
      role: "group",
      "aria-label": "Watch a recurrent network read",
      onkeydown: (event) => onKey(explorer, event),
    },
    intro,
    makeReading(explorer),
    panels,
  );
  if (settings.questions) page.append(makeQuestions(explorer));
  const shadow = root.attachShadow({ mode: "open" }); // from here on the still picture is not shown
  shadow.append(root.querySelector("template").content.cloneNode(true), page);
  loadText(explorer, settings.prompts[0]);
  explorer.read = (text) => loadText(explorer, text, Infinity);
  root.explorer = explorer; // for the tests, and for the curious
}

for (const root of document.querySelectorAll(".rnn-explorer")) {
  if (root.shadowRoot || root.querySelector(":scope > .problem")) continue;
  try {
    start(root);
  } catch (error) {
    root.prepend(make("p", { class: "problem", role: "alert" }, `The explorer cannot start: ${error.message}`));
  }
}
