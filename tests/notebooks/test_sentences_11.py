"""General sentences of notebook 11, proved on three more seeds or fresh draws."""

import numpy as np
from course import cell_with
from proving import ran, says

from helpers.exercises.nb11.airports import EARTH, mainland
from helpers.exercises.nb11.nothing import on_sphere, share_in_clusters, uniform_by_area


@says(
    "11_capstone",
    "The blobs score higher; against uniform sets alone, they too would pass",
    "The penguins are above all of both kinds",
    "Four rules of one family say 2. BIC, which believes in ellipses, says 3.",
    "2, 3 and 5 pass; 4 does not.",
)
def test_penguins_are_something_and_three_types_come_again(seed):
    names = ran("11_capstone", "11-s6-stability", random_state=seed)
    uniform, blobs = names["nothing"].values()
    assert np.mean(blobs) > np.mean(uniform)
    assert max(blobs.max(), uniform.max()) < names["measured"]
    assert list(names["chosen"].values())[:5] == [2, 2, 2, 2, 3]
    assert names["passed"] == [2, 3, 5]


@says(
    "11_capstone",
    "Beside a uniform set, the airports crowd at each of them.",
    "no more of them are in clusters than in the moved sets",
    "With seven at 35 km, more are in clusters than in all 19.",
)
def test_airports_crowd_and_whether_beyond_their_regions_depends_on_the_setting(seed):
    names = {"np": np, "RADIUS": EARTH, "answer": None, "check": lambda *given: None}
    exec(cell_with("11-ex2-try").source, names)
    rng = np.random.default_rng(seed)
    uniform = uniform_by_area(mainland(), rng)
    moved = [names["moved"](mainland(), rng) for _ in range(19)]
    for setting, closer in {(25, 4): False, (30, 5): False, (35, 7): True}.items():
        share, even, *near = (
            share_in_clusters(on_sphere(places), *setting) for places in (mainland(), uniform, *moved)
        )
        assert share > 2 * even
        assert (share > max(near)) == closer
