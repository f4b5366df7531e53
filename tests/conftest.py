"""What every test shares: a backend that needs no screen, and the notebooks' times at the end of a run."""

import sys
from collections import defaultdict

import hypothesis
import matplotlib
import pytest

# the same examples at every run, kept nowhere; a slow machine is no failure
hypothesis.settings.register_profile("course", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("course")


@pytest.fixture(autouse=True, scope="session")
def no_screen():
    """Draw without a window; not through MPLBACKEND, which the notebooks' kernels would inherit and draw nothing."""
    matplotlib.use("agg")


@pytest.fixture(autouse=True)
def no_answers_before():
    """Let no test's wrong answers lengthen the verdicts of the next one."""
    if "helpers.exercises.climbing" in sys.modules:  # else nothing was answered yet
        sys.modules["helpers.exercises.climbing"].WRONG.clear()


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, for the tests of one file."""
    from browser import opened  # only the tests that drive it need its driver

    with opened() as browser:
        yield browser


# What takes longest comes first, so that no worker is left with it when the others have nothing more to do.
LONG = (
    "test_extremes.py",
    "test_student.py",
    "test_page.py",
    "test_jobs.py",
    "test_lab.py",
    "test_bounds.py",
    "test_server.py",
    "test_report.py",
    "test_exercises.py",
    "test_openapi.py",
    "test_readers.py",
    "test_experiments.py",
    "test_attacks.py",
    "test_streaming.py",
    "test_class_report.py",
    "test_slides.py",
)


def pytest_collection_modifyitems(items):
    """Sort the modules by the time that they take, as far as that is known; the order in each stays."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


def pytest_terminal_summary(terminalreporter):
    """Print the slowest notebook cells and the seconds of each notebook (to be seen: a time never fails a run)."""
    cells, notebooks = [], defaultdict(float)
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if not isinstance(report, pytest.TestReport) or ".ipynb::" not in report.nodeid:
            continue
        path, _, cell = report.nodeid.partition(".ipynb::")
        notebooks[path] += report.duration  # the kernel starts in the first cell's setup
        if report.when == "call":
            cells.append((report.duration, path, cell))
    if not notebooks:
        return
    terminalreporter.section("slowest notebook cells")
    for seconds, path, cell in sorted(cells, reverse=True)[:5]:
        terminalreporter.line(f"{seconds:6.2f} s  {path}.ipynb {cell}")
    terminalreporter.section("seconds per notebook, with the kernel's start")
    for path, seconds in sorted(notebooks.items()):
        terminalreporter.line(f"{seconds:6.2f} s  {path}.ipynb")
