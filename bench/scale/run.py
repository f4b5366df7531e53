"""Run a measurement in a process of its own, so that its peak memory is its own; end it when it takes too much."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import psutil

from bench.results import ROOT

THREADS = 2
SECONDS, BYTES = 900, 20e9  # no single run may take more; the growth's runs have narrower caps
LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def run(
    what, *, module="bench.scale.task", python=sys.executable, seconds=SECONDS, most=BYTES, threads=THREADS, **args
):
    """Run ``python -m module what args`` and read what it prints.

    Parameters
    ----------
    what : str
        The name of the task.
    module, python : str
        Where the task is, and the interpreter to run it with.
    seconds, most : float
        Caps: seconds and resident bytes, those of its children included.
    threads : int
        Of OpenMP and of the linear algebra.
    **args
        Passed to the task as JSON.

    Returns
    -------
    dict
        What the task printed; ``family``, the most resident bytes seen of it with its children, looked at twice a
        second. Of a run that failed: ``failed``, why.
    """
    env = os.environ | dict.fromkeys(LIMITS, str(threads))
    command = [python, "-m", module, what, json.dumps(args)]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=err)
        try:
            ended, family = _watch(process, seconds, most)
        finally:
            _end(process)
        out.seek(0)
        err.seek(0)
        if not ended and process.returncode:
            ended = _why(process.returncode, err.read())
        return ({"failed": ended} if ended else json.loads(out.read().splitlines()[-1])) | {"family": family}


def _watch(process, seconds, most):
    """Wait for its end, or until it takes too much; why it must end, and the most bytes seen."""
    end, family = time.monotonic() + seconds, 0
    while True:
        try:
            process.wait(0.5)
            return None, family
        except subprocess.TimeoutExpired:
            family = max(family, sum(_resident(one) for one in _tree(process.pid)))
        if family > most:
            return f"took more than {most / 1e9:g} GB", family
        if time.monotonic() > end:
            return f"took more than {seconds:g} s", family


def _tree(pid):
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _resident(process):
    try:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0


def _end(process):
    """End what is still there of it: a cluster or a JVM would outlive it and disturb the next run."""
    for one in _tree(process.pid) if process.poll() is None else []:
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue
    process.wait()


def _why(code, said):
    lines = [line for line in said.splitlines() if line.strip()] or [f"ended with {code}"]
    return f"ended by {signal.Signals(-code).name}" if code < 0 else lines[-1].strip()[:200]


def interleave(cells, rounds):
    """Run each cell once, then each again, so that what slows the machine slows all of them.

    Parameters
    ----------
    cells : dict of dict
        Keyword arguments of `run`, by name; a ``random_state`` among them is another in each round.
    rounds : int

    Returns
    -------
    dict of list of dict
        The runs, by name. A cell that failed is not run again: it would fail again, and take as long.
    """
    found = {name: [] for name in cells}
    for number in range(1, rounds + 1):
        for name, cell in cells.items():
            if any("failed" in one for one in found[name]):
                continue
            one = run(**cell | ({"random_state": number} if "random_state" in cell else {}))
            found[name].append(one)
            said = one.get("failed") or f"{one['seconds']:.3g} s, {one['peak'] / 1e6:.0f} MB"
            print(f"  {number}/{rounds} {name}: {said}", flush=True)
    return found
