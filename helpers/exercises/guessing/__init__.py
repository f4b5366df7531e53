"""Guesses, made before a cell is run: `predict` asks, `reveal` says what came of it, `predictions` shows them all.

A guess is kept as long as the kernel runs. With ``CLUSTERING_STATIC=1`` in the environment, as for what is committed,
a question is plain text, and nothing can be guessed.
"""

import os
from dataclasses import dataclass, field
from html import escape

from helpers import recording
from helpers.exercises.guessing import (
    rules_00_01,
    rules_02_03,
    rules_04_05,
    rules_06_07,
    rules_08_09,
    rules_10_11,
    rules_12,
)

MODULES = (rules_00_01, rules_02_03, rules_04_05, rules_06_07, rules_08_09, rules_10_11, rules_12)
RULES = {number: rule for module in MODULES for number, rule in module.RULES.items()}

_asked = {}  # by number: the questions whose cells have been run


def _is_static():
    return os.environ.get("CLUSTERING_STATIC") == "1"


@dataclass
class Prediction:
    """A question with its choices; it shows itself as a cell's last expression, to be clicked or as text.

    Attributes
    ----------
    number : str
    question : str
    choices : tuple of str
    guess, came : str or None
        The choice that was clicked, and the one that came true.
    locked : bool
        Whether what came was shown, so that the guess stays.
    """

    number: str
    question: str
    choices: tuple
    guess: str | None = None
    came: str | None = None
    locked: bool = False
    _buttons: object = field(default=None, repr=False)

    def __repr__(self):
        lines = [f"   {letter}  {choice}" for letter, choice in zip("ABCDEFGH", self.choices, strict=False)]
        return "\n".join([f"? {self.number}  {self.question}", *lines])

    def _ipython_display_(self):
        if _is_static():
            raise NotImplementedError  # IPython then shows the text
        from IPython.display import display  # here: only a notebook has them
        from ipywidgets import HTML, RadioButtons, VBox

        self._buttons = RadioButtons(options=self.choices, value=None, layout={"width": "max-content"})
        self._buttons.observe(self._chosen, names="value")
        display(VBox([HTML(f"<b>{self.number}</b>&ensp;{escape(self.question)}"), self._buttons]))

    def _chosen(self, change):
        self.guess = change["new"]

    def lock(self):
        """Keep the guess as it is."""
        self.locked = True
        if self._buttons is not None:
            self._buttons.disabled = True


class Text(str):
    """A text that shows itself without quotes; `told` is for programs that read the notebook."""

    told = None
    __repr__ = str.__str__

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": str(self)}, {"clustering": self.told} if self.told else {}


def predict(number, question, *choices):
    """Ask for a guess before a cell is run; run again, the question is open again.

    Parameters
    ----------
    number : str
        Such as ``"02.a"``: the notebook, and a letter.
    question : str
    *choices : str
        Two or more, of which one will come true.

    Returns
    -------
    Prediction

    Raises
    ------
    ValueError
        If there is no such question, or the choices are not two or more different ones.
    """
    if number not in RULES:
        raise ValueError(f"there is no prediction {number!r}")
    if len(set(choices)) < max(2, len(choices)):
        raise ValueError("a prediction needs two different choices, or more")
    _asked[number] = Prediction(number, question, choices)
    return _asked[number]


def reveal(number, value):
    """Say in a line what was guessed and what came, and lock the guess; say nothing if there is none.

    Parameters
    ----------
    number : str
    value : object
        What a cell has computed; which choice it makes true is a rule of this package.

    Returns
    -------
    Text or None
    """
    asked = _asked.get(number)
    if asked is None:  # its cell has not been run
        return None
    asked.came = RULES[number](value)
    if _is_static() and asked.came not in asked.choices:
        raise ValueError(f"{number} came out as {asked.came!r}, which is no choice of it")
    if asked.guess is None:
        return None
    told = {"prediction": number, "guess": asked.guess, "came": asked.came}
    if not asked.locked:
        recording.keep(**told)
    asked.lock()
    so = "So it came." if asked.guess == asked.came else f"It came out: {asked.came}."
    text = Text(f"{number}  You said: {asked.guess}. {so}")
    text.told = told
    return text


def came():
    """Say what came of each question asked since the kernel was started; dict of number and choice, or None."""
    return {number: asked.came for number, asked in _asked.items()}


def predictions():
    """Show the guesses made since the kernel was started, with what came.

    Returns
    -------
    Text
    """
    made = [asked for asked in _asked.values() if asked.guess is not None]
    if not made:
        return Text("No guess was made. Click a choice before you run what it asks about: it will stand here.")
    run = [asked for asked in made if asked.came is not None]
    rows = [("", "guessed", "came"), *((asked.number, asked.guess, asked.came or "not run yet") for asked in made)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    right = sum(asked.guess == asked.came for asked in run)
    return Text("\n".join([*lines, f"As guessed: {right} of {len(run)}"]))
