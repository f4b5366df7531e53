"""Run published experiments again, and compare: ``python -m helpers.experiments run gap-statistic --seed 7``."""

import argparse
import os
import sys
from pathlib import Path
from time import perf_counter

from helpers.experiments import compare, compare_with_paper, load, names, recipe, run

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "data" / "results" / "experiments"
BUILD = ROOT / "build" / "experiments"


def main(arguments=None):
    """Do what the command says; what is wrong is told in one line."""
    given = _parser().parse_args(arguments)
    try:
        sys.exit({"list": _list, "run": _run, "compare": _compare, "all": _all}[given.command](given))
    except (ValueError, TypeError, OSError, RuntimeError, MemoryError) as error:
        sys.exit(f"helpers.experiments: {error}")
    except KeyboardInterrupt:
        sys.exit("helpers.experiments: stopped; finished trials are kept, the same command goes on from them")


def _parser():
    parser = argparse.ArgumentParser(prog="python -m helpers.experiments", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    commands.add_parser("list", help="say which experiments there are")
    one = commands.add_parser("run", help="run one, and compare it with its paper")
    one.add_argument("name")
    one.add_argument("--trials", type=int, help="as in the recipe if omitted")
    one.add_argument("--datasets", type=int, help="data sets that share trials; as in the recipe if omitted")
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--out", help="a file for the result (default build/experiments/NAME-SEED.json)")
    two = commands.add_parser("compare", help="say where two results differ; exit 1 if one figure does beyond noise")
    two.add_argument("a")
    two.add_argument("b")
    every = commands.add_parser("all", help="run all, compare with papers and committed results; exit 1 as compare")
    every.add_argument("--quick", action="store_true", help="fewer trials and data sets: under a minute")
    for command in (one, every):
        command.add_argument("--jobs", type=int, help="processes; one for each core if omitted")
    return parser


def _list(given):
    for name in names():
        known = recipe(name)
        numbers = ", ".join(f"{key} {value}" for key, value in known.defaults.items())
        print(f"{name}: {known.title} ({numbers})\n    {known.source}\n    deviations: {known.deviations}")


def _run(given):
    recipe(given.name)  # before anything is made
    BUILD.mkdir(parents=True, exist_ok=True)
    out = Path(given.out) if given.out else BUILD / f"{given.name}-{given.seed}.json"
    if not out.absolute().parent.is_dir():
        raise FileNotFoundError(f"there is no folder {out.parent}")
    if out.exists() and load(out).name != given.name:
        raise ValueError(f"{out} holds another experiment; name another file with --out")
    options = {"trials": given.trials, "datasets": given.datasets, "seed": given.seed, "n_jobs": given.jobs}
    result = run(given.name, **options, progress=True, keep=BUILD / f"{given.name}-{given.seed}.jsonl")
    result.save(out)
    print(result)
    if recipe(given.name).paper:
        print(compare_with_paper(result))
    print(f"wrote {out}")


def _compare(given):
    found = compare(load(given.a), load(given.b))
    print(found)
    return 0 if found.ok else 1


def _all(given):
    """Run all; what is committed is read first, so that a file that is not of the schema costs no time."""
    BUILD.mkdir(parents=True, exist_ok=True)
    started, failed = perf_counter(), []
    before = {name: load(path) for name in names() if (path := COMMITTED / f"{name}.json").exists()}
    for name in names():
        end = "-quick" if given.quick else ""
        numbers = recipe(name).quick if given.quick else {}
        result = run(name, **numbers, n_jobs=given.jobs, progress=True, keep=BUILD / f"{name}{end}.jsonl")
        result.save(BUILD / f"{name}{end}.json")
        if not _tell(result, before.get(name)):
            failed.append(name)
    said = "with fewer trials and data sets than the committed results" if given.quick else "in full"
    print(f"\n{len(names())} experiments {said}, {perf_counter() - started:.0f} seconds; results in {_near(BUILD)}")
    print(f"not as committed, or not committed: {', '.join(failed)}" if failed else "no difference beyond noise")
    return 1 if failed else 0


def _tell(result, before):
    """Print the comparisons of one result; say whether it agrees with the committed one."""
    print(f"\n== {result.name}: {result.record['title']}, {result.record['seconds']:.0f} seconds")
    print(compare_with_paper(result) if recipe(result.name).paper else result)
    if before is None:
        print("no committed result to compare with")
        return False
    found = compare(before, result)
    print("committed against here:", *found.said(), sep="\n  ")
    for row in found.verdicts:
        if row.verdict == "different":
            print(f"  different: {row.name}: {row.a:.8g} | {row.b:.8g} ({row.why})")
    return found.ok


def _near(path):
    return os.path.relpath(path)


if __name__ == "__main__":
    main()
