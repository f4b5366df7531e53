"""One notebook with other parameters: what is refused before a kernel starts, what is kept however a run ends."""

import asyncio
import hashlib
import json
import os
import queue
import re
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest
from commands import PROJECT, ROOT, make
from course import NOTEBOOKS, PATHS
from jupyter_client.channels import AsyncZMQSocketChannel
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from packaging.requirements import Requirement
from papermill.engines import NBClientEngine

from tools import kernels, rerun
from tools.parameters import Parameter, Refused, parameters_of, read, table

PARAMETERS = "eps: float = 0.2  # 0.05 to 1.0; radius; in metres\nmin_samples: int = 5  # 2 to 20; rows"
EPS, MIN_SAMPLES = KNOWN = [
    Parameter("eps", float, 0.2, 0.05, 1.0, "radius; in metres"),
    Parameter("min_samples", int, 5, 2, 20, "rows"),
]


def notebook(*sources, parameters=PARAMETERS):
    """Make a notebook whose second cell states parameters."""
    cells = [new_markdown_cell("# Tiny", id="t-title")]
    cells.append(new_code_cell(parameters, id="t-parameters", metadata={"tags": ["parameters"]}))
    cells += [new_code_cell(source, id=f"t-{i}") for i, source in enumerate(sources)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Write tiny notebooks that are run in the course's place; return the folder."""
    root = tmp_path / "a {folder}"
    (root / "notebooks").mkdir(parents=True)
    monkeypatch.setattr(rerun, "ROOT", root)

    def write(*sources, tags=(), **options):
        made = notebook(*sources, **options)
        made.cells[-1].metadata["tags"] = [*made.cells[-1].metadata.get("tags", []), *tags]
        nbformat.write(made, root / "notebooks" / "00_tiny.ipynb")
        return root

    return write


@pytest.fixture
def no_kernel(monkeypatch):
    """Let papermill keep its books, but end at the cell whose source is the key of `ends`, with the value."""
    ends, seen = {}, []

    def run(cls, manager, kernel_name, **options):
        seen.append(options)
        for i, cell in enumerate(manager.nb.cells):
            manager.cell_start(cell, i)
            try:
                error = ends.get(cell.source)
                if isinstance(error, CellExecutionError):
                    cell.outputs = [nbformat.v4.new_output("error", ename=error.ename, evalue=error.evalue)]
                    manager.cell_exception(cell, i, exception=error)
                    break
                if error is not None:
                    raise error
            finally:
                manager.cell_complete(cell, i)

    monkeypatch.setattr(NBClientEngine, "execute_managed_notebook", classmethod(run))
    return ends, seen


def kept(root):
    """Return the one run that is there, and its record."""
    (path,) = (root / "build" / "runs").glob("*.ipynb")
    return nbformat.read(path, as_version=4), json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


# --- what a notebook may be given ------------------------------------------------------------------------------------


def test_a_cell_is_read():
    assert parameters_of(notebook()) == KNOWN
    (width,) = parameters_of(notebook(parameters="width: float = 10.0  # 2 to 1_000; width"))
    assert repr((width.low, width.high)) == "(2.0, 1000.0)"
    (path,) = parameters_of(notebook(parameters='path: str = "a b"  # any text; a file'))
    assert path == Parameter("path", str, "a b", "a b", "a b", "a file")
    assert path.read("../x=1.csv") == "../x=1.csv"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("eps = 0.2", "not of the form"),
        ("eps: float = 0.2  # radius", "not of the form"),
        ("eps: float = 0.2  # 0.05 to 1.0", "not of the form"),
        ("eps: str = 'a'  # 0 to 1; radius", "not of the form"),
        (PARAMETERS + "\n\n", "not of the form"),
        ("eps: float = 1  # 0 to 2; radius", "another type"),
        ("eps: int = 1.0  # 0 to 2; radius", "another type"),
        ("eps: int = True  # 0 to 2; radius", "another type"),
        ("eps: float = 2.5  # 0.0 to 2.0; radius", "out of its range"),
        ("eps: float = 0.5  # 1.0 to 2.0; radius", "out of its range"),
        ("k: int = 1  # 0 to 2; rows\nk: int = 1  # 0 to 2; rows", "same name"),
    ],
)
def test_a_cell_that_does_not_say_all_is_an_error(cell, said):
    with pytest.raises(ValueError, match=said):
        parameters_of(notebook(parameters=cell))


