"""Colours and markers of the course, shared by the notebooks' pictures and the web page.

The ten colours were found by a search over RGB: contrast to white of at least 3:1 (WCAG 2.2, criterion
1.4.11), and the largest smallest distance between any two of them, seen normally and with protanopia, deuteranopia and
tritanopia (simulated after Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113; distance in OKLab). Ten
others, found likewise, are for dark pages. ``tests/house/test_palette.py`` computes all again. Colour is never the only
sign: each cluster has a marker too. The centres' red is near crimson for some eyes; their size, cross and edge tell
them apart.
"""

COLORS = (
    "#0f4b87",  # blue
    "#c38700",  # ochre
    "#f04bd2",  # pink
    "#5a6900",  # olive
    "#3c96ff",  # sky
    "#871e4b",  # maroon
    "#8700c3",  # violet
    "#0f2dff",  # ultramarine
    "#e1005a",  # crimson
    "#966996",  # mauve
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p")  # matplotlib's names
NOISE = "#8f8f8f"
CENTER = "#e00000"

# the same for a dark page
DARK_PAPER = "#15171c"
DARK_COLORS = (
    "#05cdff",
    "#cdb95f",
    "#ffe1ff",
    "#a5ff05",
    "#0573af",
    "#9b554b",
    "#9b05ff",
    "#9b87ff",
    "#ff4b05",
    "#ff87b9",
)
DARK_NOISE = "#808080"
DARK_CENTER = "#ff2020"


def style(label):
    """Colour and marker of one cluster.

    The first ten clusters have a colour each. From the eleventh on the colours come again with the next marker,
    so that the first hundred pairs are all different; after that they repeat.

    Parameters
    ----------
    label : int
        Cluster number from 0; a negative one is noise.

    Returns
    -------
    color : str
        ``#rrggbb``.
    marker : str
        One of `MARKERS`, or ``"."`` for noise.
    """
    if label < 0:
        return NOISE, "."
    n = len(COLORS)
    return COLORS[label % n], MARKERS[(label + label // n) % n]
