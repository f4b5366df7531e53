"""What is quoted of the committed benchmark was measured: in its table, in docs/streaming.md; notebook 09 prints it."""

import json
import re
from collections import defaultdict

from commands import ROOT

from bench.scale import table
from bench.scale.table import median, ratio

RESULTS = ROOT / "data" / "results"


def results(name="scale"):
    """Give what `make bench` kept of one of its parts."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def test_the_table_of_the_benchmark_is_made_of_its_results():
    found, text = results()["results"], (RESULTS / "scale.md").read_text(encoding="utf-8")
    tables = [
        table.passes(found["passes"])[0],
        table.jobs(found["jobs"])[0],
        table.batches(found["batches"])[0],
        table.cluster(found["cluster"])[0],
        table.growth(found["growth"]["summary"])[0],
        table.profile(found["profile"])[0],
        table.bounds(found["bounds"]),
    ]
    assert [table.splitlines()[0] for table in tables if table not in text] == []


def sentences_on_streaming():
    """Write what docs/streaming.md says of speed and memory, with the numbers that are committed."""
    committed = results()
    found, cores = committed["results"], committed["machine"]["cores"]
    whole, kept = (found["passes"][f"100000000{how}"] for how in ("", table.SCRATCH))
    yield (
        f"On {cores} cores, one exact pass over 100,000,000 rows of 8 columns with 64 centres took "
        f"{median(whole):.0f} s and {median(whole, 'peak') / 1e6:.0f} MB; "
        f"a later pass of a fit with scratch took {median(kept):.0f} s."
    )
    jobs = found["jobs"]
    ours, theirs = (jobs["touching"][name] for name in ("streaming", "in memory"))
    yield (
        f"took {median(ours):.0f} s and {median(ours, 'peak') / 1e6:.0f} MB, beside {median(theirs):.0f} s and "
        f"{median(theirs, 'peak') / 1e9:.1f} GB for reading all rows and fitting in memory"
    )
    same = jobs["touching, same start"]
    yield f"From the same start it took {ratio(same['in memory'], same['streaming']):.1f} times as long"
    sets = [name for name in jobs if table.BATCHES in jobs[name]]
    slower, faster, higher = (
        [ratio(jobs[name][way], jobs[name]["streaming"], key) for name in sets]
        for way, key in (("in memory", "seconds"), (table.BATCHES, "seconds"), (table.BATCHES, "inertia"))
    )
    yield f"On {len(sets)} kinds of rows, fitting in memory took {min(slower):.1f} to {max(slower):.1f} times as long"
    yield (
        f"`MiniBatchKMeans.partial_fit` over the same file took {min(faster):.2f} to {max(faster):.2f} of the time, "
        f"and its inertia was {min(higher):.2f} to {max(higher):.1f} times as high"
    )
    wide = median(jobs["wide"]["streaming"], "peak") / 1e6
    yield f"with 32 columns and a sample of 100,000 rows it took {wide:.0f} MB"


def test_the_page_on_streaming_quotes_the_benchmark():
    page = (ROOT / "docs/streaming.md").read_text(encoding="utf-8")
    assert [sentence for sentence in sentences_on_streaming() if sentence not in page] == []


def test_teachers_are_told_the_memory_that_was_measured():
    rooms = defaultdict(list)
    for name, found in results("memory")["results"].items():
        rooms[f"{found['whole'] / 1e9:.1f} GB"].append(name[:2])
    told = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\d, ]+) \| (.+ GB) \|$", told, flags=re.MULTILINE)
    assert {memory: names.split(", ") for names, memory in rows} == rooms
    assert sorted(name for names in rooms.values() for name in names) == [f"{number:02}" for number in range(13)]
    assert max(found["whole"] for found in results("memory")["results"].values()) < 1e9
    assert results("memory")["results"]["09_bigger_data"]["whole"] < 0.8e9


def test_nothing_is_told_past_a_hundred_times_what_was_measured_nor_past_what_broke_off():
    summary = results()["results"]["growth"]["summary"]
    ends = [one["failed"]["rows"] if one["failed"] else 100 * one["last"]["rows"] for one in summary]
    lines = table.growth(summary)[0].splitlines()[2:]
    for one, end, line in zip(summary, ends, lines, strict=True):
        told = [cell.strip() for cell in line.split("|")[5:9]]
        largest = [wait["rows"] or end for wait in one["largest"].values()]  # None: no end was seen
        assert [cell == "-" for cell in told] == [rows >= end for rows in largest]
    assert "billion" not in "".join(lines)