def test_there_must_be_one_cell():
    two = notebook()
    two.cells.append(two.cells[1])
    for made, count in ((new_notebook(), 0), (two, 2)):
        with pytest.raises(ValueError, match=f"{count} are there"):
            parameters_of(made)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_table_holds_all_that_the_cell_says(name):
    known = parameters_of(NOTEBOOKS[name])
    lines = table(known).splitlines()
    assert len(lines) == len(known) >= 2
    for line, p in zip(lines, known, strict=True):
        columns = re.split(r"  +", line.strip())
        said = "any text" if p.kind is str else f"{p.low} to {p.high}"
        assert columns == [p.name, p.kind.__name__, f"default {p.default}".strip(), said, p.meaning]


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        (EPS, "0.25", 0.25),
        (EPS, "1", 1.0),
        (EPS, "+1.", 1.0),
        (EPS, ".5", 0.5),
        (EPS, "5e-2", 0.05),
        (EPS, "1E0", 1.0),
        (MIN_SAMPLES, "2", 2),
        (MIN_SAMPLES, "+20", 20),
        (MIN_SAMPLES, "007", 7),
    ],
)
def test_values_within_their_range_are_taken(parameter, text, value):
    taken = read([f"{parameter.name}={text}"], KNOWN)[parameter.name]
    assert (taken, type(taken)) == (value, parameter.kind)


FORM, RANGE, NAME, PAIR = "written with the digits 0 to 9", "is not within", "there is no parameter", "name=value"
WRONG = {
    FORM: [
        *("eps=nan", "eps=inf", "eps=-Infinity", "eps=True", "eps=0x1p-2", "eps=0_1", "eps=", "eps=0,25", "eps=1/4"),
        *("eps=e5", "eps=.", "eps=0.2=0.3", "eps='0.2'", "eps=\u0660.\u0662", "eps=1e", "eps= 0.2", "eps=0.2\n"),
        *("min_samples=True", "min_samples=5.0", "min_samples=5_0", "min_samples=\u0665", "min_samples=\u00b2"),
        *("min_samples=1e1", "min_samples=0b11", "min_samples=--5", "min_samples=nan", "min_samples=" + "9" * 5000),
    ],
    RANGE: [
        *("eps=1e400", "eps=-1e400", "eps=-0.2", "eps=0.0499", "eps=1.0001", "eps=1e-400", "eps=0"),
        *("min_samples=1", "min_samples=21", "min_samples=-5", "min_samples=" + "9" * 300),
    ],
    NAME: ["Eps=0.2", "epsilon=0.2", "eps =0.2", "__class__=1", "min_sample=5"],
    PAIR: ["eps", "=0.2", "=", "--eps", "eps:0.2", "0.2"],
}


def ascii_start(text):
    return ascii(text)[1:25]


