"""What the README and the pages in docs/ name is there; what they tell a reader to type is run here, or listed."""

import importlib
import json
import re
import shlex
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from commands import ROOT, TARGETS
from serving import Server
from test_floors import ARROWS, FLOORS, floor

from helpers.exercises import check

sys.path.append(str(ROOT / "docs"))  # as for the build, which runs there
import diagrams
from pages import MANUAL

PAGES = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", *(f"docs/{name}.md" for name in MANUAL))}
FENCED = re.compile(r"^```(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
BLOCKS = [block for block in FENCED.findall("\n".join(PAGES.values())) if block[0] not in ("mermaid", "{toctree}")]
COMMANDS = list(dict.fromkeys(line for _, block in BLOCKS for line in block.splitlines()))
MADE = ("build/", "workbook/", ".venv/")  # by commands; git ignores them

# What is not run here, by how it begins, and why.
LISTED = {
    "needs the network": ("git clone URL", "python3 -m venv", ".venv/bin/python -m pip", ".venv/bin/uv pip", "conda "),
    "a step of the shell's": ("cd clustering-course",),
    "Windows": ("py -3.11", r".venv\Scripts\python"),
    "tests/notebooks/test_lab.py drives it": ("make lab", "python -m tools.lab", ".venv/bin/python -m tools.lab"),
    "tests/house/test_setup.py": ("make workbook",),
    "tests/docs/test_site.py": ("make site",),
    "tests/tools/test_student.py": ("make student",),
    "tests/tools/test_grading.py": ("make grading",),
    "tests/tools/test_slides.py": ("make slides",),
    "tests/tools/test_rerun.py": ("make run",),
    "tests/tools/test_report.py": ("make report", ".venv/bin/python -m tools.report"),
    "tests/service/test_jobs.py; it waits for requests": ("make serve", ".venv/bin/python -m helpers.service --data"),
    "tests/experiments": ("make experiments", ".venv/bin/python -m helpers.experiments run"),
    "takes minutes, or changes a notebook": ("make test", "make bench", "make refresh"),
}
ELSEWHERE = tuple(start for starts in LISTED.values() for start in starts)
CURLS = [line for line in COMMANDS if line.startswith("curl ")]
RUNS = [line for line in COMMANDS if re.match(r"\.venv/bin/python -m ", line) and not line.startswith(ELSEWHERE)]


def test_every_command_is_run_or_listed():
    assert [line for line in COMMANDS if line not in CURLS + RUNS and not line.startswith(ELSEWHERE)] == []
    assert [start for start in ELSEWHERE if not any(line.startswith(start) for line in COMMANDS)] == []
    assert [why for why in LISTED for path in re.findall(r"tests/[\w./]+", why) if not (ROOT / path).exists()] == []


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("instance"), "--workers", "1")
    yield server
    server.process.terminate()
    server.end()


@pytest.mark.parametrize("line", CURLS)
def test_the_server_answers_as_is_said(server, line):
    command = shlex.split(line.replace(":5000", f":{server.port}"))
    done = subprocess.run([*command, "-sw", "\n%{http_code}"], cwd=ROOT, capture_output=True, check=True, text=True)
    body, _, status = done.stdout.rpartition("\n")
    body = json.loads(body)
    if "penguins.csv" in line and "columns=" not in line:
        assert status == "422"
        assert "Adelie" in body["detail"]
        return
    assert status in ("200", "201")
    if "missing=drop" in line:
        assert (body["rows"], body["rows_dropped"]) == (2, 1)
    if line in PAGES["README.md"]:
        said = "DBSCAN finds {n_clusters}, and {noise} rows" if "noise" in body else "k-means finds {n_clusters}"
        assert body["n_clusters"] > 1
        assert said.format(**body) in PAGES["README.md"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the commands run: rows, the committed results, and one in place of what the line before would write."""
    folder = tmp_path_factory.mktemp("typed")
    X = np.random.default_rng(0).normal(size=(200, 2))
    pq.write_table(pa.table({"a": X[:, 0], "b": X[:, 1]}), folder / "rows.parquet")
    np.savetxt(folder / "rows.csv", X, delimiter=",", header="age,income", comments="")
    (folder / "data").symlink_to(ROOT / "data")
    (folder / "build/experiments").mkdir(parents=True)
    committed = ROOT / "data/results/experiments/kmeans-parallel.json"
    (folder / "build/experiments/kmeans-parallel-7.json").symlink_to(committed)
    return folder


@pytest.mark.parametrize("line", RUNS)
def test_a_command_does_its_work(folder, line, monkeypatch, capfd):
    _, _, name, *arguments = shlex.split(line)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", [name, *arguments])
    module = importlib.import_module(name)
    main = getattr(module, "main", None) or importlib.import_module(f"{name}.__main__").main
    try:
        ended = main()
    except SystemExit as end:
        ended = end.code
    assert not ended
    assert capfd.readouterr().out


@pytest.mark.parametrize("page", PAGES)
def test_what_is_named_is_there(page):
    words = re.findall(r"`([^`\n]+)`", FENCED.sub("", PAGES[page]))
    paths = [one for one in words if re.fullmatch(r"[\w.][\w./-]*(/[\w.-]*|\.(py|md|txt|toml|yml|cff|ipynb))", one)]
    assert [path for path in paths if not path.startswith(MADE) and not (ROOT / path).exists()] == []


def test_every_target_that_is_named_is_one_of_make():
    named = {name for text in PAGES.values() for name in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)}
    assert named - set(TARGETS) == set()


def test_the_picture_of_a_wrong_answer_is_described_as_check_says_it_today():
    _, _, hint = " ".join(str(check("01.1", 37.5)).split()).partition("01.1 ")
    assert hint in PAGES["README.md"]


def test_the_floors_and_all_imports_between_them_are_drawn():
    boxes, arrows = diagrams.read(PAGES["docs/architecture.md"])
    assert [" ".join(names) for names in boxes.values()] == FLOORS
    rooms = list(boxes)
    found = {(rooms[floor(m)], rooms[floor(n)]) for m in ARROWS for n in ARROWS[m] if floor(m) != floor(n)}

    def leads(start, end):
        return start == end or any(leads(below, end) for above, below in arrows if above == start)

    assert [pair for pair in found if not leads(*pair)] == []
    assert set(arrows) <= found


def test_the_way_of_a_request_names_what_its_files_define():
    rows = re.findall(r"^\| `(helpers\S+)` \| (.*?) \|", PAGES["docs/architecture.md"], re.MULTILINE)
    assert rows
    for path, names in rows:
        for name in re.findall(r"\w+", names):
            assert re.search(rf"^ *(def|class) {name}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE), (path, name)
