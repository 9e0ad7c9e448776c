// The forward pass of the course's networks. Nothing here touches the page.
// The steps are those of rnn_helpers/cells.py; tests compare every number with Keras.

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const CURVES = { tanh: Math.tanh, relu: (z) => Math.max(0, z) };

/** A vector times a table: shape (rows) times (rows, columns) gives (columns). */
function multiply(vector, table) {
  const product = new Float64Array(table.columns);
  vector.forEach((number, row) => {
    if (number === 0) return; // one-hot words and relu have many zeros
    const start = row * table.columns;
    for (let column = 0; column < table.columns; column++) product[column] += number * table.numbers[start + column];
  });
  return product;
}

/** One row of a table. */
function rowOf(table, row) {
  return table.numbers.subarray(row * table.columns, (row + 1) * table.columns);
}

/** Cut a vector into equal parts: a cell keeps its gates side by side. */
function split(vector, count) {
  const size = vector.length / count;
  return Array.from({ length: count }, (_, part) => vector.subarray(part * size, (part + 1) * size));
}

/** A step of each cell: from the word's numbers and the old state to every number on the way to the new state. */
const CELLS = {
  SimpleRNN(network, x, old) {
    const word = multiply(x, network.W_x);
    const memory = multiply(old.h, network.W_h);
    const bias = network.b.numbers;
    const sum = word.map((number, unit) => number + memory[unit] + bias[unit]);
    return { word, memory, bias, sum, h: sum.map(CURVES[network.activation]) };
  },

  GRU(network, x, old) {
    const [biasOfWord, biasOfMemory] = [rowOf(network.b, 0), rowOf(network.b, 1)];
    const word = multiply(x, network.W_x).map((number, place) => number + biasOfWord[place]);
    const memory = multiply(old.h, network.W_h).map((number, place) => number + biasOfMemory[place]);
    const [wordZ, wordR, wordNew] = split(word, 3);
    const [memoryZ, memoryR, memoryNew] = split(memory, 3);
    const z = wordZ.map((number, unit) => sigmoid(number + memoryZ[unit]));
    const r = wordR.map((number, unit) => sigmoid(number + memoryR[unit]));
    const candidate = wordNew.map((number, unit) => Math.tanh(number + r[unit] * memoryNew[unit]));
    const h = z.map((gate, unit) => gate * old.h[unit] + (1 - gate) * candidate[unit]);
    return { word, memory, z, r, candidate, h };
  },

  LSTM(network, x, old) {
    const word = multiply(x, network.W_x);
    const memory = multiply(old.h, network.W_h);
    const bias = network.b.numbers;
    const parts = split(
      word.map((number, place) => number + memory[place] + bias[place]),
      4,
    );
    const [i, f, o] = [parts[0], parts[1], parts[3]].map((part) => part.map(sigmoid));
    const candidate = parts[2].map(Math.tanh);
    const c = f.map((gate, unit) => gate * old.c[unit] + i[unit] * candidate[unit]);
    return { word, memory, bias, i, f, candidate, o, c, h: c.map((number, unit) => o[unit] * Math.tanh(number)) };
  },
};

/** A network from its element: the shapes are JSON, the weights are float32 in base64. */
function decodeNetwork(element) {
  const network = JSON.parse(element.dataset.network);
  const bytes = Uint8Array.from(atob(element.dataset.weights), (letter) => letter.charCodeAt(0));
  const numbers = new Float32Array(bytes.buffer);
  if (!numbers.every(Number.isFinite)) throw new Error("the model's weights are not numbers (NaN): train it anew");
  let start = 0;
  for (const [name, rows, columns] of network.shapes) {
    network[name] = { rows, columns, numbers: numbers.subarray(start, (start += rows * columns)) };
  }
  if (start !== numbers.length) throw new Error("the model's weights are not complete: make the page anew");
  return network;
}

/** The ids of the steps that are really taken. A network with a window gets padding in front, or the last ids only. */
function windowOf(network, ids) {
  if (network.numSteps === null) return ids;
  return [...Array(network.numSteps).fill(0), ...ids].slice(-network.numSteps);
}

/** Read ids: a list of steps, the zero state first. Each step has its id, its input x and all that its cell computed. */
function read(network, ids) {
  const zeros = new Float64Array(network.numUnits);
  const steps = [{ id: null, h: zeros, c: zeros }];
  for (const id of windowOf(network, ids)) {
    const x = Float64Array.from(rowOf(network.embedding, id));
    steps.push({ id, x, ...CELLS[network.cell](network, x, steps[steps.length - 1]) });
  }
  return steps;
}

/** Whether a network has a guess, or only remembers. */
const hasOutput = (network) => network.outputs.length > 0 || network.isTied;

/** The scores of all words after a state, before softmax. */
function logitsOf(network, state) {
  let values = state;
  for (const [table, bias] of network.outputs) {
    values = multiply(values, network[table]);
    if (bias) values = values.map((number, place) => number + network[bias].numbers[place]);
  }
  if (!network.isTied) return values;
  const scoreOf = (id) => rowOf(network.embedding, id).reduce((sum, number, place) => sum + number * values[place], 0);
  return Float64Array.from({ length: network.embedding.rows }, (_, id) => scoreOf(id));
}

/** Softmax at a temperature. Banned ids, such as the padding, get 0. */
function softmax(logits, temperature = 1, banned = []) {
  const allowed = logits.map((logit, id) => (banned.includes(id) ? -Infinity : logit));
  const highest = allowed.reduce((a, b) => Math.max(a, b));
  const weights = allowed.map((logit) => Math.exp((logit - highest) / temperature));
  const total = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / total);
}

/** How far apart two states are. */
function distance(one, other) {
  return Math.hypot(...one.map((number, place) => number - other[place]));
}

/** The share of belief that must move to turn one guess into another: from 0, the same, to 1. */
function shareMoved(one, other) {
  return one.reduce((sum, p, id) => sum + Math.abs(p - other[id]), 0) / 2;
}

/** The ids of the largest numbers, the largest first. */
function largest(numbers, count) {
  const ids = Array.from(numbers.keys());
  return ids.sort((a, b) => numbers[b] - numbers[a] || a - b).slice(0, count);
}
