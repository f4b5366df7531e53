"""The house as docs/architecture.md draws it: imports run down or along a floor, in no circle, and names stand once."""

import ast
from collections import defaultdict
from graphlib import TopologicalSorter

from commands import ROOT

# Lowest first. A place belongs to the longest of these names that it begins with.
FLOORS = [
    "helpers helpers.palette helpers.machine helpers.files helpers.checking helpers.recording",
    "helpers.preparing",
    "helpers.datasets helpers.scores helpers.predicting helpers.streaming",
    "helpers.plots",
    "helpers.experiments helpers.exercises",
    "helpers.service.problems helpers.service.settings",
    "helpers.service.questions",
    "helpers.service.data",
    "helpers.service.work",
    "helpers.service.engine",
    "helpers.service.web",
    "helpers.service",
    "tools",
    "bench",
]
APART = ("helpers.plots", "helpers.exercises", "helpers.experiments")  # what the endpoint goes without
MOST_LINES = 330

FLOOR = {name: number for number, floor in enumerate(FLOORS) for name in floor.split()}
FILES = {path: path.relative_to(ROOT) for room in ("helpers", "tools", "bench") for path in (ROOT / room).rglob("*.py")}
MODULES = {".".join(name.with_suffix("").parts).removesuffix(".__init__"): path for path, name in FILES.items()}


def floor(module):
    """Give the number of a module's floor."""
    while module not in FLOOR:
        module = module.rpartition(".")[0]
    return FLOOR[module]


def imports(module):
    """Give the modules of the house that a module imports, at its top or within a function."""
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}: imports are written with their whole names"
            for alias in node.names:
                yield f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in MODULES else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


ARROWS = {module: {name for name in imports(module) if name in MODULES and name != module} for module in MODULES}


def test_no_import_runs_up():
    assert [(module, name) for module in MODULES for name in ARROWS[module] if floor(name) > floor(module)] == []


def test_there_is_no_circle():
    list(TopologicalSorter(ARROWS).static_order())  # raises CycleError, which names it


def test_the_endpoint_goes_without_pictures_and_exercises():
    service = [module for module in MODULES if module.startswith("helpers.service")]
    assert [(module, name) for module in service for name in ARROWS[module] if name.startswith(APART)] == []


def test_every_room_stands_on_a_floor_and_every_floor_is_there():
    rooms = {".".join(name.split(".")[:2]) for name in MODULES if name.startswith("helpers.")}
    assert rooms - FLOOR.keys() == set()
    known = {".".join(name.split(".")[:depth]) for name in MODULES for depth in range(1, 4)}
    assert FLOOR.keys() - known == set()


def test_no_two_rooms_bear_one_name():
    rooms = defaultdict(set)
    for module in MODULES:
        if not module.startswith("bench") and not module.endswith(".__main__"):
            rooms[module.rpartition(".")[2]].add(module)
    assert [names for names in rooms.values() if len(names) > 1] == []


def test_no_room_outgrows_its_file():
    lengths = {str(FILES[path]): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES.values()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}
