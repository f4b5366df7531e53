"""Exercises of notebook 09, bigger data."""

import numpy as np

from helpers.exercises.judging import Mistake
from helpers.exercises.kinds import Choice, Function, Number
from helpers.exercises.nb09 import larger
from helpers.exercises.nb09.larger import a_crowd, a_file_in_turns, four_lines

__all__ = ["EXERCISES", "a_crowd", "a_file_in_turns", "four_lines"]

ROWS, SECONDS = (20_000, 40_000), (3, 12)
WANTED = 160_000
SHARE, DRAWN = 0.0002, 10_000


def power():
    """Power of n with which the times of exercise 09.1 grow."""
    return np.log(SECONDS[1] / SECONDS[0]) / np.log(ROWS[1] / ROWS[0])


EXERCISES = {
    "09.1": Number(
        lambda: SECONDS[1] * (WANTED / ROWS[1]) ** power(),
        [
            Mistake(
                "proportional to the second",
                lambda: SECONDS[1] * WANTED / ROWS[1],
                "that is time in proportion to the rows, or one doubling where there are more. From the first table to the second the rows doubled: did the time? And how often do they double from there on?",
            ),
            Mistake(
                "proportional to the first",
                lambda: SECONDS[0] * WANTED / ROWS[0],
                "that is the first time in proportion to the rows, or twice the second. Which factor made the second time of the first, and how often does it come in from the second on?",
            ),
            Mistake(
                "too steep",
                lambda: SECONDS[1] * (WANTED / ROWS[1]) ** 3,
                "too steep, or one doubling too many: by which factor does the time grow when the rows double, and how often do they double from the second table on?",
            ),
            Mistake(
                "times three",
                lambda: SECONDS[1] * 3,
                "that is three times the second time. Which factor made the second of the first, and how often does it come in until the rows that are asked for?",
            ),
            Mistake(
                "straight line",
                lambda: SECONDS[0] + (SECONDS[1] - SECONDS[0]) * (WANTED - ROWS[0]) / (ROWS[1] - ROWS[0]),
                "that lies on a straight line through the two times. The line is straight on logarithmic axes.",
            ),
            Mistake(
                "in minutes",
                lambda: SECONDS[1] * (WANTED / ROWS[1]) ** power() / 60,
                "that is in minutes. Asked are the seconds.",
            ),
        ],
        tolerance=0.01,
        praise="right (within 1 %). Each doubling costs the same factor.",
        otherwise="not yet. Which factor does a doubling of the rows cost, and how many doublings are there still to go?",
    ),
    "09.2": Function(
        lambda: larger.combine,
        [
            Mistake(
                "mean of the means",
                lambda: lambda *args: larger.combine(*args, weighted=False),
                "yours takes the mean of the pieces' means: a piece with few rows of a centre then weighs as much as one with many.",
            ),
            Mistake(
                "means, empty to zero",
                lambda: lambda *args: larger.combine(*args, weighted=False, empty="zero"),
                "yours takes the mean of the pieces' means, and sends a centre without rows to zero. A piece with few rows of a centre weighs as much as one with many.",
            ),
            Mistake(
                "empty pieces averaged too",
                lambda: lambda sums, counts, centers: (sums / np.maximum(counts, 1)[:, :, np.newaxis]).mean(axis=0),
                "yours takes the mean over the pieces of their means: one with few rows of a centre, or none, then weighs as much as one with many.",
            ),
            Mistake(
                "empty centre to zero",
                lambda: lambda *args: larger.combine(*args, empty="zero"),
                "right, but for a centre that has no row in any piece: yours sends it to zero. Where was it before?",
            ),
            Mistake(
                "old centre kept",
                lambda: (
                    lambda sums, counts, centers: np.where(
                        (counts > 0).all(axis=0)[:, np.newaxis], larger.combine(sums, counts, centers), centers
                    )
                ),
                "yours keeps the old centre wherever one piece has no row of it. Only a centre without rows in all pieces stays.",
            ),
            Mistake(
                "last piece only",
                lambda: lambda *args: larger.combine(*args, pieces=slice(-1, None)),
                "yours uses the last piece only.",
            ),
            Mistake(
                "first piece only",
                lambda: lambda *args: larger.combine(*args, pieces=slice(1)),
                "yours uses the first piece only.",
            ),
        ],
        cases=larger.pieces_of_unequal_size,
        aside="Of k centres, k come back; one of them has no row in any piece, so mind a division by zero. Some pieces have no row of a centre either: add before you divide.",
        tolerance=1e-9,
        praise="right. These few numbers are all that a pass has to bring home.",
        otherwise="not yet. Add the sums of all pieces, add the counts of all pieces, then divide.",
    ),
    "09.3": Number(
        larger.largest,
        [
            Mistake(
                "code as it stood",
                lambda: larger.largest(all_pieces=False, score=np.positive),
                "as it stands. Two faults: follow `counts` from one piece to the next, and ask what the largest product has to do with the nearest centre.",
            ),
            Mistake(
                "last piece only",
                lambda: larger.largest(all_pieces=False),
                "the nearest centre is right now. But how many rows do your counts add up to?",
            ),
            Mistake(
                "largest product",
                lambda: larger.largest(score=np.positive),
                "all pieces count now. But the largest product is not the smallest distance: a centre far from zero has large products with everything.",
            ),
            Mistake(
                "smallest product",
                lambda: larger.largest(score=np.negative),
                "all pieces count now. But the smallest product is not the smallest distance either.",
            ),
            Mistake(
                "largest in one piece",
                larger.largest_in_a_piece,
                "that is the largest cluster within one piece. Add up the pieces first, then take the largest.",
            ),
            Mistake(
                "city-block distance",
                lambda: larger.largest(score="cityblock"),
                "all pieces count now. But yours adds up the differences without squaring them, the city-block distance; asked is the Euclidean.",
            ),
            Mistake(
                "farthest centre",
                larger.largest_by_the_farthest,
                "all pieces count now. But yours gives each row its farthest centre: the largest of the distances.",
            ),
            Mistake(
                "all rows",
                lambda: int(larger.counts().sum()),
                "that is all rows of all clusters. Asked is the largest cluster only.",
            ),
            Mistake(
                "which, not how many",
                lambda: int(larger.counts().argmax()),
                "that is which cluster is the largest. How many rows has it?",
            ),
            Mistake(
                "share, not count",
                lambda: larger.largest() / larger.counts().sum(),
                "that is the largest cluster's share of the rows. Asked is how many rows it has.",
                within=0.001,
            ),
        ],
        tolerance=0,
        praise="right. Add up over all pieces, and by distance.",
        otherwise="not yet. Print the sum of your counts, and compare the labels of one piece with those of pairwise_distances_argmin.",
    ),
    "09.4": Choice(
        larger.fastest,
        [
            Mistake(
                "fastest where measured",
                lambda: "A",
                "that is the fastest where it was measured. Follow the lines to the right: this one is the steepest.",
            ),
            Mistake(
                "flattest line",
                lambda: "B",
                "that is the flattest line, and it has overtaken two of the others by then. One is still below it.",
            ),
            Mistake(
                "neither lowest nor flattest",
                lambda: "C",
                "that one is neither the lowest nor the flattest. Draw all four on.",
            ),
        ],
        letters=("A", "B", "C", "D"),
        praise="right: height and slope together decide.",
        otherwise="not this one. Draw each line on, a hundred times as far to the right.",
    ),
    "09.5": Number(
        lambda: (1 - SHARE) ** DRAWN,
        [
            Mistake(
                "in per cent",
                lambda: 100 * (1 - SHARE) ** DRAWN,
                "that is in per cent. Give the probability, between 0 and 1.",
                within=0.01,
            ),
            Mistake(
                "number on average",
                lambda: SHARE * DRAWN,
                "that is how many of the group are in the sample on average. How often is it none?",
            ),
            Mistake(
                "chance of presence",
                lambda: 1 - (1 - SHARE) ** DRAWN,
                "that is the chance that the group is there. Asked is the chance that it is missing.",
                within=0.01,
            ),
            Mistake(
                "presence in per cent",
                lambda: 100 * (1 - (1 - SHARE) ** DRAWN),
                "that is the chance that the group is there, in per cent. Asked is the chance that it is missing, between 0 and 1.",
                within=0.01,
            ),
            Mistake(
                "one row only",
                lambda: 1 - SHARE,
                "that is the chance for one row. All of them must miss the group.",
                within=SHARE / 10,
            ),
            Mistake(
                "chances added",
                lambda: 1 - SHARE * DRAWN,
                "below zero is no probability. The chances of missing do not add up over the rows; they multiply.",
            ),
            Mistake(
                "average, share too large",
                lambda: 100 * SHARE * DRAWN,
                "0.02 % is 0.0002, a hundredth of what you took. And asked is how often none is drawn, not how many are.",
            ),
            Mistake(
                "share too large",
                lambda: (1 - 100 * SHARE) ** DRAWN,
                "the right way, with a share a hundred times too large: 0.02 % is 0.0002.",
                within=0.01,
            ),
        ],
        tolerance=0.01,
        praise="right (within 1 %). Two of the group on average, and still about one sample in seven has none.",
        otherwise="not yet. With which probability does one row miss the group, and all of them together?",
    ),
    "09.6": Choice(
        larger.worst_start,
        [
            Mistake(
                "beginning of the file",
                lambda: "A",
                "the beginning of a file misleads where it is unlike the rest. Rows of which shops stand at the beginning of this one?",
            ),
            Mistake(
                "neighbours in the file",
                lambda: "C",
                "these are neighbours in the file. Whose rows are neighbours in this one?",
            ),
            Mistake(
                "drawn at random",
                lambda: "D",
                "each row of the file had the same chance here. The order in which they stand afterwards does not matter.",
            ),
        ],
        letters=("A", "B", "C", "D"),
        praise="right: fifty is a multiple of two, and so is eight: every second shop has no row among these. Spread over the whole file is not yet drawn at random from it.",
        otherwise="not this one. Number the rows of the file from 0 on, and write down of which shops those of each way are.",
    ),
}
