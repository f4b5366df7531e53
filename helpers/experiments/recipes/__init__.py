"""The recipes by name."""

import difflib

from helpers.experiments.recipes import demo, gap, methods, plusplus, radius, scalable

RECIPES = {part.RECIPE.name: part.RECIPE for part in (plusplus, scalable, gap, demo, radius, methods)}


def names():
    """Names of the experiments, in the order of the course."""
    return list(RECIPES)


def recipe(name):
    """Give the recipe of an experiment.

    Raises
    ------
    ValueError
        If there is none of this name; the message lists those that exist, and the nearest.
    """
    if isinstance(name, str) and name in RECIPES:
        return RECIPES[name]
    near = difflib.get_close_matches(str(name).lower(), RECIPES, n=1, cutoff=0.0)[0]
    raise ValueError(f"there is no experiment {name!r}; did you mean {near!r}? There are: {', '.join(RECIPES)}")
