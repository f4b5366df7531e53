// The controls, and what is asked of the server: at most one question at a time, and always the latest.

const byId = id => document.getElementById(id), all = selector => document.querySelectorAll(selector);
const on = (id, type, act) => byId(id).addEventListener(type, act);
const write = (id, text) => { byId(id).textContent = text; };
const checked = name => document.querySelector(`[name=${name}]:checked`).value;
const element = (tag, properties) => Object.assign(document.createElement(tag), properties);
const bearer = () => token ? '-H "Authorization: Bearer $CLUSTERING_TOKEN" ' : "";  // of curl
const canvas = byId("plot"), plot = new Plot(canvas);
const PARAMETERS = {
  kmeans: ["k", "n_init", "seed"],
  dbscan: ["eps", "min_samples"],
  hdbscan: ["min_cluster_size"],
};
const TYPES = {csv: "text/csv", npy: "application/x-npy", parquet: "application/vnd.apache.parquet", json: "application/json"};
const MOST = 20;  // lines of the table that are shown at once
const PATIENCE = 500;  // milliseconds after which a question that is out of date is no longer waited for
const count = number => number.toLocaleString("en");
const plural = (number, word) => `${count(number)} ${word}${number === 1 ? "" : "s"}`;
const short = (number, digits = 5) => Math.abs(number) >= 1e7 || (number && Math.abs(number) < 1e-3)
  ? number.toExponential(digits - 1).replace("e+", "e") : number.toLocaleString("en", {maximumSignificantDigits: digits});

let datasets = [];  // what the server lists
let data = null;  // {record, X, eps}: the data set that is drawn, its columns, the range of its eps slider
let answer = null;  // the answer to /clustering that is drawn
let wantedAxes = null;  // of a link that was opened
let allLines = false;  // whether the whole table is shown
let shownRow = -1, following = 0, saying = 0, asking = 0;
let epsChosen = false;  // else it follows the data
let token = "";
try {
  token = sessionStorage.getItem("token") ?? "";
} catch { /* a browser may forbid it: then the token is asked for on each visit */ }

// --- asking the server

/** What keeps an answer from being had, in words for the user. */
class Trouble extends Error {
  constructor(message, {status = 0, parameters = [], problem = {}} = {}) {
    super(message);
    Object.assign(this, {status, parameters, problem});
  }
}

/** Ask. */
async function ask(path, options = {}) {
  if (token) options.headers = {...options.headers, Authorization: `Bearer ${token}`};
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble("The server does not answer. Is it still running? Any change here asks it again.");
  }
  if (response.ok) return response;
  byId("token-form").hidden = response.status !== 401;
  if (response.status === 401) throw new Trouble(token ? "This token is not right." : "Type the server's token.", {status: 401});
  const problem = await response.json().catch(() => ({detail: `The server answered ${response.status}.`}));
  const errors = problem.errors ?? [], parameters = errors.map(error => error.parameter ?? error.pointer?.slice(1));
  const words = errors.length <= MOST ? errors.map(inWords).join("; ") : "";
  throw new Trouble(words || problem.detail, {status: response.status, parameters, problem});
}

/** One error; a place in the rows is left out, since the detail says it. */
function inWords({detail, parameter, pointer = "", column, line}) {
  const place = parameter ?? (column ? `column ${column}` : line ? `line ${line}:` : pointer.replace(/^\/X.*/, "").slice(1).replaceAll("/", " "));
  return `${place} ${detail}`.trim();
}

/** The rows of a .npy file of float64: one array per column. */
function columns(buffer, {rows, columns: width}) {
  const start = 10 + new DataView(buffer).getUint16(8, true), X = new Float64Array(buffer, start), found = [];
  for (let j = 0; j < width; j++) {
    const column = new Float64Array(rows);
    for (let i = 0; i < rows; i++) column[i] = X[i * width + j];
    found.push(column);
  }
  return found;
}

/** The question that the controls ask. */
function question() {
  if (streamed()) return jobQuestion();
  const algorithm = checked("algorithm");
  const values = {dataset: byId("dataset").value, algorithm};
  for (const name of PARAMETERS[algorithm]) values[name] = byId(name).value;
  values.scale = byId("scale").checked ? "standard" : "none";
  return values;
}

// --- from a change to a picture

