"""Answers to the exercises of notebook 11, the capstone."""

import base64
import io
import re

import numpy as np
import pandas as pd
from answering import right, wrong
from PIL import Image
from scipy.spatial import Delaunay
from scipy.stats import gaussian_kde, qmc
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.pairwise import haversine_distances

from helpers import datasets
from helpers.exercises.nb11 import mainland

EARTH = 6371.0088


# 11.1


def uniform(places, rng):
    low, high = places.min(axis=0), places.max(axis=0)
    sines = rng.uniform(*np.sin(np.radians([low[0], high[0]])), len(places))
    return np.column_stack([np.degrees(np.arcsin(sines)), rng.uniform(low[1], high[1], len(places))])


def moved_by(kilometres):
    def moved(places, rng):
        step = rng.normal(0, np.degrees(kilometres / EARTH), places.shape)
        return places + step / np.column_stack([np.ones(len(places)), np.cos(np.radians(places[:, 0]))])

    return moved


def thirty_towns(places, rng):
    towns = rng.uniform(places.min(axis=0), places.max(axis=0), size=(30, 2))
    return towns[rng.integers(30, size=len(places))] + rng.normal(0, 0.3, places.shape)


def one_spot(places, rng):
    return places.mean(axis=0) + rng.normal(0, 1e-3, places.shape)


def one_blob(places, rng):
    return rng.multivariate_normal(places.mean(axis=0), np.cov(places.T), len(places))


def shuffled(places, rng):
    return np.column_stack([rng.permutation(places[:, 0]), places[:, 1]])


def smoothed(places, rng):
    return gaussian_kde(places.T).resample(len(places), seed=rng).T


def within_cells(side):
    return lambda places, rng: (np.floor(places / side) + rng.random(places.shape)) * side


def in_hull(places, rng):
    hull, many = Delaunay(places), uniform(np.vstack([places] * 4), rng)
    return many[hull.find_simplex(many) >= 0][: len(places)]


def halton(places, rng):
    low, high = places.min(axis=0), places.max(axis=0)
    return qmc.scale((qmc.Halton(2, scramble=False).random(len(places)) + rng.random(2)) % 1, low, high)


# 11.2


def labels_on_globe(km, least, radius=EARTH, *, places=None, **how):
    places = np.radians(mainland()) if places is None else places
    how = {"metric": "haversine", "algorithm": "ball_tree"} | how
    return DBSCAN(eps=km / radius, min_samples=least, **how).fit_predict(places)


def chosen(km, least, *, closer, labels=None, **more):
    labels = labels_on_globe(km, least) if labels is None else labels
    found = {"labels": labels, "n_clusters": len(set(labels) - {-1}), "closer": closer}
    return {"kilometres": km, "min_samples": least} | found | more


def renamed(labels):
    return np.where(labels < 0, -1, 3 * (labels.max() - labels)).tolist()


# 11.3


def part_of(places, share, rng, **how):
    return rng.choice(len(places), round(share * len(places)), **{"replace": False} | how)


def globe(places, km, least):
    return labels_on_globe(km, least, places=np.radians(places))


def flat(places, km, least):
    return DBSCAN(eps=km / 111, min_samples=least).fit_predict(places)


def compared(share=0.9, *, cluster=globe, score=adjusted_rand_score, **how):
    def comes_again(places, kilometres, min_samples, rng):
        rows = part_of(places, share, rng, **how)
        return score(cluster(places, kilometres, min_samples)[rows], cluster(places[rows], kilometres, min_samples))

    return comes_again


def by_mask(places, kilometres, min_samples, rng):
    kept = rng.random(len(places)) < 0.85
    return adjusted_rand_score(
        globe(places, kilometres, min_samples)[kept], globe(places[kept], kilometres, min_samples)
    )


def of_two_parts(places, kilometres, min_samples, rng):
    labelings = np.full((2, len(places)), -2)
    for labels in labelings:
        rows = part_of(places, 0.9, rng)
        labels[rows] = globe(places[rows], kilometres, min_samples)
    both = (labelings > -2).all(axis=0)
    return adjusted_rand_score(*labelings[:, both])


def share_of_equal(a, b):
    return np.mean((a == b)[a >= 0])


def without_noise(a, b):
    kept = (a >= 0) & (b >= 0)
    return adjusted_rand_score(a[kept], b[kept])


# 11.4


