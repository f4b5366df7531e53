// The controls, and what is asked of the server: at most one question at a time, and always the latest.

const byId = id => document.getElementById(id);
const canvas = byId("plot"), plot = new Plot(canvas);
const PARAMETERS = {
  kmeans: ["k", "n_init", "seed"],
  dbscan: ["eps", "min_samples"],
  hdbscan: ["min_cluster_size"],
};
const TYPES = {csv: "text/csv", npy: "application/x-npy", parquet: "application/vnd.apache.parquet", json: "application/json"};
const MOST = 20;  // lines of the table that are shown at once
const count = number => number.toLocaleString("en");
const short = (number, digits = 5) => Math.abs(number) >= 1e7 || (number && Math.abs(number) < 1e-3)
  ? String(Number(number.toPrecision(digits))) : number.toLocaleString("en", {maximumSignificantDigits: digits});

let datasets = [];  // what the server lists
let data = null;  // {record, X}: the data set that is drawn
let answer = null;  // the last answer to /clustering
let shownRow = -1, following = 0;

// --- asking the server

/** Ask; what is no answer is thrown as {message, parameters}. */
async function ask(path, options = {}) {
  const token = sessionStorage.getItem("token");
  if (token) options.headers = {...options.headers, Authorization: `Bearer ${token}`};
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw {message: "The server does not answer. Is it still running? Any change here asks it again.", parameters: []};
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({detail: `The server answered ${response.status}.`}));
  byId("token-part").hidden = response.status !== 401;
  const errors = problem.errors ?? [];
  throw {message: errors.map(inWords).join("; ") || problem.detail, parameters: errors.map(error => error.parameter)};
}

/** One error; a place in the rows is left out, since the detail says row and column. */
function inWords({detail, parameter, pointer = ""}) {
  const place = parameter ?? pointer.replace(/^\/X.*/, "").slice(1).replaceAll("/", " ");
  return `${place} ${detail}`.trim();
}

/** The rows of a .npy file of float64: one array per column. */
function columns(buffer, {rows, columns: width}) {
  const start = 10 + new DataView(buffer).getUint16(8, true), X = new Float64Array(buffer, start);
  return Array.from({length: width}, (_, j) => Float64Array.from({length: rows}, (_, i) => X[i * width + j]));
}

/** The question that the controls ask, as /clustering?... */
function question() {
  const algorithm = document.querySelector("[name=algorithm]:checked").value;
  const values = {dataset: byId("dataset").value, algorithm};
  for (const name of PARAMETERS[algorithm]) values[name] = byId(name).value;
  values.scale = byId("scale").checked ? "standard" : "none";
  return values;
}
const pathOf = values => `/clustering?${new URLSearchParams(values)}`;

// --- from a change to a picture

let running = false, again = false;

/** Bring the picture up to date; changes that come meanwhile are one more round, not one each. */
async function refresh() {
  again = true;
  if (running) return;
  running = true;
  const busy = setTimeout(() => { byId("busy").hidden = false; }, 150);
  while (again) {
    again = false;
    try {
      await step();
      tell("");
    } catch (problem) {
      if (!problem.parameters) throw problem;
      forget();
      tell(problem.message, problem.parameters);
    }
  }
  clearTimeout(busy);
  byId("busy").hidden = true;
  running = false;
}

async function step() {
  if (!datasets.length) await list();
  const wanted = byId("dataset").value;
  if (data?.record.id !== wanted) await load(wanted);
  const values = question(), path = pathOf(values);
  history.replaceState(null, "", `#${new URLSearchParams({...values, x: byId("x").value, y: byId("y").value})}`);
  showRequests(values, path);
  const found = await (await ask(path)).json();
  if (again && byId("dataset").value !== wanted) return;  // these labels belong to other rows
  answer = found;
  plot.labels = Int32Array.from(found.labels);
  plot.hidden = new Set([...plot.hidden].filter(label => label === -1 || label === "centres"));  // other numbers mean nothing now
  showAnswer();
  show(path);
}