let running = false, again = false, under = null, failures = 0;

/** Bring the picture up to date; changes that come meanwhile are one more round, not one each. */
async function refresh() {
  again = true;
  if (under && performance.now() - under.since > PATIENCE) under.abort();
  if (running) return;
  running = true;
  wait(1);
  while (again) {
    again = false;
    const before = failures;
    try {
      await step();
      if (failures === before) tell("error", "");  // not what went wrong meanwhile, as with a job that was asked for
    } catch (trouble) {
      if (trouble.name !== "AbortError") fail(trouble);
    }
  }
  wait(-1);
  running = false;
}

function fail(trouble) {
  failures++;
  if (!(trouble instanceof Trouble)) console.error(trouble);
  forget();
  tell("error", trouble.message, trouble.parameters);
}

async function step() {
  if (!datasets.length) {
    await list();
    readLink();
  }
  const wanted = byId("dataset").value;
  if (data?.record.id !== wanted) {
    await load(wanted);
    if (again) return;  // other choices were made meanwhile
  }
  turn++;
  if (data?.record.streamed) return stepJob(question());
  byId("job").hidden = true;
  const values = question(), path = `/clustering?${new URLSearchParams(values)}`;
  showRequests(values, path);
  under = Object.assign(new AbortController(), {since: performance.now()});
  const found = await (await ask(path, {signal: under.signal})).json();
  if (byId("dataset").value !== wanted) return;  // these labels belong to other rows
  answer = found;
  plot.labels = Int32Array.from(found.labels);
  plot.hidden = new Set([...plot.hidden].filter(label => label === -1 || label === "centres"));  // other numbers mean nothing now
  showAnswer();
  show(path);
  note();
}

/** Draw, and say in the document what is drawn. */
function show(path) {
  plot.centers = data?.record.streamed ? null : answer?.centers?.map(center => [center[byId("x").value], center[byId("y").value]]) ?? null;
  plot.draw();
  hideRow();
  canvas.dataset.drawn = path;
}

/** Show the rows without clusters: those of the question before would be no answer to this one. */
function forget() {
  answer = plot.labels = plot.centers = null;
  if (data?.record.streamed) data.X = plot.x = null;
  byId("stage").hidden = byId("hint").hidden = Boolean(data?.record.streamed);
  write("status", data ? `${plural(data.record.rows, "row")}, not clustered` : "");
  for (const id of ["clusters", "heads"]) byId(id).replaceChildren();
  byId("more").hidden = true;
  canvas.setAttribute("aria-label", byId("status").textContent || "No picture yet");
  show("");
}

/** Keep the question in the address, so that a link shows it. */
function note() {
  try {
    const values = question(), job = jobs.get(JSON.stringify(values));
    history.replaceState(null, "", `#${new URLSearchParams({...values, ...job && {job}, x: byId("x").value, y: byId("y").value})}`);
  } catch { /* a browser may find that this happens too often: the next answer does it */ }
}

/** Show a message, or none. */
function tell(id, message, parameters = []) {
  if (byId(id).textContent !== message) byId(id).textContent = message;
  byId(id).hidden = !message;
  if (id !== "error") return;
  for (const input of all("input[type=number]")) {
    const wrong = parameters.includes(input.id);
    for (const [name, value] of [["aria-invalid", "true"], ["aria-describedby", "error"]]) {
      if (wrong) input.setAttribute(name, value);
      else input.removeAttribute(name);
    }
  }
}

/** Count what is waited for; the bar is shown if that takes a while. */
function wait(more) {
  asking += more;
  if (!asking) byId("busy").hidden = true;
  else setTimeout(() => { byId("busy").hidden = !asking; }, 150);
}

/** Let a screen reader say it, when changes have come to rest. */
function say(text) {
  clearTimeout(saying);
  saying = setTimeout(write, 400, "say", text);
}

// --- data sets

async function list(chosen = byId("dataset").value) {
  datasets = (await (await ask("/datasets")).json()).datasets.filter(one => one.usable);
  byId("token-form").hidden = true;
  byId("dataset").replaceChildren(...datasets.map(one => new Option(`${one.name ?? one.id} (${count(one.rows)} × ${one.columns}${one.streamed ? ", in passes" : ""})`, one.id)));
  byId("dataset").value = datasets.some(one => one.id === chosen) ? chosen : "customers";
}

