"""Counts in which nobody is singled out: no one or two of a class can be read off them, or computed from them.

What fewer than `FEW` did is not counted. Larger numbers are exact only where no difference of two of them is one or
two; elsewhere they are told in steps of `FEW`. Mistakes always are, since the sum of those at an exercise, less the
learners who made any, would tell how many made two. ``tests/tools/test_class_report.py`` goes through small classes.
"""

from collections import Counter
from dataclasses import dataclass, field

FEW = 3
HIDDEN = range(1, FEW)
RULE = (
    "So that nobody is singled out, what fewer than three learners did is not counted, mistakes are counted in steps "
    "of three, and so is whatever would tell, by a difference of two numbers, what one or two did."
)


@dataclass
class Exercise:
    """What may be said of an exercise.

    Attributes
    ----------
    number, tried, first, right : str
    mistakes : list of (str, str)
        Name, and how many made it; the most frequent first.
    """

    number: str
    tried: str
    first: str
    right: str
    mistakes: list


@dataclass
class Guesses:
    """What may be said of a prediction.

    Attributes
    ----------
    number : str
    rows : list of (str, str, float or None)
        Choice, how many made it, and their share of all who are counted here.
    came : str or None
        The choice that came.
    """

    number: str
    rows: list
    came: str | None = None


@dataclass
class Pooled:
    """What may be said of a class.

    Attributes
    ----------
    learners : str
    exercises : list of Exercise
    guesses : list of Guesses
    few : list of str
        Numbers of what fewer than `FEW` learners tried or guessed.
    misconceptions : list of (str, str, list of (str, str))
        Sentence, how many show it, and by which exercises' mistakes; most learners first.
    """

    learners: str
    exercises: list = field(default_factory=list)
    guesses: list = field(default_factory=list)
    few: list = field(default_factory=list)
    misconceptions: list = field(default_factory=list)


def pool(learners, questions=None, misconceptions=()):
    """Count what learners did, and say what may be said of it.

    Parameters
    ----------
    learners : list of tools.tries.Learner
    questions : dict, optional
        Of numbers of predictions, and question and choices.
    misconceptions : sequence of (str, set of (str, str))
        Sentence, and exercises with a mistake that shows it, the worst first.
    """
    n = len(learners)
    if n < FEW:
        return Pooled(
            "fewer than three", few=sorted({number for one in learners for number in (*one.tried, *one.guessed)})
        )
    pooled = Pooled(str(n))
    for number in sorted({number for one in learners for number in one.tried}):
        told = exercise(number, n, [one.tried[number] for one in learners if number in one.tried])
        pooled.exercises += [told] if told else []
        pooled.few += [] if told else [number]
    for number in sorted({number for one in learners for number in one.guessed}):
        told = guesses(number, n, [one.guessed[number] for one in learners if number in one.guessed], questions or {})
        pooled.guesses += [told] if told else []
        pooled.few += [] if told else [number]
    pooled.misconceptions = shown(pooled.exercises, misconceptions)
    return pooled


def shown(exercises, misconceptions):
    """Rank misconceptions by what is told of their mistakes alone, so that nothing more is told of the class.

    Parameters
    ----------
    exercises : list of Exercise
    misconceptions : sequence of (str, set of (str, str))
        Sentence, and exercises with a mistake that shows it, the worst first.

    Returns
    -------
    list of (str, str, list of (str, str))
        Sentence, how many show it at least, by its most frequent mistake, and those of its mistakes that are told;
        most first, then by all its mistakes together, then by damage.
    """
    least = {(one.number, mistake): int(said.partition(" ")[0]) for one in exercises for mistake, said in one.mistakes}
    found = [(sentence, [one for one in least if one in shows]) for sentence, shows in misconceptions]
    found = [(max(map(least.get, told)), sum(map(least.get, told)), sentence, told) for sentence, told in found if told]
    found.sort(key=lambda one: (-one[0], -one[1]))
    return [(sentence, f"at least {most}", told) for most, _, sentence, told in found]


def step(count):
    """Say in which step of three a count is: "6 to 8"."""
    least = count // FEW * FEW
    return f"{least} to {least + FEW - 1}" if least else "fewer than three"


def _coarse(count, whole):
    """Say a count of a whole in steps alone, with words at its ends."""
    if count < FEW:
        return "hardly anybody, or nobody"
    return "nearly all, or all" if count // FEW == whole // FEW else step(count)


def exercise(number, n, tried):
    """Say what may be said of an exercise that some of n learners tried; None if they are too few.

    Parameters
    ----------
    number : str
    n : int
    tried : list of tools.tries.Tried
    """
    if len(tried) < FEW:
        return None
    counts = Counter(name for one in tried for name in set(one.mistakes))
    mistakes = sorted((-(count // FEW * FEW), name) for name, count in counts.items() if count >= FEW)
    n_tried, right, first = len(tried), sum(one.right for one in tried), sum(one.first is True for one in tried)
    recorded = sum(one.first is not None for one in tried)
    parts = (n - n_tried, n_tried - right, right - first, first)
    exact = not set(parts) & set(HIDDEN) and (mistakes or first == n_tried) and recorded == n_tried
    whole, once, end = (
        str(count) if exact else _coarse(count, of) for count, of in ((n_tried, n), (first, n_tried), (right, n_tried))
    )
    once = "not known" if 2 * recorded < n_tried else once
    return Exercise(number, whole, once, end, [(name, step(-least)) for least, name in mistakes])


def guesses(number, n, guessed, questions):
    """Say what may be said of a prediction for which some of n learners guessed; None if they are too few.

    Parameters
    ----------
    number : str
    n : int
    guessed : list of (str, str or None)
        Guess, and what came.
    questions : dict
    """
    if len(guessed) < FEW:
        return None
    counts = Counter(guess for guess, _ in guessed)
    _, choices = questions.get(number, ("", ()))
    others = sorted(guess for guess, count in counts.items() if count >= FEW and guess not in choices)
    shown = {choice: counts[choice] for choice in (*choices, *others)}
    large = {choice: count for choice, count in shown.items() if count >= FEW}
    coarse = bool(choices) and len(large) == len(shown) and _tells(n - sum(large.values()), list(large.values()))
    if coarse:
        large = {choice: count // FEW * FEW + 1 for choice, count in large.items()}
    rows = [(one, "fewer than three", None) for one in shown if one not in large]
    whole = sum(large.values())
    rows += [(one, step(count) if coarse else str(count), count / whole) for one, count in large.items()]
    rows.sort(key=lambda row: list(shown).index(row[0]))
    came = Counter(came for _, came in guessed if came and (came in choices or counts[came] >= FEW))
    often = [name for name, count in came.most_common(1) if count >= FEW]
    return Guesses(number, rows, often[0] if often else None)


def _tells(without, counts):
    """Tell whether all choices' exact numbers would say that one or two made none; or if steps said it otherwise."""
    above, most = sum(count % FEW for count in counts), (FEW - 1) * len(counts)
    return without in HIDDEN or (without == 0 and above == 1) or (without == FEW and above == most - 1)
