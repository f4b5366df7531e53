// Jobs: data that the server reads in passes. One is started by its button, and goes on without this page.

const jobs = new Map();  // by question, the id of its job
const POLL = 500;  // milliseconds
let turn = 0;  // of those that follow a job: only the last one may go on

/** Whether the data set that is chosen is read in passes. */
const streamed = () => Boolean(datasets.find(one => one.id === byId("dataset").value)?.streamed);

const jobQuestion = () => ({dataset: byId("dataset").value, k: Number(byId("k").value), seed: Number(byId("seed").value)});

/** Show how far the job of the question is, if there is one; none is started. */
function stepJob(values) {
  showJobRequests(values);
  const id = jobs.get(JSON.stringify(values));
  if (id) follow(id, values, turn);
  else showNoJob();
  note();
}

async function follow(id, values, mine) {
  for (let ended = false; !ended;) {
    try {
      const job = await (await ask(`/jobs/${id}`)).json();
      const model = job.status === "done" ? await (await ask(`/models/${job.model}`)).json() : null;
      if (mine !== turn) return;
      if (Object.keys(values).some(name => job.parameters[name] !== values[name])) throw new Trouble("", {status: 404});
      ended = !["queued", "running"].includes(job.status);
      showJob(job, model);
    } catch (trouble) {
      if (mine !== turn) return;
      showNoJob();
      if (trouble.status === 404) jobs.delete(JSON.stringify(values));  // it, or its model, was deleted elsewhere
      else fail(trouble);
      if (trouble.status || !(trouble instanceof Trouble)) return;  // else the server may come back
    }
    if (!ended) await new Promise(done => setTimeout(done, POLL));
    if (mine !== turn) return;
  }
}

function showNoJob() {
  byId("job").hidden = true;
  forget();
}

function showJob(job, model) {
  const {progress: {pass, groups_done: done, groups, inertia, passes_done: passes}, status, detail} = job;
  const active = status === "queued" || status === "running";
  byId("job").hidden = !active;
  byId("cancel").onclick = () => cancel(job.id);
  tell("error", detail ? `The job ${status}: ${detail}` : "");
  if (model) return showModel(model);
  forget();
  const rows = plural(data.record.rows, "row");
  write("status", {queued: `${rows}: the job waits for its turn`, running: `${rows}: the job runs`,
    cancelled: `${rows}: the job was cancelled`}[status] ?? `${rows}, not clustered`);
  byId("bar").max = groups || 1;
  if (groups) byId("bar").value = done;
  else byId("bar").removeAttribute("value");
  write("far", !groups ? "Not begun yet"
    : `${pass ? `Pass ${pass}` : "The start"}: ${count(done)} of ${plural(groups, pass ? "row group" : "step")}`
    + (inertia === null ? "" : `; inertia ${short(inertia)} after ${plural(passes, "pass").replace("passs", "passes")}`));
}

/** Show what a job ended in: the centres alone, since the rows are too many to send. */
function showModel(model) {
  byId("stage").hidden = byId("hint").hidden = false;
  data.X = data.record.axes.map((_, j) => Float64Array.from(model.centers, center => center[j]));
  answer = model;
  plot.labels = Int32Array.from(model.centers, (_, label) => label);
  setAxes();
  showAnswer();
  show(`/models/${model.id}`);
}

async function start() {
  const values = jobQuestion();
  try {
    const headers = {"Content-Type": "application/json"};
    const job = await (await ask("/jobs", {method: "POST", headers, body: JSON.stringify(values)})).json();
    jobs.set(JSON.stringify(values), job.id);
  } catch (trouble) {
    return fail(trouble);
  }
  say("The job is accepted");
  refresh();
}

async function cancel(id) {
  byId("start").focus();  // the button that has the focus goes
  try {
    await ask(`/jobs/${id}`, {method: "DELETE"});
  } catch (trouble) {
    if (trouble.status !== 404) return fail(trouble);
  }
  say("The job is cancelled");
  refresh();
}

function showJobRequests(values) {
  const body = JSON.stringify(values), url = `${location.origin}/jobs`;
  write("url", url);
  write("curl", `curl ${bearer()}-H "Content-Type: application/json" -d '${body}' "${url}"`);
  write("python", `${token ? "import os\n" : ""}import time\n\nimport requests\n\nsession = requests.Session()\n`
    + (token ? 'session.headers["Authorization"] = "Bearer " + os.environ["CLUSTERING_TOKEN"]\n' : "")
    + `response = session.post("${url}", json=${body})\nresponse.raise_for_status()\njob = response.json()\n`
    + 'while job["status"] in ("queued", "running"):\n    time.sleep(1)\n'
    + `    job = session.get("${url}/" + job["id"]).json()\n`
    + `model = session.get("${location.origin}/models/" + job["model"]).json()`);
}
