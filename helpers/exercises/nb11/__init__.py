"""Exercises of notebook 11, the capstone: the airports, where many answers can be defended.

No answer is compared with one right answer. Each is looked through for faults, and the first that is found is told:
a ``..._fault`` maps an answer to its name, to None if there is none, or raises Unreadable.
"""

import numpy as np

from helpers.exercises.defended import Defended
from helpers.exercises.nb11.airports import EARTH, mainland
from helpers.exercises.nb11.choosing_eps import choice, choice_fault, flat
from helpers.exercises.nb11.nothing import evenly, evenly_in_degrees, jittered, null_fault
from helpers.exercises.nb11.profiles import profile, profile_fault
from helpers.exercises.nb11.repeating import comes_again, stability_fault
from helpers.exercises.nb11.reports import report, report_fault

__all__ = ["EXERCISES", "mainland"]

LOOK = "Look at two distances that you know before you believe a map."

EXERCISES = {
    "11.1": Defended(
        lambda: evenly,
        {
            "grouped": (
                lambda: lambda places, rng: jittered(places, rng, kilometres=5),
                "these sets are nearly as crowded as the airports themselves: rows drawn again, or moved a little, keep the groups. A null test needs sets in which there is nothing to find.",
            ),
            "degrees": (
                lambda: evenly_in_degrees,
                "evenly over degrees is not evenly over the Earth: a degree of longitude is shorter in the north, so your places are denser there. Which function of latitude grows with the area?",
            ),
            "again": (
                lambda: lambda places, rng: evenly(places, np.random.default_rng(0)),
                "two generators, and the same set twice: draw from the generator that your function is given, or there is no band.",
            ),
            "radians": (
                lambda: lambda places, rng: np.radians(evenly(places, rng)),
                "these are radians. Give degrees, as the places that your function is given, so that both go through the same steps afterwards.",
            ),
            "longitude": (
                lambda: lambda places, rng: evenly(places, rng)[:, ::-1],
                "longitude stands first in yours; in the places that it is given, latitude does.",
            ),
        },
        find=null_fault,
        wanted="a function of places and a generator that gives as many places, without groups",
        praise="right: as many places, no groups, another set each time. Say in the report what yours keep (a box, a coast, a density) and what they lose.",
        otherwise="not yet: see what the text asks for.",
    ),
    "11.2": Defended(
        lambda: choice(40, 5),
        {
            "earth": (
                lambda: choice(40, 5, angle=False),
                "one cluster holds every airport: your eps is larger than the Earth. Haversine distances are angles; what turns kilometres into one?",
            ),
            "degrees": (
                lambda: choice(200, 5, radians=False),
                f"these labels come from degrees that were taken for radians. {LOOK}",
            ),
            "longitude": (
                lambda: choice(40, 5, latitude_first=False),
                f"these labels come from places with longitude first. {LOOK}",
            ),
            "flat": (
                lambda: flat(40, 5),
                f"these labels come from a flat map, on which a degree of longitude is as long as one of latitude. {LOOK}",
            ),
            "counted": (
                lambda: choice(40, 5, extra=1),
                "the labels are those of your choice, but the number of clusters is not: is noise among what you count?",
            ),
            "noise": (
                lambda: choice(15, 5),
                "more than nine tenths are noise. That may be true, but it does not help anybody to place vans: a larger radius, or fewer airports for a core.",
            ),
            "chained": (
                lambda: choice(80, 5),
                "one cluster holds more than a quarter of all airports: from hop to hop it runs through half the country, and nobody can serve it from one place.",
            ),
            "null": (
                lambda: choice(40, 2),
                "a set without groups has more than half as many airports in clusters at this setting. So most of what you found would be found in nothing, too. Ask for more airports, or a smaller radius.",
            ),
            "few": (lambda: choice(75, 20), "correct, beyond the null, and fewer clusters than the company asked for."),
        },
        find=choice_fault,
        wanted="a dict with kilometres, min_samples, labels and n_clusters",
        praise="right: it keeps to all four criteria. So do other choices; write down why you took this one.",
        otherwise="not yet: see the four criteria.",
    ),
    "11.3": Defended(
        lambda: comes_again,
        {
            "itself": (
                lambda: lambda *given: comes_again(*given, whole=True),
                "1 each time, where parts do differ. Either a clustering is compared with itself, or eps is so large that all is one cluster.",
            ),
            "seed": (
                lambda: lambda *given: comes_again(*given, fresh=False),
                "the same number for five generators: draw the part from the generator that your function is given.",
            ),
            "rows": (
                lambda: lambda *given: comes_again(*given, align=False),
                "lower than leaving out rows makes it here. Are the two labelings of the same rows, in the same order, and compared by a score that does not look at label numbers?",
            ),
            "easy": (
                lambda: lambda *given: comes_again(*given, share=0.995),
                "so high that hardly anything can have been left out. Parts that are nearly everything always agree.",
            ),
        },
        find=stability_fault,
        wanted="a function of places, kilometres, min_samples and a generator that gives one ARI",
        praise="right. Call it for your choice with ten generators or more, and once on a set without groups.",
        otherwise="not yet: see what the text asks for.",
    ),
    "11.4": Defended(
        lambda: profile,
        {
            "noise": (
                lambda: lambda *given: profile(*given, noise=True),
                "one row too many: noise is not a cluster, and has no centre.",
            ),
            "radians": (
                lambda: lambda *given: profile(*given, radians=True),
                "the centres are in radians. A reader looks them up on a map: original units.",
            ),
            "longitude": (
                lambda: lambda *given: profile(*given, swap=True),
                "the columns are swapped: latitude stands before longitude.",
            ),
            "angle": (
                lambda: lambda *given: profile(*given, scale=1 / EARTH),
                "the widths are angles, or in thousands: a cluster in which hops may be 40 km cannot be narrower than a village. What turns an angle into kilometres?",
            ),
            "width": (
                lambda: lambda *given: profile(*given, scale=0.5),
                "the widths are not the largest distance between two airports of the cluster. From the centre to its farthest airport is something else, and so is the spread along one column.",
            ),
        },
        find=profile_fault,
        wanted="a function of places and labels that gives a row of four numbers for each cluster",
        praise="right: airports, where, and how wide, in units that a map has. Read the widths before you promise that one van is enough.",
        otherwise="not yet: see what the text asks for.",
    ),
    "11.5": Defended(
        report,
        {
            "pictures": (
                lambda: report(n=1),
                "fewer than two pictures: one for the null test or the stability, one map of the clusters, say.",
            ),
            "alt": (
                lambda: report(alt="map"),
                "a picture has no description, or too short a one, for a reader who cannot see it.",
            ),
            "outside": (
                lambda: report(source="map.png"),
                "something is loaded from elsewhere: send this file to somebody, and it is broken. Put the pictures into the page.",
            ),
            "units": (
                lambda: report(head="width"),
                "no column of a table says that it is in km. A number without its unit cannot be read.",
            ),
            "limits": (
                lambda: report(limits=False),
                "nothing is said about limits. What would you not promise to whoever acts on this?",
            ),
            "record": (
                lambda: report(record=False),
                "the record is not complete: the version of scikit-learn, the seed, and the SHA-256 of the data are what somebody needs who runs it again.",
            ),
            "hash": (lambda: report(data="penguins"), "the SHA-256 is that of another file than the airports."),
            "path": (
                lambda: report(path="/" + "home/me/airports.csv"),
                "a path of your own machine stands in it: nobody else has that folder, and nobody else needs your name.",
            ),
            "phone": (
                lambda: report(viewport=""),
                "on a phone this page is shown tiny: it does not say that it fits itself to the width of the screen.",
            ),
        },
        find=report_fault,
        wanted="the text of an HTML page",
        praise="right, it is complete: question, null test, choice, stability, profiles in km, limits and record. Whether it is good, says the rubric.",
        otherwise="not yet: see the list.",
    ),
}
