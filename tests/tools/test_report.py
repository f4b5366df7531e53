"""A report on any table: a page or a sentence for each shape, notebook 12's own numbers, a page that reads well."""

import contextlib
import functools
import gzip
import io
import os
import re
import signal
import subprocess
import sys
import time
import zipfile

import numpy as np
import pandas as pd
import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from commands import ROOT
from course import cell_with

from helpers.preparing.transforming import WORDS
from helpers.scores import suggest_eps
from tools.report import __main__ as command
from tools.report import assembling, concluding, drawing, evidence, portraits, sheet, taking
from tools.report.advance import Bar
from tools.report.evidence import Nothing, Repeats, Rules
from tools.report.taking import Asked

RAW = ROOT / "data" / "penguins_raw.csv"


def apart(n=60, d=2):
    """Rows of two groups that nobody could miss."""
    X = np.random.default_rng(d).normal(size=(n, d))
    X[: n // 2] += 8
    return X


def table(X, names=None):
    names = names or [f"x{i}" for i in range(np.shape(X)[1])]
    return "\n".join([",".join(names), *(",".join(f"{value:.6g}" for value in row) for row in X)]) + "\n"


def far_row():
    X = np.random.default_rng(0).normal(size=(80, 2))
    X[0] = 1000
    return table(X)


def workbook():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


@pytest.fixture
def quick(monkeypatch):
    """Few sets without groups and few parts: what is tested here is not the numbers."""
    monkeypatch.setattr(evidence, "N_REFERENCES", 3)
    monkeypatch.setattr(evidence, "N_PAIRS", 3)
    monkeypatch.setattr(evidence, "N_BLOBS", 6)
    monkeypatch.setattr(assembling, "suggest_eps", functools.partial(suggest_eps, n_references=3))


def work(path, *, at_most=3, **asked):
    """Do the steps, without a page."""
    with Bar(1) as bar:
        return assembling.work(path, Asked(at_most=at_most, **asked), bar)


def ask(folder, content, *options, name="my.csv"):
    """Write a file, ask for a report; its status, the page or None, and that nothing else was left."""
    path, out = folder / name, folder / "out" / "page.html"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    status = command.main([str(path), "--out", str(out), "--at-most", "3", *options])
    left = [file.name for file in out.parent.iterdir()] if out.parent.exists() else []
    assert left == (["page.html"] if status == 0 else [])
    return status, out.read_text("utf-8") if status == 0 else None


def said(page):
    """The text of a page, without its pictures and marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", page)).split())


# --- shapes of table -------------------------------------------------------------------------------------------------

FOUND = "Two clusters that differ from chance and come again"
NO_COLUMN = "has no column left to cluster by"
PAGES = {  # shape: (file, what the page says)
    "one column": (table(apart(d=1)), FOUND),
    "names in Korean, with quotes and line breaks": (
        '"키 ""x"", y","몸무게\nc"\n' + table(apart()).partition("\n")[2],
        "몸무게",
    ),
    "quotes and line breaks in cells": (
        "name,a,b\n" + "".join(f'"he said ""no"",\n{i % 5}",{a},{b}\n' for i, (a, b) in enumerate(apart())),
        FOUND,
    ),
    "no header": (table(apart()).partition("\n")[2], "There is no line of names"),
    "row number and one column": (
        "n,x\n" + "".join(f"{i + 1},{value:.5g}\n" for i, (value,) in enumerate(apart(d=1))),
        "left out: it numbers the rows",
    ),
    "one far row": (far_row(), "strays, not a group"),
    "nothing but noise": (table(np.random.default_rng(0).random((200, 3))), "No clusters that differ from chance"),
    "infinite values": (table(apart()) + "inf,1\n2,-inf\n", "as number"),
    "mixed types": ("a,b\n" + "".join(f"{i * 37 % 101},{'x' if i % 9 == 0 else i % 13}\n" for i in range(60)), "text"),
    "semicolons and decimal commas": (table(apart()).replace(",", ";").replace(".", ","), "semicolons"),
    "numbers too large": (table(apart() * [1e200, 1]), "too large, too small"),
    "200 columns": (table(apart(60, 200)), FOUND),
}
SENTENCES = {  # shape: (file, words of the sentence)
    "one row": ("a,b\n1,2\n", ["has 1 row", "column a"]),
    "few rows": (table(apart(12)), ["has 12 rows", "at least 20"]),
    "all missing": ("a,b\n" + ",\n" * 30, [NO_COLUMN, "column a", "column b"]),
    "all constant": ("a,b\n" + "1,2\n" * 30, [NO_COLUMN, "column a", "one value"]),
    "all text": ("a\n" + "".join(f"some words {i} here\n" for i in range(40)), [NO_COLUMN, "free text"]),
    "dates only": (
        "d\n" + "".join(f"2024-{1 + i % 12:02d}-{1 + i % 28:02d}\n" for i in range(40)),
        [NO_COLUMN, "days"],
    ),
    "duplicates only": ("a,b\n" + "1,7\n3,4\n5,6\n" * 20, ["has 3 different rows", "at least 20"]),
    "ids only": ("id\n" + "".join(f"C{i:05d}\n" for i in range(50)), [NO_COLUMN, "names rows"]),
    "categories only": (
        "c,d\n" + "".join(f"{'abc'[i % 3]},{'xy'[i % 2]}\n" for i in range(60)),
        [NO_COLUMN, "one-hot"],
    ),
    "empty file": ("", ["is empty"]),
    "header only": ("a,b\n", ["no rows"]),
    "two columns of a name": ("a,a,b\n" + "1,2,3\n" * 30, ["column a", "rename"]),
    "gzip": (gzip.compress(table(apart()).encode()), ["gunzip"]),
    "an Excel file": (workbook(), ["CSV"]),
    "nothing there": (None, ["there is no file or folder"]),
}


@pytest.mark.parametrize("shape", PAGES)
def test_a_shape_gets_its_page(shape, quick, tmp_path, capsys):
    content, words = PAGES[shape]
    status, page = ask(tmp_path, content)
    assert status == 0, capsys.readouterr().err
    assert words in said(page)
    assert "Traceback" not in page
    assert "nan" not in said(page).split()


@pytest.mark.parametrize("shape", SENTENCES)
def test_a_shape_gets_its_sentence(shape, tmp_path, capsys):
    content, words = SENTENCES[shape]
    status, _ = ask(tmp_path, content)
    told = capsys.readouterr()
    assert (status, told.out) == (1, "")
    assert [word for word in words if word not in told.err] == []
    assert "Traceback" not in told.err
    assert "Warning" not in told.err


def test_a_folder_is_one_table_and_an_empty_one_is_told(quick, tmp_path, capsys):
    folder = tmp_path / "folder"
    folder.mkdir()
    assert command.main([str(folder)], tmp_path) == 1
    assert "holds no" in capsys.readouterr().err
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text(table(apart()))
    assert command.main([str(folder)], tmp_path) == 0
    page = (tmp_path / "folder.html").read_text("utf-8")
    assert "120 rows and 2 columns" in said(page)
    assert "SHA-256 of b.csv" in page


def test_a_parquet_file_without_its_index(quick, tmp_path):
    frame = pd.DataFrame(apart(), columns=["a", "b"], index=pd.Index([f"nr {i}" for i in range(60)]))
    frame.to_parquet(tmp_path / "my.parquet")
    status, page = ask(tmp_path, None, name="my.parquet")
    assert status == 0
    assert "the index of a data frame" in page


def test_what_a_file_holds_is_text_on_the_page(quick, tmp_path):
    names = ["<script>alert(1)</script>", "a&b\N{RIGHT-TO-LEFT OVERRIDE}"]
    _, page = ask(tmp_path, table(apart(), names), "--question", "<b>why</b>?", name="<i>.csv")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "a&amp;b" in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in page


@pytest.mark.slow(reason="2,000 columns, each looked at and prepared, take half a minute")
def test_two_thousand_columns(tmp_path):
    status, page = ask(tmp_path, table(apart(100, 2000)))
    assert status == 0
    assert FOUND in page
    assert "And 1,940 more columns." in page
    assert "2000 columns are too many for ellipses" in page


@pytest.mark.slow(reason="writes and reads a million rows of 50 columns, twice")
@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_million_rows_of_fifty_columns_in_three_minutes_and_two_gigabytes(kind, tmp_path):
    drawn, n = np.random.default_rng(0), 1_000_000
    centers, groups = drawn.normal(0, 1.2, (4, 45)), drawn.integers(0, 4, n)
    frame = pd.DataFrame({f"measure {j}": (centers[groups, j] + drawn.normal(size=n)).round(4) for j in range(45)})
    frame["measure 0"] = frame["measure 0"].where(drawn.random(n) > 0.02)
    frame["id"] = [f"C{i:07d}" for i in range(n)]
    for name, words in {
        "region": ["north", "south"],
        "size": ["s", "m", "l"],
        "remark": ["seen once", "seen twice"],
    }.items():
        frame[name] = np.array(words)[drawn.integers(0, len(words), n)]
    frame["when"] = [f"2024-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(n)]
    path, out = tmp_path / f"large.{kind}", tmp_path / "large.html"
    frame.to_parquet(path) if kind == "parquet" else frame.to_csv(path, index=False)
    del frame
    peak, busy = 0, 0
    with subprocess.Popen([sys.executable, "-m", "tools.report", path, "--out", out], cwd=ROOT) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                peak = max(peak, watched.memory_info().rss)
                busy = max(busy, sum(watched.cpu_times()[:2]))  # what others do on the machine does not count
            time.sleep(0.05)
    assert process.returncode == 0
    page = said(out.read_text("utf-8"))
    assert "Four clusters that differ from chance" in page
    assert "2,000 of 1,000,000 rows" in page
    assert "fitted on 50,000 of 1,000,000 rows" in page
    assert peak < 2e9
    assert busy < 180


@pytest.mark.usefixtures("quick")
def test_the_rule_for_eps_stands_beside_the_sweep_and_may_suggest_none(tmp_path, monkeypatch):
    _, page = ask(tmp_path, table(apart()))
    assert "rows drawn at random: cluster" not in said(page)
    assert re.search(r"has a rule for one: eps [\d.]+ with 4 rows to a core\. 2 clusters stay from", said(page))
    _, page = ask(tmp_path, PAGES["nothing but noise"][0])
    assert re.search(r"has a rule for one: here it suggests none\. .*[Nn]o radius (stands out|parts)", said(page))
    monkeypatch.setattr(taking, "TEST_ROWS", 200)
    _, page = ask(tmp_path, table(apart(300)))
    assert re.search(
        r"eps [\d.]+ with 5 rows to a core\. .* That is for 200 rows drawn at random: cluster so", said(page)
    )


# --- the same as notebook 12 -----------------------------------------------------------------------------------------

STEPS = ("read", "prepare", "null-tools", "nothing", "rules-print", "sweep", "again", "profile")
CELLS = ["12-imports", "12-imports-2", "12-parameters", "12-s2-tools", *(f"12-s11-{step}" for step in STEPS)]


@pytest.mark.slow(reason="the whole of the tests, once by the notebook and once by the report")
def test_the_notebook_and_the_report_come_to_one_result():
    names = {}
    for cell in CELLS:
        exec(cell_with(cell).source, names)
    found = work(RAW, at_most=names["k_most"])
    assert np.array_equal(found.taken.Z, names["Z"])
    assert found.nothing.measured == pytest.approx(names["best"])
    for kind, scores in zip(("uniform box", "one blob"), names["nothing"].values(), strict=True):
        assert np.allclose(found.nothing.scores[kind], scores)
    assert found.nothing.passed == names["differs"]
    assert {rule: k for rule, k in found.rules.chosen.items() if rule in names["says"]} == names["says"]
    assert np.allclose(found.swept.eps, names["sweep"].eps)
    assert np.array_equal(found.swept.n_clusters, names["sweep"].n_clusters)
    assert np.allclose(found.again.agreement.mean(axis=0), names["again"])
    assert np.allclose(found.again.blob, names["blob"])
    assert found.again.passed == names["passed"]
    assert found.result.k == names["k"]
    assert np.array_equal(found.labels, names["labels"])
    for name, quartiles in zip(found.portrait.names, found.portrait.quartiles.transpose(1, 0, 2), strict=True):
        assert np.allclose(quartiles, names["quartiles"][name])


def test_the_endpoint_s_numbers_of_clusters_and_its_labels(quick):
    """The first row is of cluster 0, and so on; all rows of a small table are fitted."""
    found = work(RAW)
    _, first = np.unique(found.labels, return_index=True)
    assert (np.diff(first) > 0).all()
    assert np.bincount(found.labels).tolist() == found.portrait.sizes.tolist()
    assert len(found.labels) == 344


# --- samples ---------------------------------------------------------------------------------------------------------


def test_large_tables_are_sampled_and_all_rows_are_labelled(quick, monkeypatch, tmp_path):
    monkeypatch.setattr(taking, "FIT_ROWS", 300)
    monkeypatch.setattr(assembling, "FIT_ROWS", 300)
    monkeypatch.setattr(assembling, "TREE_ROWS", 200)
    monkeypatch.setattr(taking, "TEST_ROWS", 200)
    X = apart(1000)
    (tmp_path / "my.csv").write_text(table(X))
    found = work(tmp_path / "my.csv")
    assert (len(found.taken.fitted), len(found.taken.tested)) == (300, 200)
    assert np.array_equal(found.labels, np.repeat([0, 1], 500))
    assert found.portrait.sizes.tolist() == [500, 500]
    page = said(sheet.sheet(found, "2026-01-01"))
    assert page.count("A sample: 200 of 1,000 rows, drawn at random with seed 0") == 4
    assert "fitted on 300 of 1,000 rows" in page


def test_more_columns_mean_fewer_rows_in_the_tests(quick, tmp_path):
    (tmp_path / "my.csv").write_text(table(apart(400, 600)))
    taken = taking.take(tmp_path / "my.csv", Asked(), lambda said: None)
    assert len(taken.tested) == 200_000 // 600
    assert len(taken.fitted) == 400


@pytest.mark.parametrize(
    ("bound", "words"), [("MOST_CELLS", "helpers.streaming"), ("MOST_COLUMNS", "fewer"), ("MOST_BYTES", "Parquet")]
)
def test_what_is_too_large_is_told_with_what_to_do(bound, words, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(taking, bound, 1)
    assert ask(tmp_path, table(apart())) == (1, None)
    assert words in capsys.readouterr().err


# --- what can be asked for -------------------------------------------------------------------------------------------

MESSY = 'id,"income, gross",age,kind,when\n' + "".join(
    f"C{i:04d},{'' if i % 10 == 3 else 1000 + 37 * i % 101 + 900 * (i % 2)},{20 + i * 7 % 31},{'ab'[i % 2]},2024-01-"
    f"{1 + i % 28:02d}\n"
    for i in range(60)
)


def test_columns_are_named_with_commas_between_them(quick, tmp_path):
    (tmp_path / "my.csv").write_text(MESSY)
    assert work(tmp_path / "my.csv").taken.used == ("income, gross", "age")
    assert work(tmp_path / "my.csv", columns=("age",)).taken.used == ("age",)
    status, page = ask(tmp_path, MESSY, "--columns", ' age , "income, gross"')
    assert status == 0
    assert "left out, as was asked" not in page  # the others were left out by the audit as well
    _, page = ask(tmp_path, MESSY, "--columns", "age,when,kind")
    assert "days, standard" in page
    assert "kind was asked for; the audit would have it left out" in page
    assert "left out, as was asked" in page


def test_all_that_is_wrong_with_what_was_asked_is_said_at_once(tmp_path, capsys):
    assert ask(tmp_path, MESSY, "--columns", "agee,weight", "--choose", "kin=one-hot") == (1, None)
    told = capsys.readouterr().err
    assert "column agee: is not there: did you mean age?" in told
    assert "column weight: is not there" in told
    assert "did you mean kind?" in told
    assert ask(tmp_path, MESSY, "--columns", "id,age", "--missing", "refuse") == (1, None)
    assert "column id: left out: it names rows" in capsys.readouterr().err


def test_missing_values_are_filled_refused_or_dropped_and_counted(quick, tmp_path, capsys):
    _, page = ask(tmp_path, MESSY)
    assert "Missing values were filled in income, gross, 6 in one column at most" in page
    assert "No row was left out" in page
    (tmp_path / "out" / "page.html").unlink()
    assert ask(tmp_path, MESSY, "--missing", "refuse") == (1, None)
    told = capsys.readouterr().err
    assert "column income, gross: 6 values are missing, the first in line 5; --missing drop" in told
    _, page = ask(tmp_path, MESSY, "--missing", "drop")
    assert "Left out, since something is missing in them: 6 of 60 rows" in page
    assert "6 rows of 60 had something missing" in page
    assert "median" not in page.partition("3. What is done")[2].partition("4. Is")[0]


def test_choices_and_scaling_are_as_was_asked_and_on_the_page(quick, tmp_path):
    _, page = ask(
        tmp_path,
        MESSY,
        "--choose",
        "age=log,standard",
        "--choose",
        "kind=one-hot",
        "--choose",
        "income, gross=mean, robust",
    )
    chapter = said(page.partition("3. What is done")[2].partition("4. Is")[0])
    assert "log, standard age" in chapter
    assert "one-hot kind" in chapter
    assert "mean, robust income, gross" in chapter
    assert "chosen by hand" in page
    _, page = ask(tmp_path, MESSY, "--scale", "none")
    assert "as is age" in said(page)
    assert "--scale none" in said(page.partition("9. The record")[2])


def test_a_choice_that_does_not_fit_is_told_with_its_line(tmp_path, capsys):
    content = MESSY.replace("C0002", "C0002,0,20,a,2024-01-01\nC9999")
    assert ask(tmp_path, MESSY, "--choose", "income, gross=standard", "--choose", "kind=standard") == (1, None)
    told = capsys.readouterr().err
    assert re.search(r"column income, gross: misses 6 values.*--missing drop, the first in line 5", told)
    assert re.search(r"column kind: holds 'a' where numbers are needed.*the first in line 2", told)
    assert ask(tmp_path, content, "--choose", "income, gross=median, log, standard") == (1, None)
    assert "no logarithm" in capsys.readouterr().err
    assert ask(tmp_path, table(apart() * [1e200, 1]), "--columns", "x0,x1") == (1, None)
    assert "column x0: holds numbers too large" in capsys.readouterr().err


def test_what_is_out_of_range_is_refused(capsys):
    for wrong in (["--at-most", "2"], ["--seed", "-1"], ["--choose", "age"], ["--missing", "fill"]):
        with pytest.raises(SystemExit) as stopped:
            command.main(["my.csv", *wrong])
        assert stopped.value.code == 2
    assert command.main([""]) == 1
    assert "DATA=my.csv" in capsys.readouterr().err


# --- the command -----------------------------------------------------------------------------------------------------


def test_two_runs_write_the_same_page_but_for_its_date_and_another_seed_another(quick, tmp_path):
    pages = [ask(tmp_path, table(apart()), "--seed", seed)[1] for seed in "001"]
    assert [page.count("<time>") for page in pages] == [1, 1, 1]
    first, again, other = (re.sub("<time>.*?</time>", "", page) for page in pages)
    assert first == again
    assert not re.search(r"\d{4}-\d\d-\d\d", first)
    assert first.replace("<code>0</code>", "<code>1</code>") != other


def test_stopped_or_failed_there_is_no_page_and_an_old_one_stays(quick, tmp_path, capsys, monkeypatch):
    _, page = ask(tmp_path, table(apart()))
    old = tmp_path / "out" / "page.html"
    capsys.readouterr()

    def fail(error):
        def raising(*_, **__):
            raise error

        monkeypatch.setattr(assembling, "come_again", raising)
        return command.main([str(tmp_path / "my.csv"), "--out", str(old)])

    monkeypatch.setattr(assembling, "come_again", None)
    for error, status, words in (
        (KeyboardInterrupt(), 130, "Stopped; no page was written.\n"),
        (MemoryError(), 1, "The memory of this machine is too small"),
        (OSError(28, "No space left on device", "page.html"), 1, "No page: No space left on device (page.html)"),
    ):
        assert fail(error) == status
        told = capsys.readouterr()
        assert told.err.startswith(words)
        assert (told.err.count("\n"), told.out) == (1, "")
    assert [file.name for file in old.parent.iterdir()] == ["page.html"]
    assert old.read_text("utf-8") == page


@pytest.mark.slow(reason="starts a process, and waits until it is in the middle of its tests")
def test_ctrl_c_on_a_terminal_leaves_a_line_and_nothing_else(tmp_path):
    (tmp_path / "my.csv").write_text(table(np.random.default_rng(0).random((900, 20))))
    import pty  # not on Windows
    import termios

    leader, follower = pty.openpty()
    termios.tcsetwinsize(leader, (24, 80))  # a bar needs room
    out = tmp_path / "out" / "page.html"
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.report", tmp_path / "my.csv", "--out", out],
        cwd=ROOT, stdout=follower, stderr=follower, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job is deaf to it
    )  # fmt: skip
    os.close(follower)
    seen = b""
    try:
        while b"test against nothing" not in seen:
            seen += os.read(leader, 4096)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        with contextlib.suppress(OSError):  # the end, on Linux
            while part := os.read(leader, 4096):
                seen += part
    finally:
        process.kill()
        process.wait()
        os.close(leader)
    assert b"Stopped; no page was written." in seen
    assert b"Traceback" not in seen
    assert not out.parent.exists()
    assert [child for child in children if child.is_running()] == []


def test_the_command_says_what_came_out_and_where(quick, tmp_path, capsys):
    (tmp_path / "my.csv").write_text(table(apart()))
    assert command.main([str(tmp_path / "my.csv")], tmp_path / "report") == 0
    told = capsys.readouterr()
    assert told.out == f"{FOUND}.\nWrote {tmp_path / 'report' / 'my.html'}\n"
    assert told.err == ""  # no bar where there is no terminal


def test_make_has_the_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert '$(BIN)/python -m tools.report -- "$$DATA"' in makefile
    assert "export DATA" in makefile
    assert makefile.index("report: $(READY)") < makefile.index("the learner's edition ends here")


def test_the_words_for_a_choice_are_in_the_manual():
    text = (ROOT / "docs" / "report.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", text.partition("## Words for a choice")[2], re.MULTILINE)
    assert rows == [(word, does) for word, (_, _, does) in WORDS.items()]


# --- what is concluded -----------------------------------------------------------------------------------------------


def made(measured=0.5, blob=0.4, agreement=((1.0, 0.95, 0.5),), blobs=(0.9, 0.5, 0.5), smallest=30):
    """Make the steps' results by hand, for k = 2 to 4."""
    nothing = Nothing((2, 3, 4), measured, 2, smallest, {"one blob": np.array([blob, 0.1])})
    again = Repeats(np.array([2, 3, 4]), np.array(agreement), np.array(blobs))
    rules = Rules(np.arange(1, 6), {}, {"silhouette": 2, "gap": 3, "BIC": 3}, {})
    frame = pd.DataFrame({"a": range(100)})
    taken = taking.Taken(
        "my.csv", (), 100, 1, None, {}, (), ("a",), 0, frame, None, np.arange(100), np.arange(100), None, (), ()
    )
    return concluding.conclude(taken, nothing, again, rules)


def test_the_largest_number_that_comes_again_is_taken_and_the_others_are_said():
    result = made()
    assert result.k == 3
    assert "It is the largest number up to 4 that comes again; 2 comes again, too." in result.sentence
    assert "Rules for k say 2 (silhouette); 3 (gap, BIC)." in result.sentence
    assert "mean ARI of 0.950, single blobs with 0.500" in result.sentence
    assert made(agreement=((1.0, 0.8, 0.5),)).sentence.count("No other number from 2 to 4 comes again.") == 1


def test_as_high_as_chance_is_no_cluster_however_stable():
    result = made(measured=0.4)
    assert result.k == 0
    assert result.headline == "No clusters that differ from chance"
    assert "1 of these are as high" in result.sentence


def test_more_than_chance_that_does_not_come_again_is_no_cluster():
    for options in ({"agreement": ((0.89, 0.2, 0.2),)}, {"blobs": (1.0, 0.95, 1.0)}):
        result = made(**options)
        assert result.k == 0
        assert "no number of clusters from 2 to 4 comes again" in result.sentence


def test_no_clusters_is_no_proof(pages):
    page = (pages / "nothing.html").read_text("utf-8")
    assert "no proof that there are none" in page.partition("8. The sentence")[2]
    assert "There are none to describe" in page


def test_strays_are_called_by_their_name():
    assert "one has 1 row: strays, not a group" in made(smallest=1).sentence
    assert "strays" not in made().sentence


def test_clusters_are_described_by_what_sets_them_apart():
    values = np.array([0.0, 1, 2, 3, 10, 11, 12, 13])
    found = portraits.profiles({"a": values, "b": np.tile([1.0, 2], 4)}, np.repeat([0, 1], 4))
    assert found.words(0) == "low a"
    assert found.words(1) == "high a"
    assert found.apart(0, 1) == ["a"]
    assert found.not_apart == []
    assert found.order.tolist() == [0, 1]
    assert found.quartiles[0, 0].tolist() == [0.75, 1.5, 2.25]
    alike = portraits.profiles({"b": np.tile([1.0, 2], 4)}, np.repeat([0, 1], 4))
    assert alike.not_apart == [(0, 1)]
    assert "no column" in alike.words(0)


def test_the_rule_of_thumb_is_tried_on_other_rows_and_left_out_for_strays():
    X, labels = apart(100), np.repeat([1, 0], 50)
    found = portraits.rule(X, ["a", "b"], labels)
    assert (found.agreed, found.largest, found.tested) == (1.0, 0.5, 30)
    name, bound, below, above = found.questions
    assert name in ("a", "b")
    assert 3 < bound < 6
    assert (below, above) == (0, 1)
    assert portraits.rule(X, ["a", "b"], np.r_[np.zeros(98, int), 1, 1]) is None
    assert portraits.rule(np.empty((100, 0)), [], labels) is None


def test_columns_that_may_be_codes_are_doubted(quick, tmp_path):
    X = np.column_stack([apart(), np.repeat([3.0, 1, 2], 20)])
    _, page = ask(tmp_path, table(X, ["a", "b", "channel"]))
    assert "channel has few values; are they codes, or amounts?" in said(page)
    assert "Few different values, which may be codes, or the answer itself, rather than amounts: channel" in said(page)


# --- pictures and page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0, 10], ["0", "5", "10"]),
        ([0.12, 0.34], ["0.2", "0.3"]),
        ([-1e9, 1e9], ["-1e+09", "0", "1e+09"]),
        ([5, 5], ["4.5", "5.0", "5.5"]),
        ([np.nan], ["0.0", "0.5", "1.0"]),
    ],
)
def test_ticks_are_round_and_few(values, words):
    scale = drawing.Scale(values, 0, 100)
    assert [word for _, word in scale.ticks()] == words
    assert all(0 <= scale(value) <= 100 for value, _ in scale.ticks())


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Pages of the three results."""
    folder = tmp_path_factory.mktemp("pages")
    files = {
        "found": table(apart(120, 4)),
        "nothing": table(np.random.default_rng(0).random((60, 2))),
        "strays": far_row(),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, n in {"N_REFERENCES": 3, "N_PAIRS": 3, "N_BLOBS": 6}.items():
            patch.setattr(evidence, name, n)
        for name, content in files.items():
            (folder / f"{name}.csv").write_text(content)
            assert command.main([str(folder / f"{name}.csv"), "--at-most", "4"], folder) == 0
    return folder


def test_every_picture_is_described_and_nothing_is_fetched_or_run(pages):
    for path in pages.glob("*.html"):
        page = path.read_text("utf-8")
        assert (
            page.count("<svg ") == len(re.findall(r'<svg viewBox="[^"]+" role="img" aria-label="[^"]{40,}"', page)) >= 2
        )
        assert "default-src 'none'" in page
        assert not re.search(r"<script|url\(|://|<img|<link| on\w+=", page)


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1100, "dark")])
def test_the_pages_fit_a_phone_ask_for_nothing_and_have_no_barrier(pages, browser, width, scheme):
    for path in sorted(pages.glob("*.html")):
        page, asked = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme), []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert Axe().run(page).response["violations"] == []
        assert asked == [path.as_uri()]
        page.close()