/** Draw, and say in the document what is drawn. */
function show(path) {
  plot.centers = answer?.centers?.map(center => [center[byId("x").value], center[byId("y").value]]) ?? null;
  plot.draw();
  hideRow();
  canvas.dataset.drawn = path;
}

/** Show the rows without clusters: those of the question before would be no answer to this one. */
function forget() {
  answer = plot.labels = plot.centers = null;
  byId("status").textContent = data ? `${count(data.record.rows)} rows, not clustered` : "";
  byId("clusters").replaceChildren();
  byId("heads").replaceChildren();
  byId("more").hidden = true;
  canvas.setAttribute("aria-label", byId("status").textContent || "No picture yet");
  if (data) show("");
}

function tell(message, parameters = []) {
  const box = byId("error");
  if (box.textContent !== message) box.textContent = message;
  box.hidden = !message;
  for (const input of document.querySelectorAll("input[type=number]")) {
    const wrong = parameters.includes(input.id);
    input.toggleAttribute("aria-invalid", wrong);
    if (wrong) input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", wrong ? "error" : "");
  }
}

// --- data sets

async function list(chosen = byId("dataset").value || new URLSearchParams(location.hash.slice(1)).get("dataset") || "customers") {
  datasets = (await (await ask("/datasets")).json()).datasets;
  byId("token-part").hidden = true;
  byId("dataset").replaceChildren(...datasets.map(one => new Option(`${one.name ?? one.id} (${count(one.rows)} × ${one.columns})`, one.id)));
  byId("dataset").value = datasets.some(one => one.id === chosen) ? chosen : "customers";
}

async function load(id) {
  const path = `/datasets/${encodeURIComponent(id)}`;
  const record = await (await ask(path)).json();
  const rows = await (await ask(path, {headers: {Accept: "application/x-npy"}})).arrayBuffer();
  data = {record, X: columns(rows, record)};
  record.axes = record.feature_names.map((name, j) => name.replaceAll("_", " ") + (record.units?.[j] ? ` (${record.units[j]})` : ""));
  byId("facts").textContent = `${count(record.rows)} rows, ${record.columns} columns: ${record.axes.slice(0, 4).join(", ")}${record.columns > 4 ? ", …" : ""}`;
  byId("delete").hidden = !record.deletable;
  for (const [axis, chosen] of Object.entries(firstAxes())) {
    byId(axis).replaceChildren(...record.axes.map((name, j) => new Option(name, j)));
    byId(axis).value = chosen;
  }
  if (readHash) readHash();
  setRanges();
  setAxes();
}

/** Two columns to begin with: the first two; of many, those that vary most; longitude goes across. */
function firstAxes() {
  const {columns: width, feature_names: names} = data.record;
  if (width === 1) return {x: 0, y: 0};
  if (width === 2 && /^lat/i.test(names[0]) && /^lon/i.test(names[1])) return {x: 1, y: 0};
  if (width <= 10) return {x: 0, y: 1};
  const [x, y] = data.X.map((column, j) => [deviation(column), j]).sort((a, b) => b[0] - a[0]).map(pair => pair[1]);
  return {x, y};
}

function setAxes() {
  const x = Number(byId("x").value), y = Number(byId("y").value);
  plot.setPoints(data.X[x], data.X[y], [data.record.axes[x], data.record.axes[y]]);
  if (answer && answer.labels.length === data.record.rows) plot.labels = Int32Array.from(answer.labels);
}

function deviation(column) {
  let mean = 0, square = 0;
  for (const value of column) mean += value / column.length;
  for (const value of column) square += (value - mean) ** 2 / column.length;
  return Math.sqrt(square);
}

/** Fit the sliders to the data: k to the rows, eps to the distances of some rows to their neighbours. */
function setRanges() {
  byId("k-slider").max = Math.min(20, data.record.distinct_rows);
  byId("min_samples-slider").max = Math.min(50, data.record.rows);
  byId("min_cluster_size-slider").max = Math.max(2, Math.min(100, data.record.rows));
  const near = neighborDistances(Number(byId("min_samples").value) || 5).filter(distance => distance > 0);
  const low = near[0] ?? .01, high = near.at(-1) ?? 1;
  data.eps = [low / 4, high * 4];
  data.firstEps = Number((near[Math.floor(.9 * near.length)] ?? 1).toPrecision(2));
  if (!byId("eps").dataset.chosen) byId("eps").value = data.firstEps;
  setSliders();
}