def profile(places, labels, center=np.median, *, noise=False, width=None, columns=(0, 1, 2, 3), unit=lambda x: x):
    rows = []
    for name in np.unique(labels if noise else labels[labels >= 0]):
        mine = places[labels == name]
        X = np.radians(mine)
        far = EARTH * haversine_distances(X).max() if width is None else width(X, mine)
        rows.append([len(mine), *unit(center(mine, axis=0)), far])
    return np.array(rows)[:, columns]


def of(**how):
    return lambda places, labels: profile(places, labels, **how)


def to_center(X, mine):
    return EARTH * haversine_distances(X, X.mean(axis=0, keepdims=True)).max()


def flat_width(X, mine):
    return 111.2 * np.hypot(*np.ptp(mine, axis=0))


# 11.5


def png(size=(80, 80), *, noise=True):
    shades = np.random.default_rng(0).integers(0, 255, size) if noise else np.full(size, 255)
    file = io.BytesIO()
    Image.fromarray(shades.astype(np.uint8)).save(file, "png")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


ALT = "Clusters of airports on a map of the states"
TEXTS = {
    "What the company asks": "From which places can one van serve several airports?",
    "Null test": "19 sets without groups have fewer airports in clusters.",
    "Distance": "All distances are on the globe, in km.",
    "Radius": "35 km with seven airports: it keeps to the four criteria.",
    "Does it come again?": "A tenth was left out, ten times: ARI .80 to .86, say.",
    "Limits": "Clusters are chains of hops, and distances are not roads.",
}


def report(texts=TEXTS, *, head="width (km)", picture=None, n=2, language="en", extra="", seed="seed 0"):
    digest = re.search(r"`([0-9a-f]{64})`", datasets.card("airports"))[1]
    sections = "".join(f"<section><h2>{name}</h2><p>{text}</p></section>" for name, text in texts.items())
    pictures = n * f'<img src="{picture or png()}" alt="{ALT}">'
    table = f"<h2>Places</h2><table><tr><th>airports</th><th>{head}</th></tr><tr><td>9</td><td>60</td></tr></table>"
    rows = "".join(f"<td>{value}</td>" for value in ("SHA-256", digest, "scikit-learn", "1.9", seed))
    record = f"<h2>Record</h2><table><tr>{rows}</tr></table>"
    meta = '<meta name="viewport" content="width=device-width"><title>Airports</title>'
    body = f"{sections}{pictures}{table}{record}{extra}"
    return f'<!doctype html><html lang="{language}"><head>{meta}</head><body>{body}</body></html>'


def with_text(old, new):
    return {name.replace(old, new): text.replace(old, new) for name, text in TEXTS.items()}


def without(heading):
    return {name: text for name, text in TEXTS.items() if name != heading}


KOREAN = {
    "질문": "밴 한 대로 어디에서 여러 공항을 돌 수 있는가?",
    "귀무 검정": "군집이 없는 열아홉 집합보다 많은 공항이 군집에 속한다.",
    "단위": "거리는 지구 위에서 킬로미터로 잰 것이다.",
    "반경": "반경 35킬로미터, 핵은 공항 일곱 곳으로 한다.",
    "안정성": "열 번 십분의 일을 빼도 같은 군집이 나온다.",
    "한계": "군집은 사슬처럼 이어지며 거리는 도로가 아니다.",
}
KEY_WORDS = "question null test radian eps stability limits scikit-learn seed"

