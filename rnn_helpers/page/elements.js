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

/** The colour of a number, from orange at -scale over white to purple at scale: three numbers, red, green and blue. */
function blend(explorer, number, scale) {
  const place = (Math.min(1, Math.max(-1, number / scale)) + 1) * 5;
  const ends = [Math.floor(place), Math.ceil(place)].map((index) => explorer.settings.colours[index]);
  const [low, high] = ends.map((colour) => [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16)));
  return low.map((level, part) => Math.round(level + (high[part] - level) * (place % 1)));
}

const colourOf = (explorer, number, scale = 1) => `rgb(${blend(explorer, number, scale).join(" ")})`;

/** A style for a number on its colour, in black or white: whichever can be read better (WCAG's relative luminance). */
function paint(explorer, number, scale = 1) {
  const light = blend(explorer, number, scale).map((level) => (level / 255) ** 2.2);
  const luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
  return `background: ${colourOf(explorer, number, scale)}; color: ${luminance > 0.18 ? "#000000" : "#ffffff"}`;
}