/** Distance from each of some rows to its n-th nearest, itself counted, sorted. */
function neighborDistances(n) {
  const {X, record: {rows, columns: width}} = data;
  const scale = X.map(column => byId("scale").checked ? 1 / (deviation(column) || 1) : 1);
  const some = Math.max(10, Math.min(200, rows, Math.floor(2e7 / (rows * width)))), found = [];
  for (let s = 0; s < some; s++) {
    const i = Math.floor(s * rows / some), nearest = new Float64Array(Math.min(n, rows, 100)).fill(Infinity);
    for (let r = 0; r < rows; r++) {
      let square = 0;
      for (let j = 0; j < width; j++) square += ((X[j][r] - X[j][i]) * scale[j]) ** 2;
      if (square >= nearest.at(-1)) continue;
      let at = nearest.length - 1;
      for (; at > 0 && nearest[at - 1] > square; at--) nearest[at] = nearest[at - 1];
      nearest[at] = square;
    }
    found.push(Math.sqrt(nearest.at(-1)));
  }
  return found.sort((a, b) => a - b);
}

/** Send a table; then it is chosen. */
async function upload(file) {
  const type = TYPES[file.name.split(".").pop().toLowerCase()];
  if (!type) return tell(`${file.name} has no ending that is known here: give .csv, .npy, .parquet or .json.`);
  const name = file.name.replace(/\.[^.]*$/, "").replace(/[^\p{L}\p{N}_ .-]/gu, "_").replace(/^[ .-]/, "_").slice(0, 64);
  const query = type === TYPES.json || !name ? "" : `?${new URLSearchParams({name})}`;
  byId("busy").hidden = false;
  try {
    const sent = await ask(`/datasets${query}`, {method: "POST", headers: {"Content-Type": type}, body: file});
    await list((await sent.json()).id);
    delete byId("eps").dataset.chosen;
    refresh();
  } catch (problem) {
    if (!problem.parameters) throw problem;
    tell(`${file.name}: ${problem.message}`);
  } finally {
    byId("busy").hidden = true;
  }
}

// --- what is said of an answer

function showAnswer() {
  const rows = answer.rows, sizes = new Map();
  for (const label of plot.labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const noise = sizes.get(-1) ?? 0, clusters = `${count(answer.n_clusters)} cluster${answer.n_clusters === 1 ? "" : "s"}`;
  const more = answer.inertia === undefined ? `${count(noise)} rows noise` : `inertia ${short(answer.inertia)}`;
  byId("status").textContent = `${clusters}, ${more}, ${count(rows)} rows`;
  canvas.setAttribute("aria-label", `Scatter plot of ${count(rows)} rows, ${plot.names[0]} across, ${plot.names[1]} up: `
    + `${clusters}, ${more}. The table below has the size of each.`);
  const places = answer.centers ? [byId("x").value, byId("y").value].map(j => [data.record.axes[j], j]) : [];
  byId("heads").replaceChildren(...["cluster", "rows", "share", ...places.map(([name]) => `centre, ${name}`)].map(text =>
    Object.assign(document.createElement("th"), {scope: "col", textContent: text})));
  const labels = [...sizes.keys()].filter(label => label >= 0).sort((a, b) => a - b);
  byId("clusters").replaceChildren();
  const lines = labels.map(label => () => line(label, `cluster ${label}`, style(label), sizes.get(label), places));
  if (noise) lines.unshift(() => line(-1, "noise", style(-1), noise, places));
  if (answer.centers) lines.unshift(() => line("centres", "centres", [inks().center, CROSS], null, places));
  byId("more").onclick = () => { byId("more").hidden = true; byId("clusters").append(...lines.slice(MOST).map(make => make())); };
  byId("more").hidden = lines.length <= MOST;
  byId("more").textContent = `Show all ${count(lines.length)}`;
  byId("clusters").append(...lines.slice(0, MOST).map(make => make()));
}

/** A line of the table; its button hides and shows. */
function line(label, name, [color, marker], size, places) {
  const row = document.createElement("tr"), head = document.createElement("th"), button = document.createElement("button");
  head.scope = "row";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "-1.2 -1.2 2.4 2.4");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SHAPES[marker] ?? marker);
  path.setAttribute("fill", color);
  svg.append(path);
  button.type = "button";
  button.dataset.label = label;
  button.append(svg, name);
  button.setAttribute("aria-pressed", String(!plot.hidden.has(label)));
  button.onclick = () => {
    if (!plot.hidden.delete(label)) plot.hidden.add(label);
    button.setAttribute("aria-pressed", String(!plot.hidden.has(label)));
    plot.draw();
    hideRow();
  };
  head.append(button);
  const share = size === null ? "" : `${(100 * size / answer.rows).toFixed(1)} %`;
  const center = places.map(([, j]) => label >= 0 ? short(answer.centers[label][j]) : "");
  row.append(head, ...[size === null ? "" : count(size), share, ...center].map(text =>
    Object.assign(document.createElement("td"), {textContent: text})));
  return row;
}

