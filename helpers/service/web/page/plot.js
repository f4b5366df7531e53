"use strict";
// The picture: rows as marks, stamped pixel by pixel (a million in well under a second without a graphics card),
// axes, centres, and which row is near. It knows nothing of requests and controls.

const PALETTE = JSON.parse(document.getElementById("palette").textContent);

// matplotlib's markers, as SVG paths in a square from -1 to 1
const SHAPES = {
  "o": "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z",
  "s": "M-.87-.87H.87V.87H-.87Z",
  "^": "M0-1.1 1.05.8H-1.05Z",
  "v": "M0 1.1 1.05-.8H-1.05Z",
  "<": "M-1.1 0 .8-1.05V1.05Z",
  ">": "M1.1 0-.8-1.05V1.05Z",
  "D": "M0-1.15 1.15 0 0 1.15-1.15 0Z",
  "P": "M-.37-1.05H.37V-.37H1.05V.37H.37V1.05H-.37V.37H-1.05V-.37H-.37Z",
  "X": "M-.5-1 0-.5.5-1 1-.5.5 0 1 .5.5 1 0 .5-.5 1-1 .5-.5 0-1-.5Z",
  "p": "M0-1.1 1.05-.34.65.89H-.65L-1.05-.34Z",
  ".": "M.6 0A.6.6 0 1 1-.6 0A.6.6 0 1 1 .6 0Z",
};
const CROSS = "M-.8-1 0-.2.8-1 1-.8.2 0 1 .8.8 1 0 .2-.8 1-1 .8-.2 0-1-.8Z";
const dark = matchMedia("(prefers-color-scheme: dark)");
const inks = () => PALETTE[dark.matches ? "dark" : "light"];

/** Colour and marker of a cluster; the rule of helpers/palette.py. */
function style(label) {
  if (label < 0) return [inks().noise, "."];
  const n = inks().colors.length;
  return [inks().colors[label % n], PALETTE.markers[(label + Math.floor(label / n)) % n]];
}

/** A colour of the style sheet. */
const ink = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** A colour #rrggbb as its three parts. */
const rgb = color => [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16));

/** A mark of a radius in pixels, as those pixels of a row of `width` that it covers, and how much. */
function sprite(marker, radius, width) {
  const half = Math.ceil(radius * 1.15), side = 2 * half + 1, offsets = [], cover = [];
  const context = Object.assign(document.createElement("canvas"), {width: side, height: side}).getContext("2d");
  context.setTransform(radius, 0, 0, radius, half + .5, half + .5);
  context.fill(new Path2D(SHAPES[marker]));
  const {data} = context.getImageData(0, 0, side, side);
  for (let i = 0; i < side * side; i++) {
    const alpha = data[4 * i + 3];
    if (alpha < 8) continue;
    offsets.push((Math.floor(i / side) - half) * width + i % side - half);
    cover.push(alpha > 247 ? 256 : alpha);
  }
  return {offsets: Int32Array.from(offsets), cover: Uint16Array.from(cover)};
}

/** Put one mark on the pixels, blended with what is there. */
function stamp(pixels, at, {offsets, cover, color, red, green, blue}) {
  for (let j = 0; j < offsets.length; j++) {
    const a = cover[j], i = at + offsets[j];
    if (a === 256) { pixels[i] = color; continue; }
    const below = pixels[i], b = 256 - a;
    const r = red * a + (below & 255) * b >> 8;
    const g = green * a + (below >> 8 & 255) * b >> 8;
    const u = blue * a + (below >> 16 & 255) * b >> 8;
    pixels[i] = 255 << 24 | u << 16 | g << 8 | r;
  }
}