async function load(id) {
  const path = `/datasets/${encodeURIComponent(id)}`;
  byId("delete").hidden = true;
  let record, rows;
  try {
    record = await (await ask(path)).json();
    rows = record.streamed ? null : await (await ask(path, {headers: {Accept: "application/x-npy"}})).arrayBuffer();
  } catch (trouble) {
    data = plot.x = null;
    write("facts", "");
    if (trouble.status !== 404) throw trouble;
    await list();  // it was deleted elsewhere: another one is chosen now
    tell("notice", trouble.message);
    again = true;
    return;
  }
  record.axes = record.feature_names.map((name, j) => name.replaceAll("_", " ") + (record.units?.[j] ? ` (${record.units[j]})` : ""));
  data = {record, X: rows && columns(rows, record)};
  showParameters();
  write("facts", `${plural(record.rows, "row")}, ${plural(record.columns, "column")}: `
    + [`${record.axes.slice(0, 4).join(", ")}${record.columns > 4 ? ", …" : ""}`, ...record.warnings.slice(0, 9)].join(". "));
  byId("delete").hidden = !record.deletable;
  for (const [axis, chosen] of Object.entries(firstAxes())) {
    byId(axis).replaceChildren(...record.axes.map((name, j) => new Option(name, j)));
    byId(axis).value = chosen;
  }
  takeAxes();
  setRanges();
  setAxes();
  forget();
}

/** Two columns to begin with: the first two; of many, those that vary most; longitude goes across. */
function firstAxes() {
  const {columns: width, feature_names: names} = data.record;
  if (width === 1) return {x: 0, y: 0};
  if (width === 2 && /^lat/i.test(names[0]) && /^lon/i.test(names[1])) return {x: 1, y: 0};
  if (width <= 10 || !data.X) return {x: 0, y: 1};
  const [x, y] = data.X.map((column, j) => [deviation(column), j]).sort((a, b) => b[0] - a[0]).map(pair => pair[1]);
  return {x, y};
}

function setAxes() {
  if (!data.X) return;
  const x = Number(byId("x").value), y = Number(byId("y").value);
  plot.setPoints(data.X[x], data.X[y], [data.record.axes[x], data.record.axes[y]]);
}

function deviation(column) {
  let mean = 0, square = 0;
  for (const value of column) mean += value / column.length;
  for (const value of column) square += (value - mean) ** 2 / column.length;
  return Math.sqrt(square);
}

/** Fit the sliders to the data: k to the rows, eps to the distances of some rows to their neighbours. */
function setRanges() {
  byId("k-slider").max = Math.min(20, data.record.distinct_rows ?? data.record.rows);
  byId("min_samples-slider").max = Math.min(50, data.record.rows);
  byId("min_cluster_size-slider").max = Math.max(2, Math.min(100, data.record.rows));
  delete data.eps;
  write("suggestion", "");
  if (question().algorithm === "dbscan") setEpsRange();
  setSliders();
}

function setEpsRange() {
  if (data.eps) return;
  const near = neighborDistances(Number(byId("min_samples").value) || 5).filter(distance => distance > 0);
  data.eps = [(near[0] ?? .01) / 4, Math.min(1e150, (near.at(-1) ?? 1) * 4)];
  if (!epsChosen) byId("eps").value = Number((near[Math.floor(.9 * near.length)] ?? 1).toPrecision(2));
}

