"""What came of the predictions of notebooks 02 and 03: each rule maps what a cell computed to the words of a choice."""

import numpy as np


def _distortion(found):
    distortion, distances = found
    candidates = {
        "mean of the distances": np.mean(distances),
        "mean of the squared distances": np.mean(distances**2),
        "sum of the squared distances": np.sum(distances**2),
    }
    return min(candidates, key=lambda name: abs(candidates[name] - distortion))


def _same_numbers(shares):
    if min(shares) > 0.9:
        return "all, in each run"
    if max(shares) < 0.1:
        return "none, in each run"
    if min(shares) > 0.2 and max(shares) < 0.45:
        return "about a third, in each run"
    return "another share from run to run"


def _deciding_column(found):
    """Compare the share of each column's variance that lies between the clusters: age, then income."""
    rows, labels = found
    means = np.array([rows[labels == label].mean(axis=0) for label in np.unique(labels)])[labels]
    age, income = means.var(axis=0) / rows.var(axis=0)
    if max(age, income) < 2 * min(age, income):
        return "both about equally"
    return "income" if income > age else "age"


def _course(sums):
    if np.any(np.diff(sums) > 1e-9 * sums[0]):
        return "jump up and down"
    fallen = -np.diff(sums)
    return "fall, then stay" if fallen[-1] < 0.1 * fallen.max() else "fall each time by about as much"


def _worst_part(parts):
    errors = {f"in the {name}": part.mean() for name, part in parts.items()}
    if max(errors.values()) < 1.5 * min(errors.values()):
        return "about equal in all three"
    return max(errors, key=errors.get)


def _gains(curves):
    """Compare the first two gains with the last two, over all pictures: one gain alone wavers."""
    gains = np.diff(curves, axis=1)
    ratio = gains[:, :2].mean() / gains[:, -2:].mean()
    return "less and less" if ratio > 1.25 else "more and more" if ratio < 0.8 else "always about the same"


def _higher(pairs):
    random_wins = [random > uniform for random, uniform in pairs]
    if all(random_wins):
        return "the random one"
    return "now this one, now that one" if any(random_wins) else "the uniform one"


def _smallest(rows):
    names = ("codes and codebook", "the same codes in a PNG", "JPEG")
    found = {names[int(np.argmin(row))] for row in rows}
    return found.pop() if len(found) == 1 else "now the PNG, now JPEG"  # plain codes never beat their PNG


def _gain_of_all(by_size):
    gain = np.mean(by_size[max(by_size)]) - np.mean(by_size[1000])
    return _of_three(gain, "less than one", "about three", "more than five", (1, 5))


def _nearest(value, choices):
    """Choice whose number is nearest in ratio; choices is a dict of number and words."""
    return choices[min(choices, key=lambda number: abs(np.log(value / number)))]


def _of_three(share, few, some, many, bounds=(0.1, 0.5)):
    return few if share < bounds[0] else some if share <= bounds[1] else many


RULES = {
    "02.a": lambda second: {1: "1", 3: "3"}.get(np.size(second), "100"),
    "02.b": _distortion,
    "02.c": _same_numbers,
    "02.d": _deciding_column,
    "02.e": _course,
    "02.f": lambda worse: _of_three(np.mean(worse), "hardly any", "about a third", "more than half"),
    "02.g": lambda lengths: _of_three(
        np.mean(np.array(lengths) < 3), "hardly any", "about half", "nearly all", (0.2, 0.8)
    ),
    "02.h": lambda share: _of_three(share, "hardly any", "about a quarter", "most"),
    "03.a": lambda n_colors: _nearest(
        n_colors,
        {
            500: "a few hundred",
            10_000: "about ten thousand",
            100_000: "about a hundred thousand",
            250_000: "about a quarter of a million",
        },
    ),
    "03.b": _worst_part,
    "03.c": _gains,
    "03.d": _higher,
    "03.e": lambda ratio: _nearest(
        ratio, {3: "about 3 times", 6: "about 6 times", 16: "about 16 times", 1e6: "about a million times"}
    ),
    "03.f": _smallest,
    "03.g": _gain_of_all,
    "03.h": lambda share: _nearest(share, {0.01: "a hundredth", 0.1: "a tenth", 0.7: "half or more"}),
}
