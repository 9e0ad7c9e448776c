// A network's panel: its memory, its guess, and its last step.

const MOST_BARS = 6; // next words that are shown
const NUMBERED_UNITS = 8; // of a state so small that its numbers fit into the squares

function showPanel(explorer, panel) {
  const { network } = panel;
  const items = readable(explorer, explorer.head);
  panel.now = look(explorer, network, items);
  panel.columns = columnsOf(explorer, panel, items);
  panel.scale = Math.max(1, ...panel.now.steps.map((step) => Math.max(...step[panel.shown].map(Math.abs))));
  showStates(explorer, panel);
  showUnit(explorer, panel);
  showWeights(panel, weigh(explorer, network, items, panel.now), hasOutput(network));
  if (panel.parts.bars) showGuess(explorer, panel);
  showInside(explorer, panel);
}

/** The columns of a panel: a label for each, the step if it is taken, the place of its token. */
function columnsOf(explorer, { network, now }, items) {
  const rest = network.numSteps === null ? readable(explorer, explorer.tokens.length).slice(items.length) : [];
  const numPadding = now.steps.length - 1 - items.length;
  const taken = now.steps.map((step, number) => {
    const item = number === 0 ? null : items[number - 1 - numPadding];
    return { step, place: item?.place, label: number === 0 ? "start" : showToken(item?.token ?? "") };
  });
  return [...taken, ...rest.map(({ token, place }) => ({ step: null, place, label: showToken(token) }))];
}

function showStates(explorer, panel) {
  const { labels, canvas, numbers, timeline, legend } = panel.parts;
  const { columns, network, scale, now } = panel;
  timeline.style.setProperty("--columns", columns.length);
  labels.replaceChildren(
    ...columns.map(({ label, step }) => {
      const kind = [step === now.step && "now", !step && "later", label === "·" && "padding"].filter(Boolean).join(" ");
      return make(
        "span",
        { class: kind, title: label === "·" ? "padding" : shorten(label, 60) },
        make("bdi", {}, label),
      );
    }),
  );
  [canvas.width, canvas.height] = [columns.length, network.numUnits];
  const context = canvas.getContext("2d");
  columns.forEach(({ step }, column) =>
    step?.[panel.shown].forEach((number, unit) => {
      context.fillStyle = colourOf(explorer, number, scale);
      context.fillRect(column, unit, 1, 1);
    }),
  );
  canvas.setAttribute(
    "aria-label",
    `The state of ${network.name} as colours, ${network.numUnits} units after each of ${now.steps.length - 1} steps.`,
  );
  numbers.replaceChildren(...numbersIn(explorer, panel));
  legend.forEach((element, end) => say(element, format((2 * end - 1) * scale, scale > 1 ? 1 : 0)));
  moveMarks(panel);
}

/** The numbers of a small state, written over its squares row by row. */
function numbersIn(explorer, { network, columns, scale, shown }) {
  if (network.numUnits > NUMBERED_UNITS || columns.length > 12) return [];
  return Array.from({ length: network.numUnits }).flatMap((_, unit) =>
    columns.map(({ step }) => {
      const style = step ? paint(explorer, step[shown][unit], scale) : null;
      return make("span", { style }, step ? format(step[shown][unit], 2) : "");
    }),
  );
}

/** The frames around the last step and the followed unit. */
function moveMarks({ parts, now, columns, unit, network }) {
  parts.columnMark.style.left = `${(100 * (now.steps.length - 1)) / columns.length}%`;
  parts.columnMark.style.width = `${100 / columns.length}%`;
  parts.unitMark.style.top = `${(100 * unit) / network.numUnits}%`;
  parts.unitMark.style.height = `${100 / network.numUnits}%`;
  const { scroller, labels } = parts;
  const label = labels.children[now.steps.length - 1];
  if (
    label.offsetLeft + label.offsetWidth > scroller.scrollLeft + scroller.clientWidth ||
    label.offsetLeft < scroller.scrollLeft
  ) {
    scroller.scrollLeft = label.offsetLeft - scroller.clientWidth / 2;
  }
}

