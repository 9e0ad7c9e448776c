// Elements, numbers and colours: what every part of the page is made of. All text enters as text, never as HTML.

/** An element with its attributes and children. An attribute "onclick" and the like is a function. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const shorten = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);
const quote = (word, most = 30) => `“\u2068${shorten(showToken(word), most)}\u2069”`; // isolated: it may run from right to left
const showToken = (token) => ({ "\n": "⏎", " ": "␣", "": "·" })[token] ?? token;
const format = (number, digits = 3) =>
  number
    .toFixed(digits)
    .replace(/^-(0\.0+)$/, "$1")
    .replace("-", "−");
const percent = (share) => `${Math.round(100 * share)} %`;

/** The colour of a number, from orange at -scale over white to purple at scale. */
function colourOf(explorer, number, scale = 1) {
  const place = (Math.min(1, Math.max(-1, number / scale)) + 1) * 5;
  const [low, high] = [Math.floor(place), Math.ceil(place)].map((index) => explorer.settings.colours[index]);
  return `color-mix(in srgb, ${high} ${Math.round(100 * (place % 1))}%, ${low})`;
}

const inkOn = (number, scale = 1) => (Math.abs(number / scale) > 0.55 ? "#ffffff" : "#1a1a1a");
