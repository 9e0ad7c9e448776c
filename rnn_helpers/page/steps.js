// The numbers of one step: a unit's sum in boxes, and a table of every unit.

const gateFlow = (title, step, place, curve, result) => ({
  title,
  terms: [
    [step.word[place], step.bias ? "word, W_x x" : "word, W_x x + b"],
    [step.memory[place], step.bias ? "old state, W_h h" : "old state, W_h h + b"],
    ...(step.bias ? [[step.bias[place], "bias, b"]] : []),
  ],
  curve,
  result,
});

/** How each cell makes a unit's new number: sums, each perhaps sent through a curve. */
const FLOWS = {
  SimpleRNN: (network, step, old, unit) => [gateFlow("new state h", step, unit, network.activation, step.h[unit])],

  GRU: ({ numUnits }, step, old, unit) => [
    gateFlow("update gate z", step, unit, "σ", step.z[unit]),
    gateFlow("reset gate r", step, numUnits + unit, "σ", step.r[unit]),
    {
      title: "candidate",
      terms: [
        [step.word[2 * numUnits + unit], "word, W_x x + b"],
        [step.r[unit] * step.memory[2 * numUnits + unit], "r × old state, r (W_h h + b)"],
      ],
      curve: "tanh",
      result: step.candidate[unit],
    },
    {
      title: "new state h",
      terms: [
        [step.z[unit] * old.h[unit], "kept, z × old h"],
        [(1 - step.z[unit]) * step.candidate[unit], "written, (1 − z) × candidate"],
      ],
      result: step.h[unit],
    },
  ],

  LSTM: ({ numUnits }, step, old, unit) => [
    gateFlow("input gate i", step, unit, "σ", step.i[unit]),
    gateFlow("forget gate f", step, numUnits + unit, "σ", step.f[unit]),
    gateFlow("candidate", step, 2 * numUnits + unit, "tanh", step.candidate[unit]),
    {
      title: "new cell c",
      terms: [
        [step.f[unit] * old.c[unit], "kept, f × old c"],
        [step.i[unit] * step.candidate[unit], "written, i × candidate"],
      ],
      result: step.c[unit],
    },
    gateFlow("output gate o", step, 3 * numUnits + unit, "σ", step.o[unit]),
    {
      title: "new state h",
      terms: [[step.o[unit] * Math.tanh(step.c[unit]), "shown, o × tanh(c)"]],
      result: step.h[unit],
    },
  ],
};

/** The columns of the table of all units: a heading, and where its numbers stand. */
const TABLES = {
  SimpleRNN: [
    ["W_x x", "word"],
    ["W_h h", "memory"],
    ["b", "bias"],
    ["sum", "sum"],
    ["new h", "h"],
  ],
  GRU: [
    ["update z", "z"],
    ["reset r", "r"],
    ["candidate", "candidate"],
    ["old h", "old.h"],
    ["new h", "h"],
  ],
  LSTM: [
    ["input i", "i"],
    ["forget f", "f"],
    ["candidate", "candidate"],
    ["output o", "o"],
    ["old c", "old.c"],
    ["new c", "c"],
    ["new h", "h"],
  ],
};

function showInside(explorer, panel) {
  const { inside, all, title } = panel.parts;
  const { now, network, unit } = panel;
  const [old, step] = [now.steps[now.steps.length - 2], now.step];
  const isStart = step.id === null;
  say(
    title,
    isStart
      ? `Unit ${unit + 1}: every number starts at 0`
      : `How ${quote(explorer.settings.words[step.id])} changes unit ${unit + 1}`,
  );
  all.hidden = isStart;
  if (isStart) return inside.replaceChildren();
  inside.replaceChildren(
    ...FLOWS[network.cell](network, step, old, unit).map((flow) => drawFlow(explorer, panel.scale, flow)),
  );
  if (all.open) showAll(explorer, panel);
}

/** A sum as boxes: terms, the total, the curve, the result. */
function drawFlow(explorer, scale, { title, terms, curve, result }) {
  const box = (number, label) => {
    const style = paint(explorer, number, scale);
    return make(
      "span",
      { class: "term" },
      make("b", { style }, format(number)),
      ...(label ? [make("small", {}, label)] : []),
    );
  };
  const sum = terms.reduce((total, [number]) => total + number, 0);
  const parts = terms.flatMap(([number, label], place) => [...(place ? [make("i", {}, "+")] : []), box(number, label)]);
  if (curve && terms.length > 1) parts.push(make("i", {}, "="), box(sum, "sum"));
  parts.push(make("span", { class: "result" }, make("i", {}, curve ? `→ ${curve} →` : "="), box(result, title)));
  return make("div", { class: "flow" }, ...parts);
}

/** The word's numbers, and a table with every unit. */
function showAll(explorer, { now, network, unit, scale, parts }) {
  const [old, step] = [now.steps[now.steps.length - 2], now.step];
  const cell = (number) => paint(explorer, number, scale);
  const input = [...step.x].map((number) => make("span", { style: cell(number) }, format(number, 2)));
  const kind = network.isOneHot ? "one-hot: a 1 in its own place" : "its row of the embedding";
  const heads = TABLES[network.cell].map(([heading]) => make("th", { scope: "col" }, heading));
  const rows = Array.from({ length: network.numUnits }, (_, row) => {
    const numbers = TABLES[network.cell].map(
      ([, key]) => (key.startsWith("old.") ? old[key.slice(4)] : step[key])[row],
    );
    const cells = numbers.map((number) => make("td", { style: cell(number) }, format(number)));
    return make("tr", { class: row === unit ? "now" : null }, make("th", { scope: "row" }, row + 1), ...cells);
  });
  const word = quote(explorer.settings.words[step.id]);
  parts.table.replaceChildren(
    make("p", {}, `${word} enters as ${step.x.length} numbers, ${kind}:`),
    make("p", { class: "input" }, ...input),
    make(
      "div",
      { class: "scroll", tabindex: 0, role: "group", "aria-label": "All units at this step" },
      make(
        "table",
        {},
        make("caption", {}, `Every unit when ${word} comes in`),
        make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "unit"), ...heads)),
        make("tbody", {}, ...rows),
      ),
    ),
  );
}
