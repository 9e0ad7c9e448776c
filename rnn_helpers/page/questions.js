// Two cells as the lag grows: does a network still know the name that stood at the start?

/** For each network and lag, how many of the values are said again at the end. */
function countRecalled(explorer, network) {
  const { before, after, values, lags } = explorer.settings.questions;
  return lags.map(
    ({ filler }) =>
      values.filter((value) => {
        const items = tokensOf(explorer, [before, value, ...filler, after].join(" "));
        return explorer.settings.words[largest(look(explorer, network, items).guess, 1)[0]] === value;
      }).length,
  );
}

function makeQuestions(explorer) {
  const { before, after, values, lags } = explorer.settings.questions;
  const name = make("select", { "aria-label": "The name" }, ...values.map((value) => make("option", {}, value)));
  const ask = (filler) => loadText(explorer, [before, name.value, ...filler, after].join(" "), Infinity);
  const heads = lags.map(({ lag, filler }) =>
    make("th", { scope: "col" }, make("button", { type: "button", onclick: () => ask(filler) }, lag)),
  );
  const rows = explorer.panels.map(({ network }) => {
    const cells = countRecalled(explorer, network).map((count) =>
      make("td", { style: `--share: ${(100 * count) / values.length}%` }, `${count} of ${values.length}`),
    );
    return make("tr", {}, make("th", { scope: "row" }, network.name), ...cells);
  });
  const table = make(
    "table",
    {},
    make("caption", {}, "Names said again, by the words in between"),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "words between"), ...heads)),
    make("tbody", {}, ...rows),
  );
  return make(
    "figure",
    { class: "questions" },
    make("figcaption", {}, "Does it still know the name?"),
    make(
      "p",
      {},
      `“${before} `,
      name,
      ` … ${after}”: press a number to read the sentence with so many words in between. By guessing, 1 of ${values.length} is right.`,
    ),
    make("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Names said again" }, table),
  );
}
