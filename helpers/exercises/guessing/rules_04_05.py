"""What came of the predictions of notebooks 04 and 05: each rule maps what a cell computed to the words of a choice."""

from helpers.exercises.guessing.ranges import among


def _how_many(share, *words):
    """Choose among words for none, few, and more of a share; the first is for none at all."""
    return words[0] if share == 0 else among(share, (0.25, 0.75)[: len(words) - 2], words[1:])


def _what_seeds_change(found):
    same, aris = found
    if min(same) == 1:
        return "in nothing"
    return "in the numbers alone" if min(aris) > 0.99 else "in who is with whom, too"


def _answer_to_raw_rows(labels):
    n_clusters = len(set(labels))
    if n_clusters == 1:
        return "one cluster for all four"
    return "four different clusters" if n_clusters == len(labels) else "two or three clusters"


def _table_of_larger_share(shares):
    more = shares["raw"] - shares["scaled"]
    if abs(more) < 0.05:
        return "about as much of both"
    return "the raw one" if more > 0 else "the scaled one"


def _sets_where_k_means_is_lower(sums):
    n_lower = sum(found < truth for truth, found in sums.values())
    return among(n_lower, (1, 3, 4), ("none", "one or two", "three", "all four"))


def _says_one(named):
    """Of the two sets without groups, those for which a rule says 1."""
    return {
        (True, True): "both of them",
        (True, False): "the cloud alone",
        (False, True): "the square alone",
        (False, False): "neither",
    }[named["one cloud"] == 1, named["square"] == 1]


def _sets_where_boxes_differ(named):
    n_sets = sum(one != other for one, other in named.values())
    return among(n_sets, (1, 2, 3), ("on none", "on one", "on two", "on three or four"))


RULES = {
    "04.a": lambda share: _how_many(share, "none", "a few", "most"),
    "04.b": lambda share: among(
        share, (0.375, 0.625, 0.875), ("about one in four", "about half", "about three in four", "nearly all")
    ),
    "04.c": _what_seeds_change,
    "04.d": _answer_to_raw_rows,
    "04.e": _table_of_larger_share,
    "04.f": lambda change: among(
        sum(value > 0 for value in change.values()), (3, 4, 5), ("two or fewer", "three", "four", "all five")
    ),
    "04.g": _sets_where_k_means_is_lower,
    "04.h": lambda n_ahead: among(n_ahead, (1, 40), ("first", "in the upper half, but not first", "in the lower half")),
    "04.i": lambda ratio: among(
        ratio,
        (1.01, 1.3, 4),
        ("it hardly moves", "up by a few per cent", "to about twice its income", "to many times its income"),
    ),
    "05.a": lambda k: among(k, (3, 4, 5), ("k = 2", "k = 3", "k = 4", "k = 5 or more")),
    "05.b": lambda k: among(k, (3, 4, 5), ("k = 2", "k = 3", "k = 4", "k = 5 or 6")),
    "05.c": lambda ratio: among(ratio, (15, 50, 500), ("10 times", "20 times", "100 times", "1,000 times")),
    "05.d": _says_one,
    "05.e": _says_one,
    "05.f": _sets_where_boxes_differ,
    "05.g": lambda k: among(k, (3, 4, 5), ("k = 2", "k = 3", "k = 4", "k = 5 or 6")),
    "05.h": lambda share: _how_many(share, "none", "a few", "about half", "nearly all"),
}
