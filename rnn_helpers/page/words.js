// Texts as tokens, and what to do with a word that is not known.

/** The tokens of a text, as rnn_helpers/vocabulary.py cuts them. */
function tokenize(text, { level, lineEnd, punctuation }) {
  const cut = (line) => {
    if (level === "character") return [...line.toLowerCase()];
    const plain = [...line.toLowerCase()].map((letter) => (punctuation.includes(letter) ? " " : letter)).join("");
    return plain.replaceAll("’", "'").split(/\s+/u).filter(Boolean);
  };
  if (lineEnd === null) return cut(text);
  return text.split(lineEnd).flatMap((line, number) => (number ? [lineEnd, ...cut(line)] : cut(line)));
}

/** The text of tokens. */
function joinTokens(tokens, { level }) {
  const text = tokens.map(({ token }) => token).join(level === "word" ? " " : "");
  return level === "word" ? text.replace(/ ?\n ?/g, "\n") : text;
}

/** How many letters must be added, dropped or replaced to turn one word into another. */
function editDistance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] !== other[j - 1]));
    }
    row = next;
  }
  return row[other.length];
}

/** Up to three known words that are spelled much like a word. */
function nearestWords(word, words) {
  if (word.length > 30) return [];
  const found = words.map((known) => ({ known, edits: editDistance(word, known) }));
  const near = found.filter(({ known, edits }) => known.trim() && edits <= Math.max(word.length, known.length) * 0.45);
  return near
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ known }) => known);
}
