"""What a notebook may be given: its cell tagged ``parameters`` is the one source of names, types, ranges and meanings.

Each line of that cell has the form ``name: int = 8  # 4 to 20; meaning``, or ``name: str = ""  # any text; meaning``.
"""

import ast
import re
from dataclasses import dataclass

LINE = re.compile(r"(\w+): (int|float) = (\S+)  # (\S+) to (\S+); (.+)")
TEXT = re.compile(r'(\w+): str = ("[^"\\]*")  # any text; (.+)')
KINDS = {"int": int, "float": float}
NUMBERS = {  # what is read from a command line, narrower than Python: no 5_0, no nan, no other alphabet's digits
    int: ("a whole number", re.compile(r"[+-]?[0-9]{1,300}")),
    float: ("a number", re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)),
}


class Refused(Exception):
    """Why nothing was run."""


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell."""

    name: str
    kind: type
    default: int | float | str
    low: int | float | str  # of a text: the default, since texts have no ends
    high: int | float | str
    meaning: str

    @property
    def range(self):
        """What may be given, in words."""
        return "any text" if self.kind is str else f"{self.low} to {self.high}"

    def read(self, text):
        """Turn a text into a value of this parameter.

        Raises
        ------
        Refused
            If it is not a number of the right kind, or out of range.
        """
        if self.kind is str:
            return text
        said, form = NUMBERS[self.kind]
        if not form.fullmatch(text):
            raise Refused(f"{self.name}={text}: {text or 'nothing'} is not {said}, written with the digits 0 to 9")
        value = self.kind(text)
        if not self.low <= value <= self.high:
            raise Refused(f"{self.name}={text}: {text} is not within {self.low} to {self.high}")
        return value


def parameters_of(notebook):
    """List the parameters of a notebook.

    Parameters
    ----------
    notebook : NotebookNode

    Returns
    -------
    list of Parameter

    Raises
    ------
    ValueError
        If there is not exactly one cell tagged ``parameters``, or a line of it has another form, a default of another
        type or out of its range, or a name that was there before.
    """
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        raise ValueError(f"one cell tagged parameters is needed, {len(cells)} are there")
    found = [_parameter(line) for line in cells[0].source.splitlines()]
    if len({parameter.name for parameter in found}) < len(found):
        raise ValueError("two lines of the cell tagged parameters have the same name")
    return found


def _parameter(line):
    if text := TEXT.fullmatch(line):
        name, default, meaning = text.groups()
        return Parameter(name, str, *3 * [ast.literal_eval(default)], meaning)
    parts = LINE.fullmatch(line)
    if not parts:
        raise ValueError(f"a line of parameters is not of the form `name: int = 8  # 4 to 20; meaning`: {line}")
    name, kind, *numbers, meaning = parts.groups()
    kind, (default, low, high) = KINDS[kind], map(ast.literal_eval, numbers)
    if type(default) is not kind or not low <= default <= high:
        raise ValueError(f"the default of a parameter has another type, or is out of its range: {line}")
    return Parameter(name, kind, default, kind(low), kind(high), meaning)


def table(parameters):
    """Return the parameters with type, default, range and meaning, one a line; str."""
    rows = [
        (known.name, known.kind.__name__, f"default {known.default}".strip(), known.range, known.meaning)
        for known in parameters
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def read(pairs, parameters):
    """Read texts of the form ``name=value``.

    Parameters
    ----------
    pairs : list of str
    parameters : list of Parameter

    Returns
    -------
    dict
        Name and value of what was given, in that order.

    Raises
    ------
    Refused
        With all that is wrong, one a line.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values, wrong = {}, []
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not (name and equals):
            wrong.append(f"{pair}: not of the form name=value, without spaces around the =")
        elif name not in known:
            wrong.append(f"{pair}: there is no parameter {name}")
        elif name in values:
            wrong.append(f"{pair}: {name} is given twice")
        else:
            values[name] = None  # given, be it right or wrong
            try:
                values[name] = known[name].read(text)
            except Refused as error:
                wrong.append(str(error))
    if wrong:
        raise Refused("\n".join(wrong))
    return values