function showRequests(values, path) {
  const token = sessionStorage.getItem("token"), url = location.origin + path;
  byId("url").textContent = url;
  byId("curl").textContent = `curl ${token ? '-H "Authorization: Bearer $CLUSTERING_TOKEN" ' : ""}"${url}"`;
  const lines = Object.entries(values).map(([name, value]) => `        ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  const header = '    headers={"Authorization": "Bearer " + os.environ["CLUSTERING_TOKEN"]},\n';
  byId("python").textContent = `${token ? "import os\n\n" : ""}import requests\n\nresponse = requests.get(\n    ${JSON.stringify(`${location.origin}/clustering`)},\n`
    + `    params={\n${lines.join("\n")}\n    },\n${token ? header : ""})\nresponse.raise_for_status()\nlabels = response.json()["labels"]`;
}

// --- reading a row in the picture

function showRow(i) {
  if (i < 0) return hideRow();
  const {record, X} = data, [left, top] = plot.spot(i), ring = byId("ring"), tip = byId("tip");
  const label = plot.labels ? plot.labels[i] : null;
  const cluster = label === null ? "" : label < 0 ? ": noise" : `: cluster ${label}`;
  const values = record.axes.slice(0, 8).map((name, j) => `${name} ${short(X[j][i], 12)}`);
  tip.textContent = [`row ${count(i)}, counted from 0${cluster}`, ...values, ...(record.columns > 8 ? ["…"] : [])].join("\n");
  ring.style.left = `${left}px`;
  ring.style.top = `${top}px`;
  ring.hidden = tip.hidden = false;
  const room = canvas.clientWidth - tip.offsetWidth;
  tip.style.left = `${Math.max(0, left + 14 < room ? left + 14 : Math.min(room, left - 14 - tip.offsetWidth))}px`;
  tip.style.top = `${Math.max(0, Math.min(canvas.clientHeight - tip.offsetHeight, top + 14))}px`;
  shownRow = i;
}

function hideRow() {
  byId("ring").hidden = byId("tip").hidden = true;
  shownRow = -1;
}

canvas.addEventListener("pointermove", event => {
  cancelAnimationFrame(following);
  following = requestAnimationFrame(() => showRow(plot.nearest(event.offsetX, event.offsetY)));
});
canvas.addEventListener("pointerdown", event => showRow(plot.nearest(event.offsetX, event.offsetY)));
canvas.addEventListener("pointerleave", event => {
  cancelAnimationFrame(following);
  if (event.pointerType === "mouse") hideRow();
});
canvas.addEventListener("blur", hideRow);
canvas.addEventListener("keydown", event => {
  const way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
  if (!way || !data) return;
  event.preventDefault();
  if (shownRow >= 0) return showRow(plot.next(shownRow, ...way));
  let first = 0;
  while (first < data.record.rows && !plot.visible(first)) first++;
  showRow(first < data.record.rows ? first : -1);
});
document.addEventListener("keydown", event => { if (event.key === "Escape") hideRow(); });

// --- controls

/** Each slider to its number, as far as it reaches; that of eps in equal factors. */
function setSliders() {
  for (const slider of document.querySelectorAll("input[type=range]")) {
    const value = Number(byId(slider.id.replace("-slider", "")).value);
    const [low, high] = data?.eps ?? [.01, 1];
    slider.value = slider.id === "eps-slider" ? 100 * Math.log(value / low) / Math.log(high / low) : value;
    slider.setAttribute("aria-valuetext", String(value));
  }
}

for (const slider of document.querySelectorAll("input[type=range]")) {
  slider.addEventListener("input", () => {
    const number = byId(slider.id.replace("-slider", ""));
    const [low, high] = data?.eps ?? [.01, 1];
    number.value = slider.id === "eps-slider" ? Number((low * (high / low) ** (slider.value / 100)).toPrecision(3)) : slider.value;
    if (number.id === "eps") number.dataset.chosen = "yes";
    slider.setAttribute("aria-valuetext", number.value);
    refresh();
  });
}
for (const number of document.querySelectorAll("input[type=number]")) {
  number.addEventListener("input", () => {
    if (number.id === "eps") number.dataset.chosen = "yes";
    setSliders();
    refresh();
  });
}
for (const radio of document.querySelectorAll("[name=algorithm]")) {
  radio.addEventListener("change", () => { showParameters(); refresh(); });
}

function showParameters() {
  const {algorithm} = question();
  for (const part of document.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== algorithm;
}

byId("dataset").addEventListener("change", () => { delete byId("eps").dataset.chosen; refresh(); });
byId("scale").addEventListener("change", () => { delete byId("eps").dataset.chosen; if (data) setRanges(); refresh(); });
for (const axis of ["x", "y"]) byId(axis).addEventListener("change", () => { setAxes(); if (answer) showAnswer(); refresh(); });
byId("controls").addEventListener("submit", event => event.preventDefault());
byId("use-token").addEventListener("click", () => { sessionStorage.setItem("token", byId("token").value.trim()); refresh(); });
byId("file").addEventListener("change", async event => { if (event.target.files[0]) await upload(event.target.files[0]); event.target.value = ""; });
byId("delete").addEventListener("click", async () => {
  const {id, name} = data.record;
  if (!confirm(`Delete ${name ?? id} from this server? Models made of it stay.`)) return;
  try {
    await ask(`/datasets/${id}`, {method: "DELETE"});
    await list("customers");
    byId("dataset").focus();
    refresh();
  } catch (problem) {
    if (!problem.parameters) throw problem;
    tell(problem.message);
  }
});
for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, event => {
    event.preventDefault();
    document.body.classList.toggle("over", type === "dragover");
    if (type === "drop" && event.dataTransfer.files[0]) upload(event.dataTransfer.files[0]);
  });
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const from = byId(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(from.textContent);
      button.textContent = "Copied";
    } catch {  // only pages of this machine, or by https, may write there
      getSelection().selectAllChildren(from);
      button.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}
new ResizeObserver(() => { plot.layout(); plot.draw(); hideRow(); }).observe(canvas);
dark.addEventListener("change", () => { plot.draw(); if (answer) showAnswer(); });

/** Once, take what the address says, so that a link shows what its sender saw. */
let readHash = () => {
  readHash = null;
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    if (name === "scale") byId("scale").checked = value === "standard";
    if (["x", "y"].includes(name) && data.X[value]) byId(name).value = value;
    if (Object.values(PARAMETERS).flat().includes(name)) byId(name).value = value;
    if (name === "eps" && byId(name).value) byId(name).dataset.chosen = "yes";
    if (name === "algorithm" && PARAMETERS[value]) document.querySelector(`[value=${value}]`).checked = true;
  }
  showParameters();
};
refresh();