/** About `wanted` round numbers between two, as [value, text]; where only late digits differ, `base` is taken off the texts. */
function ticks(low, high, wanted) {
  const rough = (high - low) / wanted, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(factor => factor * power >= rough);
  const values = [];
  for (let i = Math.ceil(low / step); i * step <= high && values.length < 50; i++) values.push(i * step);
  const largest = list => Math.max(...list.map(Math.abs));
  const base = Math.log10(largest(values) / step) > 7 ? values[0] : 0;
  const size = largest(values.map(value => value - base));
  const digits = Math.max(1, Math.round(Math.log10(size / step)) + 2);
  const text = size >= 1e7 || size < 1e-3
    ? value => value.toExponential(digits - 1).replace(/\.?0*e/, "e").replace("e+", "e")
    : value => value.toLocaleString("en", {maximumSignificantDigits: digits});
  const marks = values.map(value => [value, value - base ? text(value - base) : "0"]);
  return {marks, base: base ? ` \u2212 ${base.toLocaleString("en", {maximumSignificantDigits: 15})}` : ""};
}

/** A text that fits, its end cut off if need be. */
function fitted(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let letters = [...text];
  while (letters.length && context.measureText(letters.join("") + "…").width > width) letters = letters.slice(0, -1);
  return letters.join("") + "…";
}

/** Lowest and highest of a column, a little wider, and never the same. */
function range(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const pad = (high / 2 - low / 2) * .08 || Math.abs(high) * .5 || 1;
  return [low - pad, high + pad];
}

