"""Run an experiment: its tasks side by side, each with its own random numbers and one thread."""

import json
import multiprocessing
import signal
import threading
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing, contextmanager
from datetime import date
from functools import cache
from time import perf_counter

from threadpoolctl import ThreadpoolController
from tqdm.auto import tqdm

from helpers.experiments.keeping import Kept
from helpers.experiments.recipes import RECIPES, recipe
from helpers.experiments.results import Result
from helpers.machine import cores, machine, versions


def run(name, *, trials=None, datasets=None, seed=0, n_jobs=None, progress=None, keep=None):
    """Run an experiment.

    Each trial draws from a generator of its own, made of the seed and of what the trial is, and computes on one thread:
    the numbers do not depend on `n_jobs`, nor on the order, and the first 5 of 50 trials are the same as of 5.

    Parameters
    ----------
    name : str
        One of `names`.
    trials, datasets : int, optional
        Trials (on each data set), and data sets where several trials share one (at least 2: their spread is the
        noise); as in the recipe if omitted.
    seed : int
        At least 0.
    n_jobs : int, optional
        Processes; one for each core if omitted. More than one starts them anew, so a script calls this below
        ``if __name__ == "__main__":``.
    progress : True or callable, optional
        True shows a bar; a function is called with the number of tasks that are done, and of all.
    keep : path, optional
        File that keeps the finished trials until the run is complete: if it is there, the run goes on from it.

    Returns
    -------
    Result

    Raises
    ------
    ValueError
        If there is no such experiment, a number is out of range, or the kept trials are of another run.
    """
    done = recipe(name)
    parameters = _parameters(done, trials, datasets)
    seed, n_jobs = _whole("seed", seed, 0), _whole("n_jobs", cores() if n_jobs is None else n_jobs, 1)
    started = perf_counter()
    tasks = done.tasks(parameters["trials"], parameters.get("datasets"))
    made = {
        "recipe": name,
        "recipe_version": done.version,
        "settings": dict(done.settings),
        "seed": seed,
        "versions": versions(),
    }
    kept = Kept(keep, made)
    resumed = sum(_key(task) in kept.done for task in tasks)
    outcomes = _outcomes(name, tasks, seed, n_jobs, progress, kept)
    record = {"title": done.title, "source": done.source, "deviations": done.deviations, **made}
    del record["recipe"]
    record |= {"parameters": parameters, "machine": machine(), "data": _digests(tasks, outcomes)}
    record |= {"seconds": round(perf_counter() - started, 2), "resumed": resumed, "date": date.today().isoformat()}
    return Result(name, [row for _, rows in outcomes for row in rows], record)


def _whole(what, value, least):
    if isinstance(value, bool) or not hasattr(value, "__index__") or value < least:
        raise ValueError(f"{what} must be a whole number of at least {least}, not {value!r}")
    return int(value)


def _parameters(done, trials, datasets):
    """Fill in what was not given."""
    found = dict(done.defaults)
    if trials is not None:
        found["trials"] = _whole("trials", trials, 1)
    if datasets is not None:
        if "datasets" not in found:
            raise ValueError(f"{done.name} draws new data for each trial, or none: give trials, not datasets")
        found["datasets"] = _whole("datasets", datasets, 2)
    return found


def _key(task):
    return json.dumps(task)


def _outcomes(name, tasks, seed, n_jobs, progress, kept):
    """Do what is not done yet, and list all outcomes in the order of the tasks."""
    todo = [task for task in tasks if _key(task) not in kept.done]
    finished = False
    try:
        with (
            _reporting(progress, len(tasks), len(tasks) - len(todo)) as step,
            closing(_side_by_side(name, todo, seed, n_jobs)) as arriving,
        ):
            for task, outcome in arriving:
                kept.add(_key(task), outcome)
                kept.done[_key(task)] = outcome
                step()
        finished = True
    finally:
        kept.close(finished=finished)
    return [kept.done[_key(task)] for task in tasks]


def _side_by_side(name, tasks, seed, n_jobs):
    """Give (task, outcome) as they finish."""
    if n_jobs == 1 or len(tasks) < 2:
        for task in tasks:
            yield _do(name, task, seed)
        return
    # new processes, not copies of this one, whose threads a copy would lack
    pool = ProcessPoolExecutor(min(n_jobs, len(tasks)), multiprocessing.get_context("spawn"))
    try:
        with _deaf():
            waiting = [pool.submit(_do, name, task, seed) for task in tasks]
        for future in as_completed(waiting):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _deaf():
    """Ignore Ctrl+C; processes that are started meanwhile do so for good, and leave it to this one to stop them."""
    if threading.current_thread() is not threading.main_thread():  # only there can it be set
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _do(name, task, seed):
    """Do one task, on one thread: sums in another order would differ in their last digits."""
    with _controller().limit(limits=1):
        return task, RECIPES[name].work(task, seed)


@cache
def _controller():
    """Find the libraries that have threads once: a Ctrl+C that comes amid the search is lost."""
    return ThreadpoolController()


def _digests(tasks, outcomes):
    """Name each data set by its task without the trial, where trials share it; dict of name to digest."""
    found = {}
    for task, (digest, _) in zip(tasks, outcomes, strict=True):
        parts = [value for key, value in task.items() if key != "trial" or "dataset" not in task]
        found["/".join(map(str, parts))] = digest
    return found


@contextmanager
def _reporting(progress, total, done):
    """Give a function to be called after each task, which moves a bar or calls the caller's own."""
    if progress is True:
        with tqdm(total=total, initial=done, unit="task") as bar:
            yield bar.update
    elif callable(progress):
        counted = iter(range(done + 1, total + 1))
        yield lambda: progress(next(counted), total)
    else:
        yield lambda: None
