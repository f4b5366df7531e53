"""Where the benchmarks' results go, with what they were measured on."""

import json
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

import psutil

from helpers.machine import cores

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (ROOT / "build" / "bench", ROOT / "data" / "results")
PACKAGES = ("numpy", "scipy", "scikit-learn", "flask", "flask-restful", "waitress", "orjson", "pyarrow", "distributed")


def machine():
    """Say what this was measured on."""
    return {
        "date": date.today().isoformat(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": cores(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def write(name, results, table):
    """Print a table, and keep it and the results it was made of."""
    here = machine()
    said = ", ".join(f"{key} {value}" for key, value in (here | here["packages"]).items() if key != "packages")
    print(table)
    for folder in FOLDERS:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.md").write_text(f"{table}\n{said}\n", encoding="utf-8")
        (folder / f"{name}.json").write_text(json.dumps({"machine": here, "results": results}) + "\n", encoding="utf-8")
