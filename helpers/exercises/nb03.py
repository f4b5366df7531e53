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
SIDE, K_SMALL, CHANNELS = 64, 200, 4  # of the thumbnail: red, green, blue and opacity


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
    """Peak signal-to-noise ratio of two pictures of whole numbers, in decibels."""
    return 10 * np.log10(_peak(original) ** 2 / _mse(original, decoded))


def _peak(picture):
    return np.iinfo(picture.dtype).max


def _with_peak(peak):
    """PSNR with another peak than the right one."""
    return lambda original, decoded: 10 * np.log10(peak(original) ** 2 / _mse(original, decoded))


def _mse(original, decoded):
    return ((original.astype(float) - decoded.astype(float)) ** 2).mean()


def _pictures():
    rng = np.random.default_rng(0)
    dark = rng.integers(0, 120, size=(12, 8, 3), dtype=np.uint8)  # its largest value is not 255
    bright = rng.integers(100, 256, size=(5, 9, 3), dtype=np.uint8)
    deep = rng.integers(1000, 4000, size=(6, 7, 3), dtype=np.uint16)
    # noise of another size in each channel
    shifts = [
        rng.integers(0, size, size=image.shape, dtype=image.dtype)
        for image, size in ((dark, (30, 9, 3)), (bright, (2, 9, 20)), (deep, (300, 40, 90)))
    ]
    return [(dark, dark + shifts[0]), (bright, bright - shifts[1]), (deep, deep + shifts[2])]


def _word_for(picture):
    """Say what is wrong with a picture that should be the tower in 16 learnt colours."""
    codes, first = np.unique(_one_number(picture), return_index=True)
    if len(codes) > K:
        return "too many colours"
    if picture.max() <= 1:
        raise Unreadable("red, green and blue should go from 0 to 255; here nothing is above 1.")
    if psnr(_image("flower"), picture) > 20:
        return "flower"
    decibels = psnr(_image("china"), picture)
    if decibels > 26:  # some of the 16 may be equal after rounding, or kmeans may have dropped one
        return "good" if len(codes) >= K - 2 else "too few colours"
    some = _rows("china")[::20]
    possible = 10 * np.log10(255**2 / ((vq(some, picture.reshape(-1, 3)[first])[1] ** 2).sum() / some.size))
    if possible < 17:  # were each pixel given the nearest of these colours
        return "lost"
    if possible > max(24, decibels + 3):
        return "misplaced"
    return "too few colours" if len(codes) < K - 2 else "fair"


