"""Exercises of notebook 03, a photograph compressed by a codebook."""

from functools import cache

import numpy as np
from scipy.cluster.vq import kmeans, vq

from helpers.exercises.judging import Mistake, read_only
from helpers.exercises.kinds import Choice, Function, Number, Outcome
from helpers.exercises.nb03.pictures import (
    N_COLORS,
    K,
    drawn,
    learnt,
    once,
    one_number,
    painted,
    pairs_of_pictures,
    peak_of,
    photograph,
    pixels,
    psnr,
    squared_error,
    with_peak,
    word_for,
)

PALETTES = {"A": "random", "B": "flower", "C": "uniform", "D": "china"}
SIDE, K_SMALL, CHANNELS = 64, 200, 4  # of the thumbnail: red, green, blue and opacity


@cache
def four_palettes():
    """Make four palettes of eight colours for the flower, of which one was learnt from the other photograph.

    Returns
    -------
    dict
        Letter: ndarray of shape (8, 3), red, green and blue as whole numbers; in the order of the alphabet.
    """
    rows = pixels("flower")
    levels = [64, 192]
    made = {
        "random": drawn(rows, N_COLORS, seed=3),
        "flower": learnt("flower"),
        "uniform": np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3),
        "china": learnt("china"),
    }
    palettes = {letter: np.rint(made[kind]) for letter, kind in PALETTES.items()}
    read_only(*palettes.values())
    return palettes


def _ratio(bits, book=K_SMALL * CHANNELS * 8, channels=CHANNELS):
    return SIDE**2 * channels * 8 / (SIDE**2 * bits + book)