/** One unit through time: a bar up or down for each step. */
function showUnit(explorer, panel) {
  const { columns, scale, shown, unit, now, parts } = panel;
  const ownScale = Math.max(scale / 4, ...now.steps.map((step) => Math.abs(step[shown][unit])));
  parts.unit.value = unit;
  parts.through.replaceChildren(
    ...columns.map(({ step }) => {
      if (!step) return make("span");
      const number = step[shown][unit];
      const height = (50 * Math.abs(number)) / ownScale;
      const style = `height: ${height}%; ${number < 0 ? "top" : "bottom"}: 50%; background: ${colourOf(explorer, number < 0 ? -0.6 : 0.7)}`;
      const bar = make("span", { class: "well" }, make("span", { style }));
      return make("span", { class: step === now.step ? "now" : null }, bar, format(number, 2));
    }),
  );
}

/** Below each word, how much it mattered. */
function showWeights({ columns, now, parts }, weights, isShare) {
  parts.weights.replaceChildren(
    ...columns.map(({ place, step }) => {
      const weight = step ? weights.get(place) : undefined;
      if (weight === undefined) return make("span");
      const bar = make("span", { class: "amount", style: `width: ${100 * Math.min(1, weight)}%` });
      return make(
        "span",
        { class: step === now.step ? "now" : null },
        isShare ? percent(weight) : format(weight, 2),
        make("span", { class: "track" }, bar),
      );
    }),
  );
}

/** Bars of the likeliest next words. A word's row is kept as long as it is shown, so that its bar glides. */
function showGuess(explorer, panel) {
  const { bars, silent, caption, slider, temperature } = panel.parts;
  const { guess } = panel.now;
  slider.value = explorer.temperature;
  say(temperature, explorer.temperature.toFixed(1));
  silent.hidden = guess !== null;
  bars.parentElement.hidden = guess === null;
  if (!guess) return;
  const number = explorer.panels.indexOf(panel);
  const before = explorer.edited?.before[number]?.guess;
  const ids = largest(guess, MOST_BARS).filter((id) => guess[id] > 0);
  say(
    caption,
    `What ${panel.network.name} expects next: the ${ids.length} likeliest of ${guess.length - explorer.banned.length} words`,
  );
  for (const [id, row] of panel.rows) if (!ids.includes(id)) row.remove();
  panel.rows = new Map(ids.map((id) => [id, panel.rows.get(id) ?? makeBar(explorer, id)]));
  bars.append(...panel.rows.values());
  for (const [id, row] of panel.rows) fillBar(row, guess[id], before?.[id]);
}

function makeBar(explorer, id) {
  const well = make("span", { class: "well" }, make("span", { class: "amount" }), make("span", { class: "before" }));
  const head = make("th", { scope: "row" }, make("bdi", {}, showToken(explorer.settings.words[id])));
  return make("tr", { "data-id": id }, head, make("td", { class: "bar" }, well), make("td", { class: "number" }));
}

function fillBar(row, probability, before) {
  const [amount, old] = row.querySelectorAll(".well > span");
  amount.style.width = `${100 * probability}%`;
  old.hidden = before === undefined;
  if (before !== undefined) old.style.left = `${100 * before}%`;
  row.lastChild.dataset.exact = probability;
  row.lastChild.replaceChildren(
    format(probability, 3),
    ...(before === undefined ? [] : [make("small", {}, ` was ${format(before, 3)}`)]),
  );
}

function makePanel(explorer, network) {
  const panel = { network, unit: 0, shown: "h", rows: new Map(), parts: {} };
  const name = make("p", { class: "name" }, make("strong", {}, network.name), ` ${describe(network)}`);
  panel.element = make(
    "div",
    { class: "panel", role: "group", "aria-label": network.name },
    name,
    makeTimeline(explorer, panel),
    makeGuess(explorer, panel),
    makeInside(explorer, panel),
  );
  return panel;
}

function describe({ cell, name, numUnits, numSteps, activation }) {
  const kind = name === cell ? "" : `${cell}, `;
  const window =
    numSteps === null
      ? ""
      : `. It always reads ${numSteps} steps: padding (·) fills the front, and is a step like any other`;
  return `${kind}${numUnits} units, ${activation}${window}.`;
}