@pytest.mark.parametrize(
    ("said", "pair"), [(said, pair) for said, pairs in WRONG.items() for pair in pairs], ids=ascii_start
)
def test_anything_else_is_refused(said, pair):
    with pytest.raises(Refused, match=said) as refusal:
        read([pair], KNOWN)
    assert str(refusal.value).startswith(f"{pair}: ")


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(Refused) as refusal:
        read(["eps=nan", "eps=0.2", "min_samples=4", "min_samples=4", "k=1"], KNOWN)
    lines = str(refusal.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["eps=nan", "eps=0.2", "min_samples=4", "k=1"]
    assert lines[1].endswith("eps is given twice")


# --- before a kernel starts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pairs", [["eps=3"], ["k=1"], ["eps=0.2 eps=0.2"], ["0.2"], ["eps=0.2,min_samples=4"]])
def test_what_is_wrong_starts_nothing_and_lists_the_parameters(course, no_kernel, capsys, pairs):
    root = course("1")
    assert rerun.main(["00_tiny", *pairs]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("Nothing was run: \n" + pairs[0].split()[-1] + ": ")
    assert printed.err.endswith(f"The parameters of 00_tiny:\n{table(KNOWN)}\n")
    assert not no_kernel[1]
    assert not (root / "build").exists()


@pytest.mark.parametrize("name", ["", "01_none", "00", "../notebooks/00_tiny", "notebooks", "/etc/passwd", "00_TINY"])
def test_without_such_a_notebook_all_are_listed(course, no_kernel, capsys, name):
    course("1")
    assert rerun.main([name]) == 2
    said = capsys.readouterr().err
    assert (f"there is no notebook {name};" if name else "no notebook is named;") in said
    assert said.endswith("The notebooks:\n  00_tiny\n")
    assert not no_kernel[1]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff"])
def test_a_broken_notebook_is_told_in_a_sentence(course, no_kernel, capsys, content):
    root = course("1")
    (root / "notebooks" / "00_tiny.ipynb").write_bytes(content)
    assert rerun.main(["00_tiny"]) == 2
    assert capsys.readouterr().err.startswith("Nothing was run: ")
    assert not no_kernel[1]


def test_a_parameters_cell_that_does_not_say_all_runs_nothing(course, no_kernel, capsys):
    course("1", parameters="eps = 0.2")
    assert rerun.main(["00_tiny"]) == 2
    assert capsys.readouterr().err.startswith("Nothing was run: a line of parameters is not of the form")
    assert not no_kernel[1]


def test_a_folder_that_cannot_be_written_is_told(course, no_kernel, capsys):
    (course("1") / "build").touch()
    assert rerun.main(["00_tiny"]) == 2
    assert "build" in capsys.readouterr().err
    assert not no_kernel[1]


@pytest.mark.parametrize("name", ["06_dbscan", "06_dbscan.ipynb", "notebooks/06_dbscan.ipynb"])
def test_parameters_are_listed(capsys, name):
    assert rerun.main([name, "--list"]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("  eps          float  default 0.2  0.05 to 1.0  radius")


# --- however it ends, run and record are kept ------------------------------------------------------------------------


def test_a_run_is_kept_with_a_record_of_what_made_it(course, capfd, monkeypatch):
    asked = []
    get = kernels.Channel.get_msg
    monkeypatch.setattr(kernels.Channel, "get_msg", lambda self, timeout=None: asked.append(1) or get(self, timeout))
    source = (
        "import os, helpers.palette\n"
        "print(eps, min_samples, os.path.basename(os.getcwd()))\n"
        "assert os.path.exists('00_tiny.ipynb')\n"
        "1 / 0"
    )
    root = course(source, tags=["raises-exception"])
    content = (root / "notebooks" / "00_tiny.ipynb").read_bytes()
    assert rerun.main(["00_tiny", "min_samples=8"]) == 0
    run, record = kept(root)

    printed = capfd.readouterr()
    assert re.fullmatch(
        r"Ran notebooks/00_tiny\.ipynb with min_samples=8 in \d+\.\d s: build/runs/00_tiny-\d{8}T\d{6}-min_samples=8"
        r"\.ipynb, its record beside it \(\.json\)\n",
        printed.out,
    )
    assert "4/4" in printed.err  # the bar
    assert "WARNING" not in printed.err
    assert asked
    assert [cell.source for cell in run.cells] == ["# Tiny", PARAMETERS, "# Parameters\nmin_samples = 8\n", source]
    assert run.cells[-1].outputs[0].text == "0.2 8 notebooks\n"
    assert run.cells[-1].outputs[1].ename == "ZeroDivisionError"

    assert record["notebook"] == "notebooks/00_tiny.ipynb"
    assert record["sha256"] == hashlib.sha256(content).hexdigest()
    assert record["parameters"] == {"given": {"min_samples": 8}, "default": {"eps": 0.2}}
    assert set(record["versions"]) == {"python"} | {Requirement(line).name for line in PROJECT["dependencies"]}
    assert record["ended"] == "well"
    assert "error" not in record
    assert 0 < record["seconds"] < 120
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", record["when"])
    texts = json.dumps(record) + json.dumps(run.metadata)
    assert str(root) not in texts
    for private in (os.uname().nodename, str(ROOT)):
        assert private not in texts
    assert (root / "notebooks" / "00_tiny.ipynb").read_bytes() == content


def test_no_two_runs_share_a_name(course, no_kernel):
    root = course("1")
    for _ in range(3):
        assert rerun.main(["00_tiny"]) == 0
    assert len(list((root / "build" / "runs").glob("*.ipynb"))) == 3
    assert len(list((root / "build" / "runs").glob("*.json"))) == 3


def test_defaults_are_not_injected(course, no_kernel, capsys):
    root = course("1")
    assert rerun.main(["00_tiny"]) == 0
    run, record = kept(root)
    assert len(run.cells) == 3
    assert record["parameters"] == {"given": {}, "default": {"eps": 0.2, "min_samples": 5}}
    assert "with its defaults" in capsys.readouterr().out


def test_a_process_that_is_killed_leaves_a_record_that_says_so(course, no_kernel):
    root = course("1")
    no_kernel[0]["1"] = SystemExit()  # passes all the ways out, as a kill would
    with pytest.raises(SystemExit):
        rerun.main(["00_tiny"])
    assert kept(root)[1]["ended"] == "not yet"


def failing():
    return CellExecutionError("traceback", "ValueError", "two\nlines")


@pytest.mark.parametrize(
    ("error", "code", "ended", "text", "shown"),
    [
        (failing(), 1, "with an error", "ValueError: two\nlines", "ValueError: two."),
        (DeadKernelError("Kernel died"), 1, "with an error", "DeadKernelError: Kernel died", "Kernel died."),
        (RuntimeError("no kernel"), 1, "with an error", "RuntimeError: no kernel", "RuntimeError: no kernel."),
        (KeyboardInterrupt(), 130, "stopped", "Ctrl+C", "Ctrl+C."),
    ],
)
def test_a_run_that_ends_early_is_kept(course, no_kernel, capsys, error, code, ended, text, shown):
    root = course("1", "2", "3")
    no_kernel[0]["2"] = error
    assert rerun.main(["00_tiny", "eps=1"]) == code
    run, record = kept(root)
    assert (record["ended"], record["cell"], record["error"]) == (ended, "t-1", text)
    said = capsys.readouterr().out
    how = "was stopped" if ended == "stopped" else "failed"
    assert said.startswith(f"notebooks/00_tiny.ipynb with eps=1.0 {how} in cell t-1: ")
    assert shown in said
    assert said.count("\n") == 1
    statuses = [cell.metadata.papermill["status"] for cell in run.cells]
    assert statuses == ["completed"] * 4 + ["failed", "pending"]


def test_a_kernel_that_does_not_start_is_told(course, monkeypatch, capsys):
    def broken(cls, manager, kernel_name, **options):
        raise RuntimeError("Kernel did not respond")

    monkeypatch.setattr(NBClientEngine, "execute_managed_notebook", classmethod(broken))
    root = course("1")
    assert rerun.main(["00_tiny"]) == 1
    assert kept(root)[1]["cell"] is None
    assert "failed before its first cell: RuntimeError: Kernel did not respond" in capsys.readouterr().out


# --- the client that misses no reply ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timeout", "arrives", "gets"), [(None, 99.6, True), (3, 2.9, True), (3, 3.1, False), (0, 1, False)]
)
def test_a_reply_is_looked_for_again_until_the_time_is_over(monkeypatch, timeout, arrives, gets):
    now, calls = [100.0], []

    async def missed(self, timeout):
        calls.append(timeout)
        assert len(calls) < 1000
        now[0] += timeout
        if now[0] < 100 + arrives:
            raise queue.Empty
        return "reply"

    monkeypatch.setattr(AsyncZMQSocketChannel, "get_msg", missed)
    monkeypatch.setattr(kernels.time, "monotonic", lambda: now[0])
    channel = object.__new__(kernels.Channel)
    if gets:
        assert asyncio.run(channel.get_msg(timeout=timeout)) == "reply"
        assert now[0] < 100 + arrives + kernels.INTERVAL
    else:
        with pytest.raises(queue.Empty):
            asyncio.run(channel.get_msg(timeout=timeout))
        assert now[0] == 100 + timeout


# --- make ------------------------------------------------------------------------------------------------------------


def test_make_hands_over_what_it_is_given_and_no_shell_reads_it(tmp_path):
    """A stub in Python's place notes its arguments; what looks like a command is not run."""
    stub = tmp_path / "python"
    stub.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    stub.chmod(0o755)
    given = ("run", "NOTEBOOK=a b;echo no", "PARAMS=eps=`echo 1` k=2 *")
    done = make("-s", "-o", ".venv/.ready", f"BIN={tmp_path}", *given, cwd=ROOT)
    assert done.stdout.splitlines() == ["-m", "tools.rerun", "--", "a b;echo no", "eps=`echo 1` k=2 *"]


# --- with kernels that really fail -----------------------------------------------------------------------------------

COMMAND = """
import pathlib, sys
from tools import rerun
rerun.ROOT = pathlib.Path(sys.argv[1])
sys.exit(rerun.main(sys.argv[2:]))
"""


@pytest.mark.slow(reason="starts a kernel and waits for its end")
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{}['gone']", "KeyError: 'gone'"),
        ("import os; os._exit(1)", "DeadKernelError: Kernel died"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
    ],
)
def test_a_cell_that_fails_ends_the_run(course, capfd, source, said):
    root = course("1", source, "3")
    assert rerun.main(["00_tiny"]) == 1
    assert f"failed in cell t-1: {said}" in capfd.readouterr().out
    assert kept(root)[0].cells[-1].execution_count is None


@pytest.mark.slow(reason="starts a kernel and waits for its end")
def test_ctrl_c_ends_run_and_kernel(course):
    root = course("import pathlib, time\npathlib.Path('started').touch()\ntime.sleep(300)")
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, root, "00_tiny"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        end = time.monotonic() + 60
        while not (root / "notebooks" / "started").exists():
            assert time.monotonic() < end
            time.sleep(0.05)
        kernel = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "was stopped in cell t-0: Ctrl+C. What ran is kept: build/runs/00_tiny-" in out
    assert "Traceback" not in err
    assert kernel
    assert not psutil.wait_procs(kernel, timeout=20)[1]
    assert kept(root)[1]["ended"] == "stopped"


def test_every_notebook_of_the_course_can_be_named():
    for path in PATHS:
        assert rerun._source(path.stem).samefile(path)