EXERCISES = {
    "03.1": Number(
        lambda: once()[0],
        [
            Mistake(
                "all colours",
                lambda: once()[1],
                "this is the number of different colours. How many of them are seen in one pixel only? numpy.unique can count as well.",
            ),
            Mistake(
                "seen more than once",
                lambda: once()[1] - once()[0],
                "these are the colours that are seen more than once.",
            ),
            Mistake(
                "the tower's number",
                lambda: int((np.unique(one_number(photograph("china")), return_counts=True)[1] == 1).sum()),
                "this is the tower's number. Asked for is the flower's.",
            ),
            Mistake(
                "all pixels",
                lambda: len(pixels("flower")),
                "this is the number of pixels. Many of them share a colour.",
            ),
            Mistake(
                "values of channels",
                lambda: len(np.unique(pixels("flower"))),
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
                "always a byte's peak",
                lambda: with_peak(lambda original: 255),
                "you took the peak of a byte for all pictures. A value of 16 bits can be larger.",
            ),
            Mistake(
                "differences wrapped",
                lambda: lambda original, decoded: psnr(original - decoded, np.zeros(1)),
                "your differences have wrapped around: 10 - 20 became a large number. Convert to floats before you subtract, not after.",
            ),
            Mistake(
                "differences and squares wrapped",
                lambda: (
                    lambda original, decoded: 10 * np.log10(peak_of(original) ** 2 / ((original - decoded) ** 2).mean())
                ),
                "your numbers have wrapped around, in the subtraction and again in the square. Convert to floats first.",
            ),
            Mistake(
                "factor doubled",
                lambda: lambda a, b: 2 * psnr(a, b),
                "twice too much: 20 goes with the roots, 10 with the squares.",
            ),
            Mistake(
                "factor halved",
                lambda: lambda a, b: psnr(a, b) / 2,
                "half of it: 10 goes with the squares, 20 with the roots.",
            ),
            Mistake(
                "peak not squared",
                lambda: lambda original, decoded: 10 * np.log10(peak_of(original) / squared_error(original, decoded)),
                "the error is squared, the peak not yet.",
            ),
            Mistake(
                "natural logarithm",
                lambda: lambda original, decoded: np.log(10) * psnr(original, decoded),
                "decibels take the logarithm to the base 10; numpy.log is the natural one.",
            ),
            Mistake(
                "largest value as peak",
                lambda: with_peak(lambda original: float(original.max())),
                "you compare with the largest value in this picture. The peak is the largest that its type can hold.",
            ),
            Mistake(
                "wrapped largest value",
                lambda: with_peak(lambda original: np.sqrt(int(original.max()) ** 2 % (peak_of(original) + 1))),
                "the square of the picture's largest value has wrapped around; and the peak is not in the picture: it is the largest value that the type can hold.",
            ),
            Mistake(
                "peak one too large",
                lambda: with_peak(lambda original: peak_of(original) + 1),
                "your peak is how many values there are. They begin at 0, so the largest is one less.",
            ),
            Mistake(
                "sign turned", lambda: lambda a, b: -psnr(a, b), "the wrong sign: the peak belongs above the error."
            ),
            Mistake(
                "mean over pixels only",
                lambda: lambda original, decoded: psnr(original, decoded) - 10 * np.log10(3),
                "three times the error: the mean goes over all values, so over red, green and blue as well as over the pixels.",
            ),
            Mistake(
                "sum of squares",
                lambda: lambda original, decoded: psnr(original, decoded) - 10 * np.log10(original.size),
                "this has the sum of the squared errors where their mean should be.",
            ),
            Mistake("bels", lambda: lambda a, b: psnr(a, b) / 10, "nearly: a bel is ten decibels."),
            Mistake(
                "errors not squared",
                lambda: (
                    lambda original, decoded: (
                        10 * np.log10(peak_of(original) ** 2 / abs(original.astype(float) - decoded).mean())
                    )
                ),
                "the errors are not squared yet.",
            ),
            Mistake(
                "mean squared error",
                lambda: squared_error,
                "this is the mean squared error. The PSNR compares it with the square of the peak, on a logarithmic scale.",
            ),
        ],
        cases=pairs_of_pictures,
        tolerance=2.5e-4,  # of two digits after the point
        praise="right, for bytes and for 16 bits, dark and bright.",
        otherwise="not yet. Check the parts one by one: the differences as floats, the mean of their squares over all values at once, the peak of the type, the "
        "kind of logarithm, the factor.",
    ),
    "03.3": Outcome(
        lambda: painted("china", learnt("china", K)),
        [
            Mistake(
                "the tower's colours missing",
                lambda: painted("china", kmeans(pixels("china")[:1000], K, rng=0)[0]),
                "most colours of the tower are far from any in this picture. Which pixels did kmeans see, and where in the picture are they?",
            ),
            Mistake(
                "colours misplaced",
                lambda: np.rint(learnt("china", K))[::-1][vq(pixels("china"), learnt("china", K))[0]].reshape(
                    photograph("china").shape
                ),
                "these colours would do, but many are not in their places: a pixel should get the one that is nearest to its own. Were codes, codebook or rows put in another order?",
            ),
            Mistake(
                "colours poorly chosen",
                lambda: painted("china", drawn(pixels("china"), K)),
                "poor for 16 colours. Are they learnt by kmeans, in several restarts, from many pixels, drawn from the whole picture? Are red, green and blue in their places?",
            ),
            Mistake(
                "too many colours",
                lambda: photograph("china"),
                "this picture has more than 16 colours. A decoded one has those of its codebook only.",
            ),
            Mistake(
                "the other photograph",
                lambda: painted("flower", learnt("flower", K)),
                "this is the flower. Asked for is the other photograph.",
            ),
            Mistake(
                "too few colours",
                lambda: painted("china", learnt("china")),
                "this picture has fewer than 16 colours. How many did you ask for?",
            ),
        ],
        outcome=word_for,
        praise="right. A sample must show the whole picture; the first rows of a table need not be like the rest. Draw by chance.",
        otherwise="not yet: this is not the tower in 16 colours learnt from its own pixels.",
    ),
    "03.4": Number(
        lambda: _ratio(8),
        [
            Mistake(
                "codebook left out",
                lambda: _ratio(8, 0),
                "you left out the codebook. In a picture this small it weighs something.",
            ),
            Mistake(
                "fractional bits",
                lambda: _ratio(np.log2(K_SMALL)),
                "a code has a whole number of bits. Which is the smallest that can tell 200 colours apart?",
            ),
            Mistake(
                "fractional bits, no codebook",
                lambda: _ratio(np.log2(K_SMALL), 0),
                "a code has a whole number of bits, and the codebook must be sent as well.",
            ),
            Mistake("bits rounded down", lambda: _ratio(7), "seven bits tell 128 colours apart. Round up."),
            Mistake(
                "codebook's bytes as bits",
                lambda: _ratio(8, K_SMALL * CHANNELS),
                "the codebook has four *bytes* a colour; you counted as many bits.",
            ),
            Mistake(
                "codebook without opacity",
                lambda: _ratio(8, K_SMALL * 3 * 8),
                "your codebook has three bytes a colour. These colours have opacity as well.",
            ),
            Mistake(
                "no opacity at all",
                lambda: _ratio(8, K_SMALL * 3 * 8, 3),
                "you left out the opacity, in the picture and in the codebook: a fourth byte.",
            ),
            Mistake(
                "codebook of all codes",
                lambda: _ratio(8, 256 * CHANNELS * 8),
                "eight bits could tell 256 colours apart, but 200 are stored.",
            ),
            Mistake(
                "pixels without opacity",
                lambda: _ratio(8, channels=3),
                "before, a pixel has four bytes, as a colour of the codebook has.",
            ),
            Mistake(
                "upside down",
                lambda: 1 / _ratio(8),
                "upside down: how many times smaller is it? Original size over compressed size.",
            ),
            Mistake(
                "bytes and bits mixed",
                lambda: _ratio(8) / 8,
                "one of the two sizes is in bytes, the other one in bits.",
            ),
            Mistake(
                "possible colours",
                lambda: 256**4 / K_SMALL,
                "this compares possible colours. Count the bits that must be sent.",
            ),
            Mistake(
                "compressed size in bits",
                lambda: SIDE**2 * 8 + K_SMALL * CHANNELS * 8,
                "this is the compressed size in bits. The ratio says how many times the original is larger.",
            ),
            Mistake(
                "compressed size in bytes",
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
                "regular steps of colours",
                lambda: "C",
                "these colours fit neither photograph: the same steps of red, green and blue whatever the picture. Look for colours that you know from the tower.",
            ),
            Mistake(
                "learnt from the flower",
                lambda: "B",
                "several oranges and several blue-greens out of only eight: the picture behind this palette has much of both. The tower has little of either.",
            ),
            Mistake(
                "drawn from the flower",
                lambda: "A",
                "these are colours of the flower itself, though not well chosen. The tower has a little orange on its roof, but eight colours learnt from it do not keep that: see its picture in eight colours above.",
            ),
        ],
        letters=tuple(PALETTES),
        praise="right. Greys, browns and pale stone: each petal got the nearest colour that the tower had to offer.",
        otherwise="not this one. Which colours has the tower's picture, and which has it not?",
    ),
}