function makeTimeline(explorer, panel) {
  const { parts, network } = panel;
  parts.labels = make("div", { class: "row labels" });
  parts.canvas = make("canvas", { role: "img", onclick: (event) => followClicked(explorer, panel, event) });
  parts.numbers = make("div", { class: "row numbers", "aria-hidden": network.numUnits > NUMBERED_UNITS });
  parts.columnMark = make("div", { class: "mark column" });
  parts.unitMark = make("div", { class: "mark unit" });
  parts.through = make("div", { class: "row through" });
  parts.weights = make("div", { class: "row weights" });
  parts.legend = [make("span"), make("span")];
  const height = network.numUnits <= NUMBERED_UNITS ? `${2.4 * network.numUnits}rem` : "12rem";
  const squares = make(
    "div",
    { class: "squares", style: `height: ${height}` },
    parts.canvas,
    parts.numbers,
    parts.columnMark,
    parts.unitMark,
  );
  const gradient = `background: linear-gradient(90deg, ${explorer.settings.colours.join(", ")})`;
  parts.timeline = make(
    "div",
    { class: "timeline" },
    parts.labels,
    squares,
    make("p", { class: "heading" }, ...makeUnitChoice(explorer, panel)),
    parts.through,
    make(
      "p",
      { class: "heading" },
      hasOutput(network)
        ? "How much of the guess would change without the word"
        : "How far the state would be off without the word",
    ),
    parts.weights,
  );
  parts.scroller = make(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-label": `The memory of ${network.name}, word by word` },
    parts.timeline,
  );
  const legend = make(
    "span",
    { class: "legend" },
    parts.legend[0],
    make("span", { class: "gradient", style: gradient }),
    parts.legend[1],
  );
  const caption = make(
    "figcaption",
    {},
    "Its memory after each word ",
    make("small", {}, "a row for each unit, a column for each step"),
    legend,
  );
  return make("figure", { class: "memory" }, caption, parts.scroller);
}

function makeUnitChoice(explorer, panel) {
  const { network, parts } = panel;
  const option = (value, text) => make("option", { value }, text);
  const units = Array.from({ length: network.numUnits }, (_, unit) => option(unit, `unit ${unit + 1}`));
  parts.unit = make("select", { onchange: () => follow(explorer, panel, Number(parts.unit.value)) }, ...units);
  const choice = [make("label", {}, "Follow ", parts.unit), " through time"];
  if (network.cell !== "LSTM") return choice;
  const kind = make(
    "select",
    { onchange: () => ((panel.shown = kind.value), show(explorer)) },
    option("h", "state h"),
    option("c", "cell c"),
  );
  return [...choice, make("label", {}, " · show ", kind)];
}

function follow(explorer, panel, unit) {
  panel.unit = unit;
  showPanel(explorer, panel);
}

function followClicked(explorer, panel, event) {
  const box = panel.parts.canvas.getBoundingClientRect();
  const unit = Math.floor(((event.clientY - box.top) / box.height) * panel.network.numUnits);
  follow(explorer, panel, Math.min(panel.network.numUnits - 1, Math.max(0, unit)));
}

function makeGuess(explorer, panel) {
  if (!hasOutput(panel.network)) return "";
  const { parts } = panel;
  parts.bars = make("tbody");
  parts.caption = make("caption", { class: "unseen" });
  parts.silent = make("p", {}, "It has read nothing, so it expects nothing yet.");
  const head = make(
    "thead",
    { class: "unseen" },
    make("tr", {}, ...["word", "bar", "probability"].map((text) => make("th", { scope: "col" }, text))),
  );
  const table = make("table", { class: "guess" }, parts.caption, head, parts.bars);
  return make(
    "figure",
    { class: "next" },
    make("figcaption", {}, "What it expects next"),
    parts.silent,
    table,
    makeTemperature(explorer, panel),
  );
}

function makeTemperature(explorer, panel) {
  const { parts } = panel;
  const turn = () => setTemperature(explorer, Number(parts.slider.value));
  parts.slider = make("input", { type: "range", min: 0.2, max: 3, step: 0.1, oninput: turn });
  parts.temperature = make("output");
  const hint = make("small", {}, "below 1 careful, above 1 bold");
  return make("p", { class: "temperature" }, make("label", {}, "Temperature ", parts.slider), parts.temperature, hint);
}

function makeInside(explorer, panel) {
  const { parts } = panel;
  parts.title = make("span");
  parts.inside = make("div");
  parts.table = make("div");
  parts.all = make(
    "details",
    { ontoggle: () => parts.all.open && showAll(explorer, panel) },
    make("summary", {}, "Every number of this step"),
    parts.table,
  );
  return make("figure", { class: "inside" }, make("figcaption", {}, parts.title), parts.inside, parts.all);
}
