"""What the rules of several notebooks share: the range into which a number falls."""

from bisect import bisect


def among(value, bounds, words):
    """Choose the words of the range that a value falls into; a bound belongs to the range above it."""
    return words[bisect(bounds, value)]
