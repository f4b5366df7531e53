"""Exercises of notebook 03, a photograph compressed by a codebook."""

from functools import cache

import numpy as np
from scipy.cluster.vq import kmeans, vq

from helpers import datasets
from helpers.exercises.judging import Mistake, Unreadable, read_only
from helpers.exercises.kinds import Choice, Function, Number, Outcome

PALETTES = {"A": "random", "B": "flower", "C": "uniform", "D": "china"}
N_COLORS = 8  # in each of these palettes
K = 16
SIDE, K_SMALL = 64, 200  # of the thumbnail


@cache
def _image(name):
    return datasets.load_image(name)


def _rows(name):
    return _image(name).reshape(-1, 3).astype(float)


def _drawn(rows, n=1000, seed=0):
    return rows[np.random.default_rng(seed).choice(len(rows), size=n, replace=False)]


def _learnt(name, k=N_COLORS):
    return kmeans(_drawn(_rows(name)), k, rng=0)[0]


def _painted(name, codebook):
    """Picture in the colours of a codebook."""
    codes, _ = vq(_rows(name), codebook)
    return np.rint(codebook)[codes].reshape(_image(name).shape)


@cache
def four_palettes():
    """Make four palettes of eight colours for the flower, of which one was learnt from the other photograph.

    Returns
    -------
    dict
        Letter: ndarray of shape (8, 3), red, green and blue as whole numbers; in the order of the alphabet.
    """
    rows = _rows("flower")
    levels = [64, 192]
    made = {
        "random": _drawn(rows, N_COLORS, seed=3),
        "flower": _learnt("flower"),
        "uniform": np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3),
        "china": _learnt("china"),
    }
    palettes = {letter: np.rint(made[kind]) for letter, kind in PALETTES.items()}
    read_only(*palettes.values())
    return palettes


@cache
def _once():
    """How many colours of the flower are seen in one pixel only, and how many colours there are."""
    _, counts = np.unique(_one_number(_image("flower")), return_counts=True)
    return int((counts == 1).sum()), len(counts)


def _one_number(picture):
    """Red, green and blue of each pixel as one whole number: quicker to compare than rows."""
    red, green, blue = np.moveaxis(np.rint(picture).astype(np.int64), -1, 0)
    return (red << 20) + (green << 10) + blue


def psnr(original, decoded):
    """Peak signal-to-noise ratio of two pictures of bytes, in decibels."""
    return 10 * np.log10(255**2 / _mse(original, decoded))


def _mse(original, decoded):
    return ((original.astype(float) - decoded.astype(float)) ** 2).mean()


def _pictures():
    rng = np.random.default_rng(0)
    dark = rng.integers(0, 120, size=(12, 8, 3), dtype=np.uint8)  # its largest value is not 255
    bright = rng.integers(100, 256, size=(5, 9, 3), dtype=np.uint8)
    # noise of another size in each channel
    shifts = [
        rng.integers(0, size, size=image.shape, dtype=np.uint8)
        for image, size in ((dark, (30, 9, 3)), (bright, (2, 9, 20)))
    ]
    return [(dark, dark + shifts[0]), (bright, bright - shifts[1])]


def _word_for(picture):
    """Say what is wrong with a picture that should be the tower in 16 learnt colours."""
    n_colors = len(np.unique(_one_number(picture)))
    if n_colors > K:
        return "too many colours"
    if picture.max() <= 1:
        raise Unreadable("red, green and blue should go from 0 to 255; here nothing is above 1.")
    if psnr(_image("flower"), picture) > 20:
        return "flower"
    decibels = psnr(_image("china"), picture)
    if decibels < 15:
        return "lost"
    # two of the 16 may be equal after rounding, or kmeans may have dropped one
    return "too few colours" if n_colors < K - 1 else "good" if decibels > 26.5 else "fair"


def _ratio(bits, book=K_SMALL * 3 * 8):
    return SIDE**2 * 24 / (SIDE**2 * bits + book)


