"""Each interface speaks of what can be given to it: Python of arguments, a terminal of flags, HTTP of fields."""

import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers import streaming
from helpers.preparing.reading import blocks, folders, to_parquet
from helpers.service.data import streams
from helpers.service.questions import JobBody
from helpers.service.work import job
from helpers.streaming import __main__ as cli
from helpers.streaming.wording import ARGUMENT, ARGUMENTS, FIELDS, FLAGS, reword

GIVEN = re.compile(r"(?<![\w-])(\w+)=(?!=)|(--[\w-]+)")  # name=..., --name
FOLDER = Path(streaming.__file__).parent


def messages(path):
    """All texts of a module but its docstrings; what is put into one is "…"."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    texts = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inside.add(id(node.value))  # a docstring
        elif isinstance(node, ast.JoinedStr):
            texts.append("".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            texts.append(node.value)
    return [text for text in texts if " " in text or "=" in text]


SHARED = [
    text
    for path in (*FOLDER.glob("*.py"), *(Path(module.__file__) for module in (blocks, folders, to_parquet)))
    if path.name not in ("__main__.py", "wording.py")
    for text in messages(path)
]
KNOWN = re.compile(rf"\b({'|'.join(name for name in ARGUMENTS if '_' in name or name == 'init')})\b(?!=)")


def flags():
    parser = inspect.getsource(cli.main)
    return set(re.findall(r'"(--[\w-]+)"', parser)), set(re.findall(r'add_argument\("(\w+)"', parser))


def test_messages_are_found():
    assert len(SHARED) > 40
    assert sum(bool(ARGUMENT.search(text)) for text in SHARED) >= 4


def test_what_python_says_is_said_to_each_in_its_own_words():
    options, places = flags()
    for text in SHARED:
        assert not KNOWN.search(text), f"{text}: an argument is written as in max_passes=3"
        assert all(name in ARGUMENTS and not flag for name, flag in GIVEN.findall(text)), text
        about = ARGUMENT.match(text)  # one that cannot be given cannot be wrong
        if not about or about[1] in FLAGS:
            said = GIVEN.findall(reword(text, FLAGS))
            assert all(name in places or flag in options for name, flag in said), text
        if not about or about[1] in FIELDS:
            said = GIVEN.findall(reword(text, FIELDS))
            assert all(name in JobBody.model_fields and not flag for name, flag in said), text


def test_what_a_terminal_and_the_endpoint_say_themselves_is_in_their_own_words():
    options, places = flags()
    for text in messages(FOLDER / "__main__.py"):
        assert all(name in places or flag in options for name, flag in GIVEN.findall(text)), text
    for module in (job, streams):
        for text in messages(Path(module.__file__)):
            assert all(name in JobBody.model_fields and not flag for name, flag in GIVEN.findall(text)), text


def test_flags_and_fields_are_those_that_there_are():
    options, places = flags()
    assert {words.strip(" =") for words in FLAGS.values()} <= options | places
    assert {words.strip("=") for words in FIELDS.values()} <= set(JobBody.model_fields)


def test_words_for_each(tmp_path):
    pq.write_table(pa.table({"a": np.zeros(9), "b": ["x"] * 9}), tmp_path / "rows.parquet")
    with pytest.raises(ValueError, match="holds text") as told:
        streaming.describe(tmp_path / "rows.parquet")
    assert str(told.value).endswith("; name the columns of numbers with columns=[...]")
    assert reword(told.value, FLAGS).endswith("; name the columns of numbers with --columns")
    assert reword(told.value, FIELDS).endswith("column b: holds text (string)")
    with pytest.raises(ValueError, match="random_state=-1: give at least 0") as told:
        streaming.fit(tmp_path / "rows.parquet", 2, random_state=-1)
    assert reword(told.value, FLAGS) == "--random-state -1: give at least 0"
    assert reword(told.value, FIELDS) == "seed=-1: give at least 0"
    assert reword("threads=0: give at least 1", FIELDS) == "threads=0: give at least 1"  # rather than nothing
    assert reword("/data/k=3/x.parquet: holds no rows", FLAGS) == "/data/k=3/x.parquet: holds no rows"


@pytest.mark.filterwarnings("default")
def test_a_terminal_warns_in_one_line(tmp_path, capsys, monkeypatch):
    pq.write_table(pa.table({"a": np.arange(9.0)}), tmp_path / "rows.parquet")
    start = np.array([[0.0], [1e9]])
    monkeypatch.setattr(cli, "fit", lambda path, k, **options: streaming.fit(path, k, **options, init=start))
    cli.main(["fit", str(tmp_path / "rows.parquet"), "2", "--out", str(tmp_path / "c.npz")])
    said = capsys.readouterr().err
    assert "\nhelpers.streaming: 1 of the 2 centres have no rows" in said
    assert "UserWarning" not in said
