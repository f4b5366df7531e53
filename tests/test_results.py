"""What is quoted of the committed benchmark is what was measured: its table, the README; notebook 09 prints from it."""

import json
from pathlib import Path

from bench import scale_table
from bench.scale_table import median

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "data" / "results"


def results():
    """Give what `make bench` kept of its part "scale"."""
    return json.loads((RESULTS / "scale.json").read_text(encoding="utf-8"))


def test_the_table_of_the_benchmark_is_made_of_its_results():
    found, text = results()["results"], (RESULTS / "scale.md").read_text(encoding="utf-8")
    tables = [
        scale_table.passes(found["passes"])[0],
        scale_table.jobs(found["jobs"])[0],
        scale_table.cluster(found["cluster"])[0],
        scale_table.growth(found["growth"]["summary"])[0],
        scale_table.profile(found["profile"])[0],
        scale_table.bounds(found["bounds"]),
    ]
    assert [table.splitlines()[0] for table in tables if table not in text] == []


def test_the_readme_quotes_the_benchmark():
    committed = results()
    found, readme = committed["results"], (ROOT / "README.md").read_text(encoding="utf-8")
    largest = found["passes"]["100000000"]
    ours, theirs = (found["jobs"]["touching"][name] for name in ("streaming", "in memory"))
    for quoted in (
        f"On {committed['machine']['cores']} cores, one exact pass over 100,000,000 rows of 8 columns with 64 centres "
        f"took {median(largest):.0f} s and {median(largest, 'peak') / 1e6:.0f} MB",
        f"took {median(ours):.0f} s and {median(ours, 'peak') / 1e6:.0f} MB, beside {median(theirs):.0f} s and "
        f"{median(theirs, 'peak') / 1e9:.1f} GB",
    ):
        assert quoted in readme