class Plot {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", {alpha: false});
    this.labels = this.centers = null;
    this.hidden = new Set();
  }

  /** Take two columns; `names` go to the axes. */
  setPoints(x, y, names) {
    Object.assign(this, {x, y, names, xRange: range(x), yRange: range(y)});
    this.layout();
  }

  /** Find each row's pixel; again when the canvas has another size. */
  layout() {
    const {canvas, context, x, y} = this, ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.ratio = ratio;
    canvas.width = Math.round(canvas.clientWidth * ratio);
    canvas.height = Math.round(canvas.clientHeight * ratio);
    if (!x) return;
    context.font = `${13 * ratio}px system-ui, sans-serif`;
    const width = ({marks}) => Math.max(...marks.map(([, text]) => context.measureText(text).width));
    this.yTicks = ticks(...this.yRange, canvas.clientHeight / 60);
    const widest = width(this.yTicks);
    this.box = {left: widest + 34 * ratio, top: 10 * ratio, right: canvas.width - 14 * ratio, bottom: canvas.height - 46 * ratio};
    const room = (this.box.right - this.box.left) / (width(ticks(...this.xRange, 5)) + 40 * ratio);
    this.xTicks = ticks(...this.xRange, Math.max(2, room));
    const {left, top, right, bottom} = this.box, n = x.length;
    const area = (right - left) * (bottom - top) / ratio ** 2;
    this.radius = Math.max(.75, Math.min(4.5, Math.sqrt(area / n) / 4.2)) * ratio;
    this.px = new Float32Array(n);
    this.py = new Float32Array(n);
    for (let i = 0; i < n; i++) [this.px[i], this.py[i]] = this.place(x[i], y[i]);
  }

  /** Where a point of the data lies on the canvas, in its pixels. */
  place(x, y) {
    const {left, top, right, bottom} = this.box, [x0, x1] = this.xRange, [y0, y1] = this.yRange;
    return [left + (x - x0) / (x1 - x0) * (right - left), bottom - (y - y0) / (y1 - y0) * (bottom - top)];
  }

  draw() {
    if (!this.x) {
      this.context.fillStyle = ink("paper");
      this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
      return;
    }
    this.drawRows();
    this.drawAxes();
    if (this.centers && !this.hidden.has("centres")) this.drawCenters();
  }

  /** Stamp all rows, noise first so that it hides no cluster; then in the order of the data. */
  drawRows() {
    const {canvas, context, px, py, labels} = this, {width, height} = canvas;
    if (!width || !height) return;
    const image = context.createImageData(width, height), pixels = new Uint32Array(image.data.buffer);
    const pack = color => { const [r, g, b] = rgb(color); return {color: (255 << 24 | b << 16 | g << 8 | r) >>> 0, red: r, green: g, blue: b}; };
    pixels.fill(pack(ink("paper")).color);
    const styles = new Map();
    const styled = label => {
      const [color, marker] = labels ? style(label) : [ink("quiet"), "o"];
      return labels && this.hidden.has(label) ? null : {...sprite(marker, this.radius, width), ...pack(color)};
    };
    for (const noise of [true, false]) {
      for (let i = 0; i < px.length; i++) {
        const label = labels ? labels[i] : 0;
        if (label < 0 !== noise) continue;
        let look = styles.get(label);
        if (look === undefined) styles.set(label, look = styled(label));
        if (look) stamp(pixels, Math.floor(py[i]) * width + Math.floor(px[i]), look);
      }
    }
    context.putImageData(image, 0, 0);
  }

  drawAxes() {
    const {context, ratio, names, xTicks, yTicks} = this, {left, top, right, bottom} = this.box;
    context.font = `${13 * ratio}px system-ui, sans-serif`;
    context.strokeStyle = ink("edge");
    context.fillStyle = ink("ink");
    context.lineWidth = ratio;
    const crisp = at => Math.round(at - ratio / 2) + ratio / 2;  // a line on whole pixels is not blurred
    context.beginPath();
    context.moveTo(crisp(left), top);
    context.lineTo(crisp(left), crisp(bottom));
    context.lineTo(right, crisp(bottom));
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const [value, text] of xTicks.marks) {
      const [x] = this.place(value, 0);
      context.moveTo(crisp(x), bottom);
      context.lineTo(crisp(x), bottom + 5 * ratio);
      context.fillText(text, x, bottom + 8 * ratio);
    }
    context.fillText(fitted(context, names[0] + xTicks.base, right - left), (left + right) / 2, bottom + 27 * ratio);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const [value, text] of yTicks.marks) {
      const [, y] = this.place(0, value);
      context.moveTo(left, crisp(y));
      context.lineTo(left - 5 * ratio, crisp(y));
      context.fillText(text, left - 8 * ratio, y);
    }
    context.stroke();
    context.save();
    context.translate(12 * ratio, (top + bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText(fitted(context, names[1] + yTicks.base, bottom - top), 0, 0);
    context.restore();
  }

  drawCenters() {
    const {context, ratio} = this, cross = new Path2D(CROSS), {left, top, right, bottom} = this.box;
    const size = Math.min(8 * ratio, Math.sqrt((right - left) * (bottom - top) / this.centers.length) / 6);
    for (const [x, y] of this.centers) {
      context.save();
      context.translate(...this.place(x, y));
      context.scale(size, size);
      context.lineWidth = .4;
      context.strokeStyle = ink("paper");
      context.stroke(cross);
      context.fillStyle = inks().center;
      context.fill(cross);
      context.restore();
    }
  }

  visible(i) { return !this.labels || !this.hidden.has(this.labels[i]); }

  /** The visible row nearest to a place, in CSS pixels, if it is within 16 of it; -1 if none is. */
  nearest(left, top) {
    if (!this.x) return -1;
    const x = left * this.ratio, y = top * this.ratio;
    let found = -1, least = (16 * this.ratio) ** 2;
    for (let i = 0; i < this.px.length; i++) {
      const distance = (this.px[i] - x) ** 2 + (this.py[i] - y) ** 2;
      if (distance < least && this.visible(i)) [found, least] = [i, distance];
    }
    return found;
  }

  /** The visible row next to another in a direction, of which the way there is straightest and shortest. */
  next(from, dx, dy) {
    let found = from, least = Infinity;
    for (let i = 0; i < this.px.length; i++) {
      const x = this.px[i] - this.px[from], y = this.py[i] - this.py[from];
      const along = x * dx + y * dy, aside = Math.abs(x * dy + y * dx);
      if (along > .01 && along + 2 * aside < least && this.visible(i)) [found, least] = [i, along + 2 * aside];
    }
    return found;
  }

  /** The visible row after another by number, or before it (`step` -1); itself if there is none. */
  following(from, step) {
    let i = from + step;
    while (i >= 0 && i < this.px.length && !this.visible(i)) i += step;
    return i >= 0 && i < this.px.length ? i : from;
  }

  /** A row's place on the canvas, in CSS pixels. */
  spot(i) { return [this.px[i] / this.ratio, this.py[i] / this.ratio]; }
}
