"""A ladder of hints: for each exercise the section to reread, and one small thing to do on paper or to print.

No rung holds an answer. A section is named by its heading in the exercise's own notebook; where a heading is renamed,
its rung follows. `helpers.exercises.climbing` says when a rung is shown, and how.
"""

from typing import NamedTuple


class Rung(NamedTuple):
    """What helps with an exercise beyond its hints: the heading of a section, and a step to try; both are Markdown."""

    section: str
    step: str


LADDER = {
    "00.1": Rung(
        "Two labelings agree when they agree about pairs",
        "draw a table with a line for each pair, 0-1 to 4-5, a column for each list; T for together, A for apart.",
    ),
    "00.2": Rung(
        "Two labelings agree when they agree about pairs",
        "list all pairs of three rows by hand, then print the pairs that your function looks at: is it the same list?",
    ),
    "00.3": Rung(
        "Who resembles whom, in grams and in kilograms?",
        "standardise a table of two rows, (1, 10) and (3, 50), on paper, and mark which numbers each subtraction "
        "and each division used.",
    ),
    "00.4": Rung(
        "Chance fools the eye; a line-up protects it",
        "take two panels; for each write down `inertia_` for one cluster and for three, and which share of the "
        "first is left.",
    ),
    "00.5": Rung(
        "k-means is three lines",
        "print the mean and the standard deviation of every column that k-means gets, and beside them the three "
        "settings that you gave it.",
    ),
    "01.1": Rung(
        "Repeat until no label changes: that is all of k-means",
        "draw the values and both centres on a line, with an arrow from each value to its nearer centre; draw it "
        "anew after every move.",
    ),
    "01.2": Rung(
        "A centre can lose all its rows",
        "put rows at 0, 1 and 4 on a line, centres at 1 and 90; write both new centres on paper, then print yours.",
    ),
    "01.3": Rung(
        "k-means++ spreads the start",
        "put rows at 0, 1, 4 and 10 on a line, centres at 0 and 10; write each row's chance, then print yours.",
    ),
    "01.4": Rung(
        "Where it ends depends on where it starts",
        "follow the borders of each picture with a finger, and write down every point whose colour is not that of "
        "the ground beneath it.",
    ),
    "01.5": Rung(
        "Two starts on four points: where do they end?",
        "sketch the rectangle of that section beside the three groups: who plays the corners here, and which two "
        "of them were the bad start?",
    ),
    "01.6": Rung(
        "How many random starts end well?",
        "draw a tree of two starts with a branch for success and one for failure; write the chance at each end, "
        "then add a third start.",
    ),
    "02.1": Rung(
        "Three numbers are called distortion",
        "print the shape and the first values of everything that `vq` hands out, and write beside each what it is "
        "called, and in which unit.",
    ),
    "02.2": Rung(
        "Three numbers are called distortion",
        "put rows at 0, 2, 3 and 12 on a line, a codebook at 0 and 9; write each row's cost, and add up by centre.",
    ),
    "02.3": Rung(
        "`whiten` gives each column the same say, and no more than that",
        "follow one customer of 40 on paper: the age before `whiten`, after it, and the way back; then send a "
        "centre the same way.",
    ),
    "02.4": Rung(
        "scipy can keep the worse of two restarts",
        "list the four dots twice, from left to right and from low to high, and write over each list what its "
        "axis measures.",
    ),
    "02.5": Rung(
        "A codebook can be shorter than you asked for",
        "take a codebook of six rows and the labels 0, 0, 3, 5 on paper: which rows does nobody have, and how did "
        "you find them?",
    ),
    "03.1": Rung(
        "A photograph is a table: one row a pixel, three columns",
        "write down six pixels in four colours; count by hand the colours that come once, and name each step.",
    ),
    "03.2": Rung(
        "PSNR measures the mean squared error, in decibels",
        "work it out by hand for one pixel, [0, 0, 0] decoded as [3, 0, 0], as `uint8` and as `uint16`; then run "
        "yours on both.",
    ),
    "03.3": Rung(
        "How many pixels must the palette see?",
        "draw the photograph as a box, number its pixels as `reshape(-1, 3)` puts them into rows, and shade those "
        "that `kmeans` gets.",
    ),
    "03.4": Rung(
        "The honest compression ratio counts codes and codebook",
        "draw three boxes: picture, codes, codebook; write into each how many things it holds, and how many bits "
        "a thing takes.",
    ),
    "03.5": Rung(
        "Two cheap palettes to beat: a random one and a uniform one",
        "name the tower's colours from memory, from the largest area to the smallest; hold that list beside each "
        "of the four.",
    ),
    "04.1": Rung(
        "Is one run of the default enough?",
        "for one k, write each line that fits on paper; beside it how often it is reached, and how many runs one "
        "such fit makes.",
    ),
    "04.2": Rung(
        "What changes with the seed?",
        "take 0 0 1 1 2 and 1 1 1 2 0 on paper: write each renaming of the second in a line of its own, with its "
        "equal rows.",
    ),
    "04.3": Rung(
        "The scaler belongs in a pipeline",
        "follow one newcomer of 70 through the lines: after each, write the number that stands for the age, and "
        "where it came from.",
    ),
    "04.4": Rung(
        "What changes with the seed?",
        "write down at which places one strip changes colour, thin lines too, and tick them off in each of the others.",
    ),
    "04.5": Rung(
        "Optional: categories as columns of 0 and 1",
        "draw the two rows of each pair with all seven columns, and write below each column how far it sets the "
        "two rows apart.",
    ),
    "05.1": Rung(
        "A silhouette asks each row whether its neighbours are its own",
        "put 0, 1, 3 in one cluster, 6, 8 in another, 20 in a third; work out a and b of the row at 0 by hand, "
        "then print yours.",
    ),
    "05.2": Rung(
        "The gap statistic compares with data that have no groups",
        "take the gaps 1, 4, 5, 5, each with the error 2; walk through them from the left with the rule, and mark "
        "where it stops.",
    ),
    "05.3": Rung(
        "The gap statistic compares with data that have no groups",
        "for each letter, write five numbers in a row: how far the curve is below the middle of the grey at each k.",
    ),
    "05.4": Rung(
        "The silhouette is not cheap",
        "make a table of rows, pairs and seconds that begins with what you know; double the rows from line to "
        "line until a minute is full.",
    ),
    "05.5": Rung(
        "One sentence about k that can be defended",
        "underline in each sentence what was tried, the reason, the comparison and the claim; hold each against a "
        "printed line.",
    ),
    "06.1": Rung(
        "Seven points are enough to see core, border and noise",
        "draw the line to scale, cut a strip of paper twice as long as eps, and lay its middle on each number in turn.",
    ),
    "06.2": Rung(
        "New points: the nearest core point within eps decides",
        "draw core points at 0 and 1 of one cluster, at 4 of another, with eps 2; write the labels for rows at "
        "0.5, 2.5 and 9, then print yours.",
    ),
    "06.3": Rung(
        "On a globe, distances are angles, and latitude comes first",
        "write beside each number that goes into `DBSCAN` its unit and its place, and beside each label that "
        "comes out what it stands for.",
    ),
    "06.4": Rung(
        "A sweep shows what the k-distances cannot",
        "make a table with a line for each range: the fewest and the most clusters within it, and its share of "
        "noise at either end.",
    ),
    "06.5": Rung(
        "Can eps be copied from other people's code?",
        "draw a point, a neighbour, and the circle of radius eps; write every length of the drawing in metres, "
        "then in centimetres.",
    ),
    "06.6": Rung(
        "Memory grows with the number of neighbours",
        "draw ten dots in a box and a circle of radius eps; draw the box again with three times the dots, and "
        "compare the circles.",
    ),
    "07.1": Rung(
        "OPTICS draws the density instead of choosing it",
        "copy the curve as peaks and valleys, lay a ruler across at each level, and shade what is under it, "
        "valley by valley.",
    ),
    "07.2": Rung(
        "Noise must be counted on purpose",
        "print how many rows each label has in what you hand to the score, and how many rows the table has.",
    ),
    "07.3": Rung(
        "With a truth: chance must not score",
        "draw scores from 0 to 1 to the right, adjusted ones upwards, for a chance of 0.2; mark two points that "
        "you know, and join them.",
    ),
    "07.4": Rung(
        "Without a truth: three comparisons that a silhouette does not allow",
        "write beside each pair which of the section's rules might speak against it, and why that rule was made: "
        "does its reason hold here?",
    ),
    "07.5": Rung(
        "Noise must be counted on purpose",
        "write both lists for eight rows, two groups of four with half of each as noise, and mark who is with "
        "whom in each list.",
    ),
    "08.1": Rung(
        "A small honest service",
        "draw the number as a railway: which signs may come first, which next, where may it end; then send `.5`, "
        "`3.` and `1e-3` along.",
    ),
    "08.2": Rung(
        "The course's service, read module by module",
        "play the server on paper: after each request, write down what lies in the cache, and the mark of each "
        "answer so far.",
    ),
    "08.3": Rung(
        "Equal questions, and what comes back",
        "number the labels 2 2 0 1 0 anew by hand, then write down the table from old to new numbers that you used.",
    ),
    "08.4": Rung(
        "A small honest service",
        "write down eight values of eps that somebody might send, each with the status that it should get; then "
        "ask your Resource.",
    ),
    "09.1": Rung(
        "Time grows as a power of n, and the power can be measured",
        "draw rows and seconds on axes where each step doubles, put in the two points, lay a ruler along them, "
        "and read on.",
    ),
    "09.2": Rung(
        "Both steps are sums, and sums add up",
        "take a centre with one row, at 8, in the first piece and three rows, all at 0, in the second; work out "
        "where it moves.",
    ),
    "09.3": Rung(
        "Both steps are sums, and sums add up",
        "put two pieces of two rows, and two centres, on a line; play the computer, and write down each variable "
        "after each line.",
    ),
    "09.4": Rung(
        "Time grows as a power of n, and the power can be measured",
        "copy the four lines with their axes, lay a ruler along each, and mark at which height it meets the "
        "dashed line.",
    ),
    "09.5": Rung(
        "A sample is the honest first answer",
        "let the group be half of the rows, and draw three: list what can happen and the chance of each; then put "
        "in your numbers.",
    ),
    "09.6": Rung(
        "Whom does a stream sorted by cluster mislead?",
        "draw the shops as eight hours on a clock; walk around it as each of the four ways does, and mark where "
        "you stop.",
    ),
    "10.1": Rung(
        "A number without a spread must be judged by yours",
        'finish for each interval: "99 times in 100, ... falls in here"; then write down which kind of figure the '
        "diamond is.",
    ),
    "10.2": Rung(
        "A number without a spread must be judged by yours",
        "copy the formula of `one_more`, and write below each part whose chance it stands for: the new figure's, "
        "or your own mean's.",
    ),
    "10.3": Rung(
        "A recipe is what is left when the data are gone",
        'copy the recipe, cut it into phrases, and write beside each the line of code that does it, or "none".',
    ),
    "11.1": Rung(
        "4. Is there more than in two kinds of nothing?",
        "cut the box into ten bands of latitude; write how many places each of them should get, and why, and how "
        "many yours gives it.",
    ),
    "11.2": Rung(
        "4. Is there more than in two kinds of nothing?",
        "make a table with a line for each setting that you tried, a column for each criterion, and one for the "
        "largest of the 19 shares.",
    ),
    "11.3": Rung(
        "6. Which types come again in parts of the data?",
        "draw ten places in two groups, strike one out, and write both labelings below each other: which rows are "
        "compared, and how does noise count?",
    ),
    "11.4": Rung(
        "7. A type is described in millimetres and grams, or it is not described",
        "take two airports one degree apart on the equator: write what each column should say, with its unit, "
        "then print what yours says.",
    ),
    "11.5": Rung(
        "11. The report is written by the notebook, so that it cannot drift away from it",
        "read your page as somebody who has seen nothing else, with the exercise's list and the rubric beside it, "
        "and tick off each line.",
    ),
    "12.1": Rung(
        "What does a row number do among measurements?",
        "write two customers under each column, and beside each pair of cells what their difference means.",
    ),
    "12.2": Rung(
        "Read the file as it is, and look at each column first",
        "put 1, 2, 3, 4, 5 and a stranger on a line; mark the quartiles, lay the range three times beyond them.",
    ),
    "12.3": Rung(
        "Which scaling survives one wrong cell?",
        "draw over each panel the straight lines that part its colours as well as they can be parted.",
    ),
    "12.4": Rung(
        "A missing value is a decision, whoever makes it",
        "take one newcomer of 70 with a gap beside it; write below each step which number is used, and whose it is.",
    ),
    "12.5": Rung(
        "Yours: from a file to a sentence that can be signed",
        "make a table: a line for each letter, a column for each criterion, for sizes, and for what a row is.",
    ),
    "12.6": Rung(
        "Optional: what may be run on a sample of 200,000 rows?",
        "draw the scatter of a mean of 1, 4 and 16 throws of a die as bars, and write the ratio of each two.",
    ),
}
