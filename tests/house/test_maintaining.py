"""What maintainers read and machines run: valid forms, and no file, target or module is named that is not there."""

import json
import os
import re
import subprocess
import sys

import check_jsonschema
import pytest
import yaml
from click.testing import CliRunner
from commands import GROUPS, PROJECT, ROOT, TARGETS

from helpers.service.settings import Settings

CI = ".github/workflows/ci.yml"
SCHEMAS = {
    "github-workflows": [CI],
    "github-issue-config": [".github/ISSUE_TEMPLATE/config.yml"],
    "github-issue-forms": [f".github/ISSUE_TEMPLATE/{name}.yml" for name in ("bug", "claim", "idea")],
    "citation-file-format": ["CITATION.cff"],
}
TEXTS = ["CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", ".github/pull_request_template.md"]
FORMS = [file for files in SCHEMAS.values() for file in files]
FILES = [*TEXTS, *FORMS, ".pre-commit-config.yaml", ".devcontainer/devcontainer.json"]
GENERATED = {line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()}
VERSIONS = re.findall(r"^## \[(.+)\] - (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


def read(file):
    """Read what names things: of a text its code, of the changelog no version but the newest, of others all."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if file == "CHANGELOG.md":
        text = text.split(f"## [{VERSIONS[1][0]}]")[0]
    if file.endswith(".md"):
        return "\n".join(re.findall(r"```.*?```|`[^`\n]+`|\]\([^)]+\)", text, re.DOTALL))
    return re.sub(r'(uses: |"image": ).*', "", text)


def paths(file):
    """Find what looks like a path in the repository; a part NN or NAME stands for any."""
    for word in re.findall(r"(?<![\w:/.#}-])\.?\w[\w.-]*(?:/[\w.-]+)*/?", read(file)):
        word = word.rstrip(".")
        if "/" in word or re.search(r"\.(md|py|toml|txt|ya?ml|json|cff|ipynb|csv)$", word):
            yield re.sub("NN|NAME", "*", word)


def load(file):
    return yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize("schema", SCHEMAS)
def test_form_is_the_one_that_the_host_expects(schema):
    files = [str(ROOT / file) for file in SCHEMAS[schema]]
    checked = CliRunner().invoke(check_jsonschema.main, ["--builtin-schema", f"vendor.{schema}", *files])
    assert checked.exit_code == 0, checked.output


def test_no_file_is_left_unchecked():
    there = {path for path in (ROOT / ".github").rglob("*") if path.is_file()}
    assert there == {ROOT / file for file in FILES if file.startswith(".github/")}


def test_paths_are_there():
    named = {(file, path) for file in FILES for path in paths(file) if path.split("/")[0] not in GENERATED}
    assert len(named) > 40, "they are no longer found"
    assert sorted(f"{file}: {path}" for file, path in named if not any(ROOT.glob(path))) == []


def test_make_has_the_targets():
    named = {target for file in FILES for target in re.findall(r"\bmake ([a-z][a-z-]*)", read(file))}
    assert {"test", "setup", "refresh"} <= named
    assert named <= set(TARGETS)


def test_modules_and_groups_are_there():
    modules = {name for file in FILES for name in re.findall(r"-m ((?:helpers|tools|bench)[\w.]*)", read(file))}
    files = {name: name.replace(".", "/") for name in modules}
    there = {
        name for name, file in files.items() if any(ROOT.glob(f"{file}.py")) or any(ROOT.glob(f"{file}/__main__.py"))
    }
    assert modules - there == set()
    groups = set(re.findall(r"--group (\w+)", read(CI)))
    assert groups
    assert groups <= set(GROUPS)


def test_workflow_has_few_rights_an_end_and_official_steps_alone():
    workflow = load(CI)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 90
        assert "permissions" not in job
        used = [step["uses"] for step in job["steps"] if "uses" in step]
        assert [name for name in used if not re.fullmatch(r"actions/(checkout|setup-python)@v\d+", name)] == []


def test_weekly_run_names_the_cell_that_moved(tmp_path):
    (tmp_path / "build").mkdir()
    for name in ("notebooks", "requirements.txt"):
        (tmp_path / name).symlink_to(ROOT / name)
    case = '<testcase classname="notebooks.06_dbscan.ipynb" name="Cell {}">{}</testcase>'
    cases = case.format(0, "") + case.format(1, "<failure>Input:\n0.2\nTraceback:\n#x1B[31mit moved</failure>")
    (tmp_path / "build/newest.xml").write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    (program,) = (step["run"] for step in load(CI)["jobs"]["newest"]["steps"] if step.get("shell") == "python")
    env = os.environ | {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=env, check=True)
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("## Cells whose output moved: 1\n\n### 06_dbscan, cell `06-parameters` (nbval's Cell 1)")
    assert "\nit moved\n" in summary


def test_hooks_fetch_nothing():
    repos = load(".pre-commit-config.yaml")["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    assert {hook["language"] for hook in repos[0]["hooks"]} == {"system"}


def test_container_sets_itself_up_and_lets_both_servers_be_reached():
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    assert container["image"]
    assert container["postCreateCommand"] == "make setup"
    assert container["forwardPorts"] == [8888, Settings.model_fields["port"].default]


def test_versions_agree_and_the_newest_comes_first():
    citation = load("CITATION.cff")
    assert VERSIONS[0] == (PROJECT["version"], str(citation["date-released"]))
    assert str(citation["version"]) == PROJECT["version"]
    assert [date for _, date in VERSIONS] == sorted((date for _, date in VERSIONS), reverse=True)
