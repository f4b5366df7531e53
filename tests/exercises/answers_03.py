"""Answers to the exercises of notebook 03."""

import warnings
from fractions import Fraction
from functools import cache

import numpy as np
import pandas as pd
from answering import right, wrong
from scipy.cluster.vq import kmeans, vq
from sklearn.cluster import KMeans, MiniBatchKMeans

from helpers import datasets

TOWER, FLOWER = datasets.load_image("china"), datasets.load_image("flower")
SHUFFLED = np.random.default_rng(3)


def rows(image=TOWER):
    return image.reshape(-1, 3).astype(float)


def drawn(n=1000, image=TOWER, seed=1):
    return rows(image)[np.random.default_rng(seed).choice(image.shape[0] * image.shape[1], n, replace=False)]


@cache
def sixteen():
    """A good codebook, and the codes."""
    codebook, _ = kmeans(drawn(), 16, rng=0)
    return codebook, vq(rows(), codebook)[0]


def painted(codebook, codes=None, image=TOWER):
    codes = vq(rows(image), codebook)[0] if codes is None else codes
    return np.rint(codebook)[codes].astype(np.uint8).reshape(image.shape)


def learnt(sample, k=16):
    return painted(kmeans(sample, k, iter=5, rng=0)[0])


def counts(image=FLOWER):
    return pd.DataFrame(image.reshape(-1, 3)).value_counts()


def bits_needed(n_pixels, k):  # the notebook's own
    return n_pixels * int(np.ceil(np.log2(k))), k * 3 * 8


def error(original, decoded):
    return original.astype(float) - decoded


def decibels(peak, difference=error):
    """Make a PSNR of a peak and a difference, each a function."""

    def psnr(original, decoded):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return 10 * np.log10(peak(original) ** 2 / (difference(original, decoded) ** 2).mean())

    return psnr


def most(original):
    return np.iinfo(original.dtype).max


def by_roots(original, decoded):
    return 20 * np.log10(most(original)) - 20 * np.log10(np.linalg.norm(error(original, decoded)) / original.size**0.5)


def by_channel(original, decoded):
    return np.mean([decibels(most)(original[..., c], decoded[..., c]) for c in range(3)])


def unbiased(original, decoded):
    return decibels(most)(original, decoded) + 10 * np.log10((original.size - 1) / original.size)


def three_numbers(original, decoded):
    return 10 * np.log10(most(original) ** 2 / (error(original, decoded) ** 2).mean(axis=(0, 1)))


def of_pixels(original, decoded):
    return 10 * np.log10(most(original) ** 2 / (error(original, decoded) ** 2).sum(axis=-1).mean())


