"""Exercises of notebook 11, the capstone: the airports, where many answers can be defended.

No answer is compared with one right answer. Each is looked through for faults, and the first that is found is told:
a ``..._fault`` maps an answer to its name, to None if there is none, or raises Unreadable.
"""

import numpy as np

from helpers.exercises.defended import Defended
from helpers.exercises.nb11.airports import EARTH, mainland
from helpers.exercises.nb11.choosing_eps import choice, choice_fault, flat
from helpers.exercises.nb11.nothing import lattice, moved, null_fault, uniform_by_area, uniform_in_degrees
from helpers.exercises.nb11.profiles import profile, profile_fault
from helpers.exercises.nb11.repeating import comes_again, stability_fault
from helpers.exercises.nb11.reports import report, report_fault, stripes

__all__ = ["EXERCISES", "mainland"]

LOOK = "Look at two distances that you know before you believe a map."

EXERCISES = {
    "11.1": Defended(
        lambda: uniform_by_area,
        {
            "groups left": (
                lambda: lambda places, rng: moved(places, rng, kilometres=15),
                "your sets were drawn from places with small planted groups, and DBSCAN at 40 km puts nearly as many of them into clusters as of those places, or more. With such a nothing no group would ever be noticed. Where do rows of yours still lie together?",
            ),
            "more even than chance": (
                lambda: lattice,
                "your sets are emptier of clusters than places drawn by chance, without any groups. With such a nothing, chance would pass for groups: chance clumps, and yours hardly does.",
            ),
            "uniform in degrees": (
                lambda: uniform_in_degrees,
                "uniform over degrees is not uniform over the Earth: a degree of longitude is shorter in the north, so your places are denser there. Which function of latitude grows with the area?",
            ),
            "same set twice": (
                lambda: lambda places, rng: uniform_by_area(places, np.random.default_rng(0)),
                "two generators, and the same set twice. Draw from the generator that your function is given, or there is no band.",
            ),
            "in radians": (
                lambda: lambda places, rng: np.radians(uniform_by_area(places, rng)),
                "no number in your set is larger than a full turn in radians. Give degrees, as the places that your function is given, so that both go through the same steps afterwards.",
            ),
            "longitude first": (
                lambda: lambda places, rng: uniform_by_area(places, rng)[:, ::-1],
                "longitude stands first in yours; in the places that it is given, latitude does.",
            ),
        },
        find=null_fault,
        wanted="a function of places and a generator that gives as many places, without groups",
        praise="right: planted groups would be noticed beside your sets, and chance alone would not be taken for groups. Say in the report what yours keep (a box, a coast, a density) and what they lose.",
        otherwise="not yet: see what the text asks for.",
    ),
    "11.2": Defended(
        lambda: choice(35, 7),
        {
            "one cluster for all": (
                lambda: choice(40, 5, angle=False),
                "one cluster holds every airport. Haversine distances are angles in radians: what turns kilometres into one?",
            ),
            "degrees as radians": (
                lambda: choice(200, 5, radians=False, closer=False),
                f"these labels come from degrees that were taken for radians. {LOOK}",
            ),
            "longitude first": (
                lambda: choice(40, 5, latitude_first=False),
                f"these labels come from places with longitude first. {LOOK}",
            ),
            "flat map": (
                lambda: flat(40, 5),
                f"these labels come from a flat map, on which a degree of longitude is as long as one of latitude. {LOOK}",
            ),
            "other number of clusters": (
                lambda: choice(35, 7, extra=1),
                "the labels are those of your choice, but the number of clusters is not theirs. Is noise among what you count?",
            ),
            "nearly all noise": (
                lambda: choice(15, 5),
                "fewer than one airport in twenty is in a cluster. That may be true, but it does not help anybody to place vans: a larger radius, or fewer airports for a core.",
            ),
            "too few clusters": (lambda: choice(75, 20), "fewer clusters than the company asked for."),
            "clusters too wide": (
                lambda: choice(40, 5),
                "more than one cluster in ten is wider than a van's round. From hop to hop a chain goes on: how does its width change with the radius, and with the airports that make a core?",
            ),
            "little more than chance": (
                lambda: choice(20, 2),
                "a set drawn uniformly over the box has more than half as many airports in clusters at this setting. So much of what you found would be found in nothing, too. Ask for more airports in a core, or take another radius.",
            ),
            "wrong about chance": (
                lambda: choice(25, 4, closer=True),
                "it keeps to the four criteria, but 19 sets of moved airports say the other thing about closer. Compare the share of the airports that is in clusters with all 19 shares, not with their mean or with one of them.",
            ),
        },
        find=choice_fault,
        wanted="a dict with kilometres, min_samples, labels, n_clusters and closer",
        praise="right: it keeps to all four criteria, and what you say about chance fits. Other choices do too, and some of them say the opposite about chance; write down why you took this one.",
        otherwise="not yet: see the four criteria.",
    ),
    "11.3": Defended(
        lambda: comes_again,
        {
            "always full agreement": (
                lambda: lambda *given: comes_again(*given, whole=True),
                "1 each time, on places whose groups fall apart when a row or two go. Is a clustering compared with itself, is too little left out, or is noise no part of the comparison?",
            ),
            "same part each time": (
                lambda: lambda *given: comes_again(*given, fresh=False),
                "the same number for five generators: does the part come from the generator that your function is given?",
            ),
            "agreement too low": (
                lambda: lambda *given: comes_again(*given, align=False),
                "lower than leaving out a tenth makes it, on places that were planted. Are the two labelings of the same rows, in the same order, and compared by a score that does not look at label numbers? Is it a tenth?",
            ),
            "agreement too high": (
                lambda: lambda *given: comes_again(*given, share=0.985),
                "higher than leaving out a tenth makes it, on planted places of which some groups fall apart then. Is a tenth left out, are the places clustered again without it, and does noise count as a label?",
            ),
            "rows drawn twice": (
                lambda: lambda *given: comes_again(*given, again=True),
                "on planted places whose labels stay the same whichever rows are left out, yours does not say 1. Can a row be in your part twice, and make its place denser than it is?",
            ),
            "flat map": (
                lambda: lambda *given: comes_again(*given, globe=False),
                "on planted places in the far north, whose groups stay on the globe whichever rows are left out, yours does not say 1. A degree of longitude is short there: on what does your function measure?",
            ),
        },
        find=stability_fault,
        wanted="a function of places, kilometres, min_samples and a generator that gives one ARI",
        praise="right, on three kinds of planted places. Call it for your choice with ten generators or more, and once on a set without groups.",
        otherwise="not yet: see what the text asks for.",
    ),
    "11.4": Defended(
        lambda: profile,
        {
            "noise as a cluster": (
                lambda: lambda *given: profile(*given, noise=True),
                "one row too many. Is noise among them? It is no cluster, and has no centre.",
            ),
            "centres in radians": (
                lambda: lambda *given: profile(*given, radians=True),
                "the centres are in radians. A reader looks them up on a map: original units.",
            ),
            "longitude first": (
                lambda: lambda *given: profile(*given, swap=True),
                "the columns are swapped: latitude stands before longitude.",
            ),
            "widths as angles": (
                lambda: lambda *given: profile(*given, scale=1 / EARTH),
                "every width is below 10, and a cluster in which hops may be 40 km long is wider than a village. In which unit are they, and what turns an angle into kilometres?",
            ),
            "another width": (
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
            "too few pictures": (
                lambda: report(n=1),
                "fewer than two pictures: one for the null test or the stability, one map of the clusters, say.",
            ),
            "empty picture": (
                lambda: report(source=stripes(shades=1)),
                "a picture shows nothing: it cannot be read, is smaller than a stamp, or has one shade only.",
            ),
            "picture not described": (
                lambda: report(alt="map"),
                "a picture has no description, or too short a one, for a reader who cannot see it.",
            ),
            "loads from elsewhere": (
                lambda: report(source="map.png"),
                "the page loads something from elsewhere: send the file to somebody, and it is missing there. Put the pictures into the page.",
            ),
            "too few sections": (
                lambda: report(headings=False),
                "fewer than six headings have something under them: a sentence, a table or a picture. Key words alone are no report.",
            ),
            "no unit": (
                lambda: report(head="width"),
                "no column of a table says that it is in km. A number without its unit cannot be read.",
            ),
            "no limits": (
                lambda: report(limits=False),
                "no word was found that speaks of limits. What would you not promise to whoever acts on this?",
            ),
            "record incomplete": (
                lambda: report(record=False),
                "the record is not complete: the version of scikit-learn, the seed, and the SHA-256 of the data are what somebody needs who runs it again.",
            ),
            "hash of another file": (
                lambda: report(data="penguins"),
                "the SHA-256 is that of another file than the airports.",
            ),
            "path of own machine": (
                lambda: report(path="/" + "home/me/airports.csv"),
                "a path of your own machine stands in it: nobody else has that folder, and nobody else needs your name.",
            ),
            "not for phones": (
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
