"""The course's data: real sets with their cards, two photographs, and makers of synthetic sets.

Nothing here needs the network. What is not in scikit-learn's own files is a CSV in ``data/``.
"""

from helpers.datasets.made import blobs, circles, draw_customers, lineup, moons, noise, stretched, unequal
from helpers.datasets.real import Dataset, card, load, load_image, names

__all__ = [
    "Dataset",
    "blobs",
    "card",
    "circles",
    "draw_customers",
    "lineup",
    "load",
    "load_image",
    "moons",
    "names",
    "noise",
    "stretched",
    "unequal",
]