ANSWERS = {
    "03.1": [
        right("value_counts of a DataFrame", lambda: (counts() == 1).sum()),
        right("rows without a double", lambda: (~pd.DataFrame(FLOWER.reshape(-1, 3)).duplicated(keep=False)).sum()),
        right("as a float", lambda: float((counts() == 1).sum())),
        wrong("all colours", lambda: len(counts()), "the number of different colours"),
        wrong("those seen twice or more", lambda: (counts() > 1).sum(), "more than once"),
        wrong("the tower's", lambda: (counts(TOWER) == 1).sum(), "the tower's"),
        wrong("a share", lambda: (counts() == 1).mean(), "not yet", never=("single channels",)),
        wrong("sums of the channels", lambda: len(np.unique(rows(FLOWER).sum(axis=1))), "not yet"),
        wrong("the pixels", lambda: counts().sum(), "number of pixels"),
        wrong("the values of a channel", lambda: np.unique(FLOWER).size, "single channels"),
        wrong("seen twice at most", lambda: (counts() <= 2).sum(), "not yet"),
        wrong("a mask", lambda: counts().to_numpy() == 1, "one number"),
    ],
    "03.2": [
        right("by roots and norms", lambda: by_roots),
        right("in int64", lambda: decibels(most, lambda a, b: a.astype(int) - b.astype(int))),
        right("255 or 65535", lambda: decibels(lambda a: 255 if a.dtype == np.uint8 else 65535)),
        right("from the bits of the type", lambda: decibels(lambda a: 2.0 ** (8 * a.itemsize) - 1)),
        right("two digits after the point", lambda: lambda a, b: round(float(decibels(most)(a, b)), 2)),
        wrong("the notebook's psnr", lambda: decibels(lambda original: 255), "peak of a byte"),
        wrong("a difference that wraps", lambda: decibels(most, np.subtract), "wrapped around", "in the square"),
        wrong("its absolute", lambda: decibels(most, lambda a, b: np.abs(a - b)), "wrapped around", "in the square"),
        wrong("floats too late", lambda: decibels(most, lambda a, b: (a - b) / 1), "before you subtract"),
        wrong(
            "max, squared as a byte", lambda: decibels(np.max), "square of the picture's largest", never=("subtract",)
        ),
        wrong("max as a float", lambda: decibels(lambda a: float(a.max())), "largest value in this picture"),
        wrong("256 or 65536", lambda: decibels(lambda a: 256.0**a.itemsize), "one less"),
        wrong("channel by channel", lambda: by_channel, "over all values at once", never=("wrapped",)),
        wrong("n - 1", lambda: unbiased, "not yet"),
        wrong("the error of a pixel", lambda: of_pixels, "three times the error"),
        wrong("a number for each channel", lambda: three_numbers, "shape (3,)"),
        wrong("10 with roots", lambda: lambda a, b: by_roots(a, b) / 2, "half of it"),
        wrong("the stub", lambda: lambda a, b: None, "end with a return"),
        wrong("a number from above", lambda: 27.22, "the function itself"),
    ],
    "03.3": [
        right("each 273rd pixel", lambda: learnt(rows()[::273])),
        right(
            "scikit-learn, small batches",
            lambda: painted(MiniBatchKMeans(16, n_init=3, random_state=0).fit(rows()[::50]).cluster_centers_),
        ),
        right(
            "scikit-learn, one run", lambda: painted(KMeans(16, n_init=1, random_state=0).fit(drawn()).cluster_centers_)
        ),
        right("not rounded", lambda: sixteen()[0][sixteen()[1]].reshape(TOWER.shape)),
        right("a shuffled table", lambda: learnt(SHUFFLED.permutation(rows())[:1000])),
        wrong("the function unchanged", lambda: learnt(rows()[:1000]), "far from any", "kmeans see"),
        wrong("the first 20,000", lambda: learnt(rows()[:20_000:20]), "far from any", "kmeans see"),
        wrong(
            "the last thousand", lambda: learnt(rows()[-1000:]), "drawn from the whole", never=("missing", "would do")
        ),
        wrong("twenty pixels", lambda: learnt(drawn(20)), "many pixels", never=("far from any",)),
        wrong("sixteen pixels for a palette", lambda: painted(drawn(16)), "learnt by kmeans"),
        wrong("the codebook sorted late", lambda: painted(np.sort(sixteen()[0], axis=0)[::-1], sixteen()[1]), "places"),
        wrong(
            "scrambled",
            lambda: SHUFFLED.permutation(painted(*sixteen()).reshape(-1, 3)).reshape(TOWER.shape),
            "would do",
            "places",
            never=("missing", "kmeans see"),
        ),
        wrong("upside down", lambda: painted(*sixteen())[::-1], "not in their places", never=("missing",)),
        wrong("blue, green, red", lambda: painted(*sixteen())[..., ::-1], "in their places?", never=("would do",)),
        wrong("one grey", lambda: np.full(TOWER.shape, 30), "far from any"),
        wrong("from 0 to 1", lambda: painted(*sixteen()) / 255, "0 to 255"),
        wrong("the other way round", lambda: painted(*sixteen()).reshape(640, 427, 3), "shape (640, 427, 3)"),
        wrong("twelve colours", lambda: learnt(drawn(), 12), "fewer than 16"),
        wrong("32 colours", lambda: learnt(drawn(), 32), "more than 16"),
        wrong("the flower", lambda: painted(kmeans(drawn(image=FLOWER), 16, rng=0)[0], image=FLOWER), "the flower"),
        wrong("the codes", lambda: sixteen()[1], "shape (273280,)"),
        wrong("the function", lambda: painted, "not made of numbers"),
    ],
    "03.4": [
        right("in bytes", lambda: 64 * 64 * 4 / (64 * 64 + 200 * 4)),
        right("two digits", lambda: 3.35),
        right("a fraction", lambda: Fraction(131072, 39168)),
        wrong(
            "by the notebook's bits_needed", lambda: 64 * 64 * 32 / sum(bits_needed(64 * 64, 200)), "opacity as well"
        ),
        wrong("as if there were no opacity", lambda: 64 * 64 * 24 / sum(bits_needed(64 * 64, 200)), "a fourth byte"),
        wrong("three bytes before", lambda: 2.51, "before, a pixel has four bytes"),
        wrong("no codebook", lambda: 4, "left out the codebook"),
        wrong("no whole bits, two digits", lambda: 3.48, "whole number of bits", never=("codebook must",)),
        wrong("neither of both", lambda: round(32 / np.log2(200), 2), "codebook must be sent"),
        wrong("256 colours in the codebook", lambda: 3.2, "200 are stored"),
        wrong("the digits too few", lambda: 3.3, "too few"),
        wrong("upside down, three digits", lambda: 0.299, "upside down"),
        wrong("bytes by bits", lambda: 0.42, "in bytes, the other"),
        wrong("in percent", lambda: 334.6, "not yet"),
        wrong("as text", lambda: "3.35 : 1", "without quotes"),
    ],
    "03.5": [
        right("a small letter", lambda: "d"),
        right("in brackets", lambda: " (D) "),
        right("with a full stop", lambda: "D."),
        wrong("the random one", lambda: "a", "of the flower itself", never=("neither photograph",)),
        wrong("the flower's own", lambda: "B", "tower has little of either"),
        wrong("the uniform one", lambda: "(c)", "neither photograph"),
        wrong("the number of the picture", lambda: 4, "one of the letters"),
        wrong("a word", lambda: "china", "one of the letters"),
        wrong("two letters", lambda: "C or D", "one of the letters"),
    ],
}