def _ratio(bits, book=K_SMALL * CHANNELS * 8, channels=CHANNELS):
    return SIDE**2 * channels * 8 / (SIDE**2 * bits + book)


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
                lambda: _with_peak(lambda original: 255),
                "you took the peak of a byte for all pictures. A value of 16 bits can be larger.",
            ),
            Mistake(
                lambda: lambda original, decoded: psnr(original - decoded, np.zeros(1)),
                "your differences have wrapped around: 10 - 20 became a large number. Convert to floats before you subtract, not after.",
            ),
            Mistake(
                lambda: (
                    lambda original, decoded: 10 * np.log10(_peak(original) ** 2 / ((original - decoded) ** 2).mean())
                ),
                "your numbers have wrapped around, in the subtraction and again in the square. Convert to floats first.",
            ),
            Mistake(
                lambda: lambda a, b: 2 * psnr(a, b), "twice too much: 20 goes with the roots, 10 with the squares."
            ),
            Mistake(lambda: lambda a, b: psnr(a, b) / 2, "half of it: 10 goes with the squares, 20 with the roots."),
            Mistake(
                lambda: lambda original, decoded: 10 * np.log10(_peak(original) / _mse(original, decoded)),
                "the error is squared, the peak not yet.",
            ),
            Mistake(
                lambda: lambda original, decoded: np.log(10) * psnr(original, decoded),
                "decibels take the logarithm to the base 10; numpy.log is the natural one.",
            ),
            Mistake(
                lambda: _with_peak(lambda original: float(original.max())),
                "you compare with the largest value in this picture. The peak is the largest that its type can hold.",
            ),
            Mistake(
                lambda: _with_peak(lambda original: np.sqrt(int(original.max()) ** 2 % (_peak(original) + 1))),
                "the square of the picture's largest value has wrapped around; and the peak is not in the picture: it is the largest value that the type can hold.",
            ),
            Mistake(
                lambda: _with_peak(lambda original: _peak(original) + 1),
                "your peak is how many values there are. They begin at 0, so the largest is one less.",
            ),
            Mistake(lambda: lambda a, b: -psnr(a, b), "the wrong sign: the peak belongs above the error."),
            Mistake(
                lambda: lambda original, decoded: psnr(original, decoded) - 10 * np.log10(3),
                "three times the error: the mean goes over all values, so over red, green and blue as well as over the pixels.",
            ),
            Mistake(
                lambda: lambda original, decoded: psnr(original, decoded) - 10 * np.log10(original.size),
                "this has the sum of the squared errors where their mean should be.",
            ),
            Mistake(lambda: lambda a, b: psnr(a, b) / 10, "nearly: a bel is ten decibels."),
            Mistake(
                lambda: (
                    lambda original, decoded: (
                        10 * np.log10(_peak(original) ** 2 / abs(original.astype(float) - decoded).mean())
                    )
                ),
                "the errors are not squared yet.",
            ),
            Mistake(
                lambda: _mse,
                "this is the mean squared error. The PSNR compares it with the square of the peak, on a logarithmic scale.",
            ),
        ],
        cases=_pictures,
        tolerance=2.5e-4,  # of two digits after the point
        praise="right, for bytes and for 16 bits, dark and bright.",
        otherwise="not yet. Check the parts one by one: the differences as floats, the mean of their squares over all values at once, the peak of the type, the "
        "kind of logarithm, the factor.",
    ),
    "03.3": Outcome(
        lambda: _painted("china", _learnt("china", K)),
        [
            Mistake(
                lambda: _painted("china", kmeans(_rows("china")[:1000], K, rng=0)[0]),
                "most colours of the tower are far from any in this picture. Which pixels did kmeans see, and where in the picture are they?",
            ),
            Mistake(
                lambda: np.rint(_learnt("china", K))[::-1][vq(_rows("china"), _learnt("china", K))[0]].reshape(
                    _image("china").shape
                ),
                "these colours would do, but many are not in their places: a pixel should get the one that is nearest to its own. Were codes, codebook or rows put in another order?",
            ),
            Mistake(
                lambda: _painted("china", _drawn(_rows("china"), K)),
                "poor for 16 colours. Are they learnt by kmeans, in several restarts, from many pixels, drawn from the whole picture? Are red, green and blue in their places?",
            ),
            Mistake(
                lambda: _image("china"),
                "this picture has more than 16 colours. A decoded one has those of its codebook only.",
            ),
            Mistake(
                lambda: _painted("flower", _learnt("flower", K)),
                "this is the flower. Asked for is the other photograph.",
            ),
            Mistake(
                lambda: _painted("china", _learnt("china")),
                "this picture has fewer than 16 colours. How many did you ask for?",
            ),
        ],
        outcome=_word_for,
        praise="right. A sample must show the whole picture; the first rows of a table need not be like the rest. Draw by chance.",
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
                lambda: _ratio(8, K_SMALL * CHANNELS),
                "the codebook has four *bytes* a colour; you counted as many bits.",
            ),
            Mistake(
                lambda: _ratio(8, K_SMALL * 3 * 8),
                "your codebook has three bytes a colour. These colours have opacity as well.",
            ),
            Mistake(
                lambda: _ratio(8, K_SMALL * 3 * 8, 3),
                "you left out the opacity, in the picture and in the codebook: a fourth byte.",
            ),
            Mistake(
                lambda: _ratio(8, 256 * CHANNELS * 8), "eight bits could tell 256 colours apart, but 200 are stored."
            ),
            Mistake(lambda: _ratio(8, channels=3), "before, a pixel has four bytes, as a colour of the codebook has."),
            Mistake(
                lambda: 1 / _ratio(8), "upside down: how many times smaller is it? Original size over compressed size."
            ),
            Mistake(lambda: _ratio(8) / 8, "one of the two sizes is in bytes, the other one in bits."),
            Mistake(lambda: 256**4 / K_SMALL, "this compares possible colours. Count the bits that must be sent."),
            Mistake(
                lambda: SIDE**2 * 8 + K_SMALL * CHANNELS * 8,
                "this is the compressed size in bits. The ratio says how many times the original is larger.",
            ),
            Mistake(
                lambda: SIDE**2 + K_SMALL * CHANNELS,
                "this is the compressed size in bytes. The ratio says how many times the original is larger.",
            ),
        ],
        tolerance=0.003,
        praise="right (within 0.3 %). The codebook takes about a sixth of what is stored.",
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
                "these are colours of the flower itself, though not well chosen. The tower has a little orange on its roof, but eight colours learnt from it do not keep that: see its picture in eight colours above.",
            ),
        ],
        letters=tuple(PALETTES),
        praise="right. Greys, browns and pale stone: each petal got the nearest colour that the tower had to offer.",
        otherwise="not this one. Which colours has the tower's picture, and which has it not?",
    ),
}