/** Ask for a radius that fits the data as they are scaled, take it, and say why, or why there is none. */
async function suggest() {
  const key = () => `dataset=${byId("dataset").value}&scale=${question().scale}`, asked = key();
  write("suggestion", "");
  wait(1);
  const found = await ask(`/eps?${asked}`).then(response => response.json()).catch(({message}) => ({eps: null, reason: message}));
  wait(-1);
  if (key() !== asked) return;  // it is of other rows, or units
  write("suggestion", found.reason);
  if (found.eps === null) return;
  epsChosen = true;
  byId("eps").value = Number(found.eps.toPrecision(4));
  byId("min_samples").value = found.min_samples;
  setSliders();
  refresh();
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

/** Send a table, or some of its columns; then it is chosen, or what to send of it is asked. */
async function upload(file, chosen) {
  const ending = file.name.split(".").pop().toLowerCase();
  if (!Object.hasOwn(TYPES, ending)) {
    return tell("notice", `${file.name} has no ending that is known here: give .csv, .npy, .parquet or .json.`);
  }
  const letters = [...file.name.replace(/\.[^.]*$/, "").normalize("NFC").replace(/[^\p{L}\p{N}_ .-]/gu, "_").replace(/^[ .-]/, "_")];
  const query = new URLSearchParams(chosen ?? {warnings: "refuse"});
  if (ending !== "json" && letters.length) query.set("name", letters.slice(0, 64).join(""));
  wait(1);
  try {
    const sent = await ask(`/datasets?${query}`, {method: "POST", headers: {"Content-Type": TYPES[ending]}, body: file});
    await choose((await sent.json()).id);
    withdraw("dataset");
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    const asks = !chosen && trouble.problem.columns?.some(({kind}) => USABLE.includes(kind));
    tell("notice", asks ? "" : `${file.name}: ${trouble.message}`);
    if (asks) offer(file, trouble.problem);
    else if (!chosen) withdraw("file");
  } finally {
    wait(-1);
  }
}

/** List anew what there is, and choose one. */
async function choose(id) {
  await list(id);
  tell("notice", "");
  epsChosen = false;
  refresh();
}

async function remove() {
  const {id, name} = data.record;
  if (!confirm(`Delete ${name ?? id} from this server? Models made of it stay.`)) return;
  try {
    await ask(`/datasets/${id}`, {method: "DELETE"});
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    if (trouble.status !== 404) return tell("notice", trouble.message);  // 404: it is gone already
  }
  byId("dataset").focus();
  await choose("customers").catch(trouble => tell("notice", trouble.message));
}

// --- what is said of an answer

function showAnswer() {
  const rows = answer.rows, sizes = new Map(answer.counts?.entries());
  if (!answer.counts) for (const label of plot.labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const noise = sizes.get(-1) ?? 0, clusters = plural(answer.n_clusters, "cluster");
  const more = answer.inertia === undefined ? `${plural(noise, "row")} noise` : `inertia ${short(answer.inertia)}`;
  write("status", `${clusters}, ${more}, ${plural(rows, "row")}`);
  say(byId("status").textContent);
  canvas.setAttribute("aria-label", `${plural(rows, "row")}, ${plot.names[0]} across, ${plot.names[1]} up: `
    + `${clusters}, ${more}. The table below has the size of each.`);
  const places = answer.centers ? [byId("x").value, byId("y").value].map(j => [data.record.axes[j], j]) : [];
  byId("heads").replaceChildren(...["cluster", "rows", "share", ...places.map(([name]) => `centre, ${name}`)].map(text =>
    element("th", {scope: "col", textContent: text, title: text})));
  const labels = [...sizes.keys()].filter(label => label >= 0).sort((a, b) => a - b);
  const lines = labels.map(label => () => line(label, `cluster ${label}`, style(label), sizes.get(label), places));
  if (noise) lines.unshift(() => line(-1, "noise", style(-1), noise, places));
  if (answer.centers && !answer.counts) lines.unshift(() => line("centres", "centres", [inks().center, CROSS], null, places));
  fillTable(lines);
}

/** Put the lines into the table; the focus stays where it was. */
function fillTable(lines) {
  const focused = byId("clusters").contains(document.activeElement) ? document.activeElement.dataset.label : null;
  byId("clusters").replaceChildren(...lines.slice(0, allLines ? lines.length : MOST).map(make => make()));
  byId("more").hidden = allLines || lines.length <= MOST;
  write("more", `Show all ${count(lines.length)}`);
  byId("more").onclick = () => {
    allLines = true;
    fillTable(lines);
    byId("clusters").rows[MOST].querySelector("button").focus();
  };
  if (focused !== null) byId("clusters").querySelector(`[data-label="${focused}"]`)?.focus();
}

/** A line of the table; its button hides and shows. */
function line(label, name, [color, marker], size, places) {
  const row = element("tr"), head = element("th", {scope: "row"}), button = element("button");
  const [svg, path] = ["svg", "path"].map(tag => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("viewBox", "-1.2 -1.2 2.4 2.4");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SHAPES[marker] ?? marker);
  path.setAttribute("fill", color);
  svg.append(path);
  button.dataset.label = label;
  button.append(svg, name);
  const press = () => button.setAttribute("aria-pressed", String(!plot.hidden.has(label)));
  press();
  button.onclick = () => {
    if (!plot.hidden.delete(label)) plot.hidden.add(label);
    press();
    plot.draw();
    hideRow();
  };
  head.append(button);
  const share = size === null ? "" : `${(100 * size / answer.rows).toFixed(1)} %`;
  const center = places.map(([, j]) => label >= 0 ? short(answer.centers[label][j]) : "");
  row.append(head, ...[size === null ? "" : count(size), share, ...center].map(text =>
    element("td", {textContent: text})));
  return row;
}

function showRequests(values, path) {
  const url = location.origin + path;
  write("url", url);
  write("curl", `curl ${bearer()}"${url}"`);
  const lines = Object.entries(values).map(([name, value]) => `        ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  const header = '    headers={"Authorization": "Bearer " + os.environ["CLUSTERING_TOKEN"]},\n';
  write("python", `${token ? "import os\n\n" : ""}import requests\n\nresponse = requests.get(\n    ${JSON.stringify(`${location.origin}/clustering`)},\n`
    + `    params={\n${lines.join("\n")}\n    },\n${token ? header : ""})\nresponse.raise_for_status()\nlabels = response.json()["labels"]`);
}

// --- reading a row in the picture

function showRow(i, aloud = false) {
  if (i < 0) return hideRow();
  const {record, X} = data, [left, top] = plot.spot(i), ring = byId("ring"), tip = byId("tip");
  const label = plot.labels ? plot.labels[i] : null;
  const cluster = label === null ? "" : label < 0 ? ": noise" : `: cluster ${label}`;
  const values = record.axes.slice(0, 8).map((name, j) => `\u2068${name}\u2069 ${short(X[j][i], 12)}`);  // names may run from right to left
  tip.textContent = [record.streamed ? `centre${cluster}` : `row ${count(i)}, counted from 0${cluster}`, ...values, ...(record.columns > 8 ? ["…"] : [])].join("\n");
  if (aloud) {
    clearTimeout(saying);  // what waits to be said is older than the row that was asked for
    write("say", tip.textContent);
  }
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

/** The row that a key leads to. */
function rowByKey(key) {
  const way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[key];
  const step = {PageDown: 1, PageUp: -1}[key];
  if (!data || !(way || step)) return null;
  if (shownRow < 0) {
    const first = plot.following(-1, 1);
    return plot.visible(Math.max(first, 0)) ? first : -1;
  }
  return way ? plot.next(shownRow, ...way) : plot.following(shownRow, step);
}

on("plot", "pointermove", event => {
  cancelAnimationFrame(following);
  following = requestAnimationFrame(() => showRow(plot.nearest(event.offsetX, event.offsetY)));
});
on("plot", "pointerdown", event => showRow(plot.nearest(event.offsetX, event.offsetY)));
on("plot", "pointerleave", event => {
  cancelAnimationFrame(following);
  if (event.pointerType === "mouse") hideRow();
});
on("plot", "blur", hideRow);
on("plot", "keydown", event => {
  const row = rowByKey(event.key);
  if (row === null) return;
  event.preventDefault();
  showRow(row, true);
});
document.addEventListener("keydown", event => { if (event.key === "Escape") hideRow(); });

// --- controls

/** Each slider to its number, as far as it reaches; that of eps in equal factors. */
function setSliders() {
  for (const slider of all("input[type=range]")) {
    const {value} = byId(slider.id.replace("-slider", ""));
    const [low, high] = data?.eps ?? [.01, 1];
    if (slider.id !== "eps-slider") slider.value = value;
    else if (value > 0) slider.value = 100 * Math.log(value / low) / Math.log(high / low);
    slider.setAttribute("aria-valuetext", value || "none");
  }
}

function showParameters() {
  const {algorithm = "kmeans"} = question();  // a job's is no other
  for (const part of all("[data-table]")) part.hidden = streamed();
  for (const part of all("[data-job]")) part.hidden = !streamed();
  for (const part of all("[data-for]")) part.hidden = part.dataset.for !== algorithm;
  if (algorithm === "dbscan" && data) {
    setEpsRange();
    setSliders();
  }
}

/** Take what the address says, so that a link shows what its sender saw. */
function readLink() {
  const link = new URLSearchParams(location.hash.slice(1)), wanted = link.get("dataset") ?? "customers";
  if (!datasets.some(one => one.id === wanted)) {
    return tell("notice", `The data set of this link, ${wanted.slice(0, 60)}, is not on this server; this is another one.`);
  }
  byId("dataset").value = wanted;
  byId("scale").checked = link.get("scale") === "standard";
  for (const name of Object.values(PARAMETERS).flat()) {
    if (/^[0-9.e+-]+$/.test(link.get(name) ?? "")) byId(name).value = link.get(name);
  }
  if (byId("eps").value) epsChosen = true;
  if (Object.hasOwn(PARAMETERS, link.get("algorithm"))) document.querySelector(`[value=${link.get("algorithm")}]`).checked = true;
  if (streamed() && /^[0-9a-f]{16}$/.test(link.get("job") ?? "")) jobs.set(JSON.stringify(question()), link.get("job"));
  wantedAxes = {x: link.get("x"), y: link.get("y")};
  showParameters();
}

/** Take the axes of a link, as far as the data have such columns. */
function takeAxes() {
  for (const [axis, value] of Object.entries(wantedAxes ?? {})) {
    if (/^[0-9]+$/.test(value) && value < data.record.columns) byId(axis).value = Number(value);
  }
  wantedAxes = null;
}

function changeAxes() {
  if (!data) return;
  setAxes();
  if (answer) showAnswer();
  show(canvas.dataset.drawn);
  note();
}

for (const slider of all("input[type=range]")) {
  const number = byId(slider.id.replace("-slider", ""));
  slider.setAttribute("aria-label", `${number.id}, by slider`);
  slider.addEventListener("input", () => {
    const [low, high] = data?.eps ?? [.01, 1];
    number.value = slider.id === "eps-slider" ? Number((low * (high / low) ** (slider.value / 100)).toPrecision(3)) : slider.value;
    if (number.id === "eps") epsChosen = true;
    slider.setAttribute("aria-valuetext", number.value);
    refresh();
  });
}
let typing = 0;
for (const number of all("input[type=number]")) {
  number.addEventListener("input", () => {
    if (number.id === "eps") epsChosen = true;
    setSliders();
    clearTimeout(typing);
    typing = setTimeout(refresh, 250);  // who types 12 has not asked for 1
  });
}
for (const radio of all("[name=algorithm]")) {
  radio.addEventListener("change", () => { showParameters(); refresh(); });
}
on("dataset", "change", () => {
  byId("delete").hidden = true;
  epsChosen = false;
  tell("notice", "");
  refresh();
});
on("scale", "change", () => {
  epsChosen = false;
  if (data) setRanges();
  refresh();
});
for (const axis of ["x", "y"]) on(axis, "change", changeAxes);
on("controls", "submit", event => event.preventDefault());
byId("token-form").addEventListener("submit", event => {
  event.preventDefault();
  token = byId("token").value.trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    token = "";
    return tell("error", "A token is made of ASCII letters, digits and -._~+/=.");
  }
  byId("token").value = "";
  byId("dataset").focus();
  try {
    sessionStorage.setItem("token", token);
  } catch { /* see above */ }
  refresh();
});
on("file", "change", async event => {
  if (event.target.files[0]) await upload(event.target.files[0]);
  event.target.value = "";
});
on("delete", "click", remove);
on("start", "click", start);
on("suggest", "click", suggest);
for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, async event => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.toggle("over", type === "dragover");
    if (type === "drop") for (const file of [...event.dataTransfer.files]) await upload(file);
  });
}
for (const button of all("[data-copy]")) {
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
addEventListener("hashchange", () => {
  tell("notice", "");
  readLink();
  if (data?.record.id === byId("dataset").value) {
    takeAxes();
    setRanges();
    changeAxes();
  }
  refresh();
});
document.addEventListener("visibilitychange", () => {  // another tab may have uploaded or deleted something
  if (!document.hidden && datasets.length) list().then(refresh, () => {});
});
new ResizeObserver(() => { plot.layout(); plot.draw(); hideRow(); }).observe(canvas);
dark.addEventListener("change", () => { plot.draw(); if (answer) showAnswer(); });

byId("own").open = !matchMedia("(max-width: 50rem)").matches;
refresh();