ANSWERS = {
    "11.1": [
        right("airports moved by 50 km", lambda: moved_by(50)),
        right("airports moved by 200 km", lambda: moved_by(200)),
        right("one bell-shaped cloud", lambda: one_blob),
        right("latitudes shuffled among the longitudes", lambda: shuffled),
        right("a smooth density drawn from", lambda: smoothed),
        right(
            "uniform within each cell of three degrees, as a frame",
            lambda: lambda *given: pd.DataFrame(within_cells(3)(*given)),
        ),
        right("uniform in the hull of the airports", lambda: in_hull),
        wrong("thirty random towns", lambda: thirty_towns, "planted groups", never=("moved a little",)),
        wrong("all on one spot", lambda: one_spot, "no group would ever be noticed"),
        wrong("airports moved by 15 km", lambda: moved_by(15), "planted groups"),
        wrong("airports moved by 25 km", lambda: moved_by(25), "planted groups"),
        wrong("uniform within small cells", lambda: within_cells(0.5), "planted groups"),
        wrong(
            "rows drawn again",
            lambda: lambda places, rng: places[rng.choice(len(places), len(places))],
            "planted groups",
        ),
        wrong("the airports in another order", lambda: lambda places, rng: rng.permutation(places), "planted groups"),
        wrong("a sequence that fills the box evenly", lambda: halton, "chance clumps"),
        wrong(
            "uniform in degrees",
            lambda: lambda places, rng: rng.uniform(places.min(axis=0), places.max(axis=0), places.shape),
            "uniform over degrees",
        ),
        wrong("twice as far out", lambda: lambda *given: 2 * uniform(*given), "far from all airports"),
        wrong("a few rows", lambda: lambda *given: uniform(*given)[:9], "shape"),
        wrong(
            "the set, not the function",
            lambda: uniform(mainland(), np.random.default_rng(0)),
            "hand in the function itself",
        ),
    ],
    "11.2": [
        right("closer than chance", lambda: chosen(35, 8, closer=True), "what you say about chance"),
        right("no closer than chance", lambda: chosen(25, 4, closer=False), "what you say about chance"),
        right("near the line, yes", lambda: chosen(35, 6, closer=True)),
        right("near the line, no", lambda: chosen(35, 6, closer=np.False_)),
        right("the radius of the equator", lambda: chosen(35, 7, closer=True, labels=labels_on_globe(35, 7, 6378.137))),
        right("a whole radius", lambda: chosen(30, 5, closer=False, labels=labels_on_globe(30, 5, 6371))),
        right(
            "other names for the clusters, as a list",
            lambda: chosen(35, 7, closer=True, n_clusters=23, labels=renamed(labels_on_globe(35, 7))),
        ),
        wrong(
            "closer where it is not",
            lambda: chosen(30, 4, closer=True),
            "19 sets of moved airports say the other thing",
        ),
        wrong(
            "no closer where it is",
            lambda: chosen(35, 8, closer=False),
            "19 sets of moved airports say the other thing",
        ),
        wrong("chains across states", lambda: chosen(40, 5, closer=False), "wider than a van's round"),
        wrong(
            "half of what is found is found in nothing", lambda: chosen(28, 3, closer=False), "uniformly over the box"
        ),
        wrong("nearly nobody", lambda: chosen(15, 5, closer=False), "one airport in twenty"),
        wrong("noise counted", lambda: chosen(35, 7, closer=True, n_clusters=24), "is noise among", never=("flat",)),
        wrong(
            "on a flat map",
            lambda: chosen(35, 7, closer=True, labels=flat(mainland(), 35 * 111 / 111.195, 7)),
            "flat map",
        ),
        wrong(
            "labels on the globe, of another radius",
            lambda: chosen(40, 5, closer=False, labels=labels_on_globe(38, 5)),
            "of another try",
            never=("flat map",),
        ),
        wrong(
            "longitude first",
            lambda: chosen(35, 7, closer=True, labels=labels_on_globe(35, 7, places=np.radians(mainland()[:, ::-1]))),
            "longitude first",
        ),
        wrong(
            "kilometres taken for radians",
            lambda: chosen(35, 7, closer=True, labels=labels_on_globe(35, 7, 1.0)),
            "angles in radians",
            never=("larger than the Earth",),
        ),
        wrong(
            "eps in degrees",
            lambda: chosen(35, 7, closer=True, labels=labels_on_globe(35, 7, 111.2)),
            "angles in radians",
            never=("larger than the Earth",),
        ),
        wrong("in words", lambda: chosen(35, 7, closer="yes"), "True or False"),
        wrong("without the last word", lambda: {"kilometres": 35, "min_samples": 7}, "closer"),
        wrong("a tuple", lambda: (35, 7), "a dict with the names"),
    ],
    "11.3": [
        right("seven tenths kept", lambda: compared(0.7), "three kinds of planted places"),
        right("a fifth left out", lambda: compared(0.8)),
        right("one in twenty left out", lambda: compared(0.95)),
        right("a mask", lambda: by_mask),
        right("two parts against each other", lambda: of_two_parts),
        right("rows shuffled", lambda: compared(shuffle=True)),
        wrong("label numbers compared", lambda: compared(score=share_of_equal), "label numbers"),
        wrong("rows drawn with replacement", lambda: compared(replace=True), "twice", never=("label numbers",)),
        wrong("as many rows with replacement", lambda: compared(1, replace=True), "twice"),
        wrong("in degrees on a flat map", lambda: compared(cluster=flat), "far north"),
        wrong(
            "longitude first",
            lambda: compared(cluster=lambda places, *given: globe(places[:, ::-1], *given)),
            "far north",
        ),
        wrong(
            "a number with noise, near what is right",
            lambda: lambda places, kilometres, min_samples, rng: 0.85 + 0.01 * rng.random(),
            "does not say 1",
        ),
        wrong(
            "noise left out",
            lambda: compared(score=without_noise),
            "noise no part of the comparison",
            never=("compared with itself, or",),
        ),
        wrong("half left out", lambda: compared(0.5), "is it a tenth"),
        wrong("nothing left out", lambda: compared(1), "1 each time"),
        wrong(
            "a seed of its own",
            lambda: lambda places, km, least, rng: compared()(places, km, least, np.random.default_rng(0)),
            "from the generator that your function is given",
        ),
        wrong("both labelings", lambda: lambda places, km, least, rng: (0.9, 0.8), "one ARI"),
    ],
    "11.4": [
        right("means, in reverse", lambda: lambda *given: profile(*given, center=np.mean)[::-1]),
        right("lists", lambda: lambda *given: profile(*given).tolist()),
        right(
            "a frame",
            lambda: (
                lambda *given: pd.DataFrame(profile(*given), columns=["airports", "latitude", "longitude", "width"])
            ),
        ),
        wrong("noise kept", lambda: of(noise=True), "noise"),
        wrong("centres in radians", lambda: of(unit=np.radians), "radians"),
        wrong("longitude first", lambda: of(columns=(0, 2, 1, 3)), "swapped"),
        wrong("widths as angles", lambda: of(width=lambda X, mine: haversine_distances(X).max()), "in which unit"),
        wrong("from the centre", lambda: of(width=to_center), "largest distance between two"),
        wrong("across a flat map", lambda: of(width=flat_width), "largest distance between two"),
        wrong("rows counted twice", lambda: lambda *given: profile(*given) * [2, 1, 1, 1], "count the airports"),
        wrong("the table", lambda: profile(mainland(), labels_on_globe(35, 7)), "hand in the function itself"),
    ],
    "11.5": [
        right("other headings", report),
        right("bold letters in the head of a table", lambda: report(head="<b>width (km)</b>")),
        right("great-circle distances", lambda: report(with_text("on the globe", "great-circle distances"))),
        right(
            "robustness",
            lambda: report(
                with_text("Does it come again?", "Robustness")
                | {"Robustness": "Nine tenths of the rows, ten times: ARI .8"}
            ),
        ),
        right("in Korean", lambda: report(KOREAN, head="너비(km)", language="ko")),
        right("in Korean, language not told", lambda: report(KOREAN, head="너비(km)")),
        right("a picture drawn as SVG, inside", lambda: report(extra="<svg><circle r='3'/></svg>")),
        wrong(
            "a line of key words and two empty pictures",
            lambda: report({}, extra=KEY_WORDS, picture=png(noise=False)),
            "a picture shows nothing",
        ),
        wrong("a line of key words", lambda: report({}, extra=KEY_WORDS), "key words alone"),
        wrong("headings with nothing under them", lambda: report(dict.fromkeys(TEXTS, "")), "something under them"),
        wrong("a picture of nothing", lambda: report(picture="data:image/png;base64,AA=="), "a picture shows nothing"),
        wrong("a picture beside the file", lambda: report(picture="map.png"), "from elsewhere"),
        wrong("a width without its unit", lambda: report(head="width"), "km"),
        wrong(
            "no word of stability",
            lambda: report(
                with_text("Does it come again?", "Parts") | {"Parts": "ARI of ten parts, each of nine tenths"}
            ),
            "stability",
            never=("null test",),
        ),
        wrong("no word of the null test", lambda: report(without("Null test")), "the null test", never=("stability",)),
        wrong("no limits", lambda: report(without("Limits")), "limits"),
        wrong("no seed", lambda: report(seed=""), "record is not complete"),
        wrong("a path", lambda: report(extra="/Users/" + "me/airports.csv"), "a path of your own machine"),
        wrong("the name of the file", lambda: "report.html", "read the file"),
        wrong("bytes", lambda: report().encode(), "the text of an HTML page"),
    ],
}