EXERCISES = {
    "03.1": Number(
        lambda: _once()[0],
        [
            Mistake(
                lambda: _once()[1],
                "this is the number of different colours. How many of them are seen in one pixel only? numpy.unique can count as well.",
            ),
            Mistake(lambda: _once()[1] - _once()[0], "these are the colours that are seen more than once."),
            Mistake(
                lambda: int((np.unique(_one_number(_image("china")), return_counts=True)[1] == 1).sum()),
                "this is the tower's number. Asked for is the flower's.",
            ),
            Mistake(
                lambda: _rows("flower").size, "this is how many numbers the picture holds. A colour is a row of three."
            ),
            Mistake(lambda: len(_rows("flower")), "this is the number of pixels. Many of them share a colour."),
            Mistake(
                lambda: len(np.unique(_rows("flower"))),
                "this counts the values of single channels. A colour is a row of three numbers: unique has an argument for that.",
            ),
        ],
        tolerance=0,
        praise="right. A palette of all colours would spend three bytes on each of these single pixels.",
        otherwise="not yet. Make one row of each pixel, let numpy.unique find the different rows and count each of them, then count the ones.",
    ),
    "03.2": Function(
        lambda: psnr,
        [
            Mistake(
                lambda: (
                    lambda original, decoded: 10 * np.log10(255**2 / ((original - decoded).astype(float) ** 2).mean())
                ),
                "your bytes have wrapped around: 10 - 20 became 246. Convert to floats before you subtract, not after.",
            ),
            Mistake(
                lambda: lambda original, decoded: 10 * np.log10(255**2 / ((original - decoded) ** 2).mean()),
                "your bytes have wrapped around, in the subtraction and again in the square. Convert to floats first.",
            ),
            Mistake(
                lambda: lambda original, decoded: 20 * np.log10(255**2 / _mse(original, decoded)),
                "twice too much: 20 goes with 255 and the root of the MSE, 10 with their squares.",
            ),
            Mistake(
                lambda: lambda original, decoded: 10 * np.log10(255 / _mse(original, decoded)),
                "255 is not squared yet, but the error is.",
            ),
            Mistake(
                lambda: lambda original, decoded: 10 * np.log(255**2 / _mse(original, decoded)),
                "decibels take the logarithm to the base 10; numpy.log is the natural one.",
            ),
            Mistake(
                lambda: lambda original, decoded: 10 * np.log10(float(original.max()) ** 2 / _mse(original, decoded)),
                "you compare with the largest value in this picture. The peak is the largest that a byte can hold.",
            ),
            Mistake(
                lambda: lambda original, decoded: -psnr(original, decoded),
                "the right size with the wrong sign: the peak belongs above the error.",
            ),
            Mistake(
                lambda: lambda original, decoded: 10 * np.log10(255**2 / (3 * _mse(original, decoded))),
                "you added up red, green and blue before the mean. The mean goes over all values: divide by 3 as well.",
            ),
            Mistake(
                lambda: lambda original, decoded: 10 * np.log10(255**2 / (original.size * _mse(original, decoded))),
                "this has the sum of the squared errors where their mean should be.",
            ),
            Mistake(
                lambda: lambda original, decoded: np.log10(255**2 / _mse(original, decoded)),
                "nearly: a bel is ten decibels.",
            ),
            Mistake(
                lambda: lambda original, decoded: 10 * np.log10(255**2 / abs(original.astype(float) - decoded).mean()),
                "the errors are not squared yet.",
            ),
            Mistake(
                lambda: lambda original, decoded: _mse(original, decoded),
                "this is the mean squared error. The PSNR compares it with the square of the peak, on a logarithmic scale.",
            ),
        ],
        cases=_pictures,
        tolerance=1e-5,
        praise="right, for a dark and for a bright picture.",
        otherwise="not yet. Check the parts one by one: the differences as floats, the mean of their squares over all values at once, the peak of a byte, the "
        "kind of logarithm, the factor.",
    ),
    "03.3": Outcome(
        lambda: _painted("china", _learnt("china", K)),
        [
            Mistake(
                lambda: _painted("china", kmeans(_rows("china")[:1000], K, rng=0)[0]),
                "most colours of the picture are missing from this codebook. Which pixels did kmeans see, and where in the picture are they?",
            ),
            Mistake(
                lambda: _painted("china", _drawn(_rows("china"), K)),
                "better, but poor for 16 colours. Are they learnt by kmeans, from many pixels, drawn from the whole picture? Are red, green and blue in their places?",
            ),
            Mistake(lambda: _image("china"), "this picture has more than 16 colours. Hand in the decoded one."),
            Mistake(
                lambda: _painted("flower", _learnt("flower", K)),
                "this is the flower. Asked for is the other photograph.",
            ),
            Mistake(
                lambda: _painted("china", _learnt("china")),
                "the sample is good, but this picture has fewer than 16 colours. How many did you ask for?",
            ),
        ],
        outcome=_word_for,
        praise="right. A sample must show the whole picture; the first rows of a table are seldom like the rest. Drawing by chance is the safe way.",
        otherwise="not yet: this is not the tower in 16 colours learnt from its own pixels.",
    ),
    "03.4": Number(
        lambda: _ratio(8),
        [
            Mistake(lambda: _ratio(8, 0), "you left out the codebook. In a picture this small it weighs something."),
            Mistake(
                lambda: _ratio(np.log2(K_SMALL)),
                "a code has a whole number of bits. Which is the smallest that can tell 200 colours apart?",
            ),
            Mistake(
                lambda: _ratio(np.log2(K_SMALL), 0),
                "a code has a whole number of bits, and the codebook must be sent as well.",
            ),
            Mistake(lambda: _ratio(7), "seven bits tell 128 colours apart. Round up."),
            Mistake(
                lambda: _ratio(8, K_SMALL * 3), "the codebook has three *bytes* a colour; you counted as many bits."
            ),
            Mistake(
                lambda: 1 / _ratio(8), "upside down: how many times smaller is it? Original size over compressed size."
            ),
            Mistake(lambda: 256**3 / K_SMALL, "this compares possible colours. Count the bits that must be sent."),
            Mistake(
                lambda: SIDE**2 * 8 + K_SMALL * 24,
                "this is the compressed size in bits. The ratio says how many times the original is larger.",
            ),
            Mistake(
                lambda: (SIDE**2 * 8 + K_SMALL * 24) / 8,
                "this is the compressed size in bytes. The ratio says how many times the original is larger.",
            ),
        ],
        tolerance=0.003,
        praise="right (within 0.3 %). The codebook takes about an eighth of what is stored.",
        otherwise="not yet. Write down the bits before, and the two things that must be stored after. How many bits has one code?",
    ),
    "03.5": Choice(
        lambda: next(letter for letter, kind in PALETTES.items() if kind == "china"),
        [
            Mistake(
                lambda: "C",
                "these colours fit neither photograph: the same steps of red, green and blue whatever the picture. Look for colours that you know from the tower.",
            ),
            Mistake(
                lambda: "B",
                "several oranges and several blue-greens out of only eight: the picture behind this palette has much of both. The tower has little of either.",
            ),
            Mistake(
                lambda: "A",
                "these are colours of the flower itself, though not well chosen. The tower has a little orange on its roof, but no palette of eight colours learnt from it keeps that: see its picture in eight colours above.",
            ),
        ],
        letters=tuple(PALETTES),
        praise="right. Greys, browns and pale stone: each petal got the nearest colour that the tower had to offer.",
        otherwise="not this one. Which colours has the tower's picture, and which has it not?",
    ),
}
