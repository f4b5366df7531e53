"""The photographs of notebook 03: their pixels, palettes and decibels, and what is wrong with a decoded picture."""

from functools import cache

import numpy as np
from scipy.cluster.vq import kmeans, vq

from helpers import datasets
from helpers.exercises.judging import Unreadable

N_COLORS = 8  # in each of the four palettes
K = 16  # colours that exercise 03.3 asks for


@cache
def photograph(name):
    """Load one of the two photographs, once."""
    return datasets.load_image(name)


def pixels(name):
    """Give a row of red, green and blue for each pixel of a photograph."""
    return photograph(name).reshape(-1, 3).astype(float)


def drawn(rows, n=1000, seed=0):
    """Draw some of the rows."""
    return rows[np.random.default_rng(seed).choice(len(rows), size=n, replace=False)]


def learnt(name, k=N_COLORS):
    """Learn a palette from some pixels of a photograph."""
    return kmeans(drawn(pixels(name)), k, rng=0)[0]


def painted(name, codebook):
    """Picture in the colours of a codebook."""
    codes, _ = vq(pixels(name), codebook)
    return np.rint(codebook)[codes].reshape(photograph(name).shape)


def one_number(picture):
    """Red, green and blue of each pixel as one whole number: quicker to compare than rows."""
    red, green, blue = np.moveaxis(np.rint(picture).astype(np.int64), -1, 0)
    return (red << 20) + (green << 10) + blue


def psnr(original, decoded):
    """Peak signal-to-noise ratio of two pictures of whole numbers, in decibels."""
    return 10 * np.log10(peak_of(original) ** 2 / squared_error(original, decoded))


def peak_of(picture):
    """Give the largest value that a picture's type can hold."""
    return np.iinfo(picture.dtype).max


def squared_error(original, decoded):
    """Give the mean over all values of the squared differences."""
    return ((original.astype(float) - decoded.astype(float)) ** 2).mean()


def pairs_of_pictures():
    """Draw pictures, each with a noisy one: dark, bright, and of 16 bits."""
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


def word_for(picture):
    """Say what is wrong with a picture that should be the tower in 16 learnt colours."""
    codes, first = np.unique(one_number(picture), return_index=True)
    if len(codes) > K:
        return "too many colours"
    if picture.max() <= 1:
        raise Unreadable("red, green and blue should go from 0 to 255; here nothing is above 1.")
    if psnr(photograph("flower"), picture) > 20:
        return "flower"
    decibels = psnr(photograph("china"), picture)
    if decibels > 26:  # some of the 16 may be equal after rounding, or kmeans may have dropped one
        return "good" if len(codes) >= K - 2 else "too few colours"
    some = pixels("china")[::20]
    possible = 10 * np.log10(255**2 / ((vq(some, picture.reshape(-1, 3)[first])[1] ** 2).sum() / some.size))
    if possible < 17:  # were each pixel given the nearest of these colours
        return "lost"
    if possible > max(24, decibels + 3):
        return "misplaced"
    return "too few colours" if len(codes) < K - 2 else "fair"


@cache
def once():
    """How many colours of the flower are seen in one pixel only, and how many colours there are."""
    _, counts = np.unique(one_number(photograph("flower")), return_counts=True)
    return int((counts == 1).sum()), len(counts)


def with_peak(peak):
    """Make a PSNR with another peak than the right one."""
    return lambda original, decoded: 10 * np.log10(peak(original) ** 2 / squared_error(original, decoded))
