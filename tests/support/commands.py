"""Where the repository lies, what its project file says, make's targets, and make as from a shell."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_READ = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, GROUPS = _READ["project"], _READ["dependency-groups"]
TARGETS = re.findall(r"^([a-z][a-z-]*):(?!=)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def make(*arguments, cwd):
    """Call make as from a shell: without what a `make test` above us has put into the environment."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}
    return subprocess.run(["make", *arguments], cwd=cwd, env=env | {"LC_ALL": "C"}, capture_output=True, text=True)


def sentence(result):
    """The one line that the learner reads beside make's own."""
    lines = [line for line in (result.stdout + result.stderr).splitlines() if not line.startswith("make: *** ")]
    assert len(lines) == 1, lines
    return lines[0]
