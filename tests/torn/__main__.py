"""``python -m tests.torn``: how well torn reports are read, for each tear and for each two at once."""

import argparse
import itertools
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor

from . import floors
from .layouts import TEARS
from .report import Report
from .score import Miss, Score, compare, make, read
from .strategies import smallest

Task = tuple[int, tuple[str, ...]]
_BAD: dict[str, Callable[[Score], bool]] = {
    "missing": lambda score: score.found < score.expected,
    "wrong": lambda score: score.wrong > 0,
    "certain": lambda score: score.wrong_certain > 0,
}


def main() -> None:
    """Print the figures, and the worst misses with the lines around them."""
    arguments = _arguments()
    if arguments.write_floors:
        floors.write()
        return
    if arguments.show is not None:
        _show(make(arguments.show, arguments.tear))
        return
    if arguments.smallest:
        made = smallest(arguments.tear, _BAD[arguments.smallest])
        print("None found.") if made is None else _show(made)
        return
    tasks = _tasks(arguments)
    found: dict[tuple[str, ...], Score] = defaultdict(Score)
    worst: list[tuple[Task, Score]] = []
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for done, (task, result) in enumerate(pool.map(_run, tasks, chunksize=8), 1):
            found[task[1]] += result
            if result.misses:
                worst.append((task, result))
            if sys.stderr.isatty() and done % 50 == 0:
                print(f"\r{done} of {len(tasks)} reports", end="", file=sys.stderr)
    for title, size in (("no tear", 0), ("single tears", 1), ("two at once", 2)):
        _table(title, {tears: score for tears, score in found.items() if len(tears) == size})
    total = sum(found.values(), Score())
    print(f"\n{len(tasks)} reports, {total.wrong_certain} wrong certain, {total.wrong} wrong, "
          f"{total.expected - total.found} of {total.expected} missing")  # fmt: skip
    if arguments.show_worst:
        _print_worst(worst, arguments.show_worst)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torn", description=__doc__)
    parser.add_argument("--reports", type=int, default=1000, help="reports in all (default 1000)")
    parser.add_argument("--tear", action="append", default=[], choices=TEARS, metavar="TEAR",
                        help=f"only this tear; twice for two at once. One of {', '.join(TEARS)}")  # fmt: skip
    parser.add_argument(
        "--pairs", choices=("yes", "no", "only"), default="yes", help="two at once (default yes)"
    )
    parser.add_argument("--show-worst", type=int, nargs="?", const=5, default=0, metavar="N",
                        help="print N misses of each kind and tear with their lines (default 5)")  # fmt: skip
    parser.add_argument("--first-seed", type=int, default=0, help="where the seeds start (default 0)")
    parser.add_argument("--show", type=int, metavar="SEED", help="print one report with its truth, and stop")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count(), help="processes (default: one for each core)"
    )
    parser.add_argument(
        "--smallest", choices=_BAD, help="search the smallest report with such a miss, print it, and stop"
    )
    parser.add_argument(
        "--write-floors", action="store_true", help="measure what the tests ask anew, and stop"
    )
    return parser.parse_args()


def _tasks(arguments: argparse.Namespace) -> list[Task]:
    if arguments.tear:
        kinds: list[tuple[str, ...]] = [tuple(arguments.tear)]
    else:
        kinds = [] if arguments.pairs == "only" else [(), *((tear,) for tear in TEARS)]
        kinds += [] if arguments.pairs == "no" else list(itertools.combinations(TEARS, 2))
    singles = [kind for kind in kinds if len(kind) < 2]
    pairs = [kind for kind in kinds if len(kind) == 2]
    tasks: list[Task] = []
    share = arguments.reports // 2 if singles and pairs else arguments.reports
    for group in (singles, pairs):
        wheel = itertools.cycle(group) if group else iter(())
        counts: Counter[tuple[str, ...]] = Counter()
        for kind in itertools.islice(wheel, share):
            tasks.append((arguments.first_seed + counts[kind], kind))
            counts[kind] += 1
    return tasks


def _run(task: Task) -> tuple[Task, Score]:
    made = make(*task)
    return task, compare(made, read(made))


def _table(title: str, scores: dict[tuple[str, ...], Score]) -> None:
    if not scores:
        return
    print(f"\n{title:40} {'precision':>9} {'recall':>7} {'values':>7} {'wrong':>6} {'certain':>8}")
    for tears, score in sorted(scores.items(), key=lambda item: item[1].recall):
        print(f"{' + '.join(tears) or 'clean':40} {score.precision:9.4f} {score.recall:7.4f} "
              f"{score.expected:7} {score.wrong:6} {score.wrong_certain:8}")  # fmt: skip
    if len(scores) > 1:
        total = sum(scores.values(), Score())
        print(f"{'all':40} {total.precision:9.4f} {total.recall:7.4f} {total.expected:7} {total.wrong:6} "
              f"{total.wrong_certain:8}")  # fmt: skip


def _print_worst(worst: Sequence[tuple[Task, Score]], count: int) -> None:
    shown: Counter[tuple[str, ...]] = Counter()
    for (seed, tears), score in sorted(worst, key=_badness):
        if shown[tears] < count:
            shown[tears] += 1
            print(f"\n=== seed {seed}, {' + '.join(tears) or 'clean'}")
            _excerpt(make(seed, tears).text.split("\n"), score.misses)


def _badness(each: tuple[Task, Score]) -> tuple[str, bool, bool, int]:
    """Sort by tear; what is wrong and certain first, then what is wrong; and the shortest text first."""
    (seed, tears), score = each
    return " ".join(tears), not score.wrong_certain, not score.wrong, len(make(seed, tears).text)


def _excerpt(lines: Sequence[str], misses: Sequence[Miss]) -> None:
    near = {number for miss in misses for number in range(miss.line - 8, miss.line + 9)}
    for number, text in enumerate(lines, 1):
        if number in near and text:
            notes = [f"{miss.kind}: {miss.message}" for miss in misses if miss.line == number]
            print(f"{number:4} {text}" + "".join(f"\n       <- {note}" for note in notes))


def _show(made: Report) -> None:
    notes: dict[int, list[str]] = defaultdict(list)
    for placed in made.truth:
        notes[placed.line].append(
            f"= {placed.printed.fact.key} {placed.printed.raw} {placed.printed.verdict}"
        )
    for miss in compare(made, read(made)).misses:
        notes[miss.line].append(f"<- {miss.kind}: {miss.message}")
    for number, text in enumerate(made.text.split("\n"), 1):
        print(f"{number:4} {text}" + "".join(f"\n       {note}" for note in notes[number]))


if __name__ == "__main__":
    main()
