"""The palette is as legible as its docstring says."""

import ast
import re
from itertools import combinations

import numpy as np
import pytest

from helpers import palette
from helpers.palette import CENTER, COLORS, DARK_CENTER, DARK_COLORS, DARK_NOISE, DARK_PAPER, MARKERS, NOISE, style

# Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, severity 1.0; they act on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# Björn Ottosson (2020), A perceptual color space for image processing, https://bottosson.github.io/posts/oklab/
RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LMS_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(color):
    """Linear RGB of ``#rrggbb`` (IEC 61966-2-1)."""
    srgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(a, b="#ffffff"):
    """Contrast ratio of WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    low, high = sorted(linear(color) @ [0.2126, 0.7152, 0.0722] + 0.05 for color in (a, b))
    return high / low


def oklab(color, vision="normal"):
    """OKLab coordinates of a colour as it is seen with one kind of colour vision."""
    seen = np.clip(VISION[vision] @ linear(color), 0, 1)
    return LMS_TO_OKLAB @ np.cbrt(RGB_TO_LMS @ seen)


def distance(a, b, vision):
    return np.linalg.norm(oklab(a, vision) - oklab(b, vision))


def test_the_yardsticks_themselves_are_right():
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#ffffff") == pytest.approx(1)
    assert oklab("#ffffff") == pytest.approx([1, 0, 0], abs=1e-6)
    assert oklab("#ff0000") == pytest.approx([0.627955, 0.224863, 0.125846], abs=1e-5)

    for simulation in VISION.values():  # in which grey stays grey
        assert simulation.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_colors_are_written_as_rrggbb_and_stand_out_from_their_page():
    light, dark = [*COLORS, NOISE, CENTER], [*DARK_COLORS, DARK_NOISE, DARK_CENTER]
    assert [color for color in [*light, *dark, DARK_PAPER] if not re.fullmatch("#[0-9a-f]{6}", color)] == []
    assert [color for color in light if contrast(color) < 3] == []
    assert [color for color in dark if contrast(color, DARK_PAPER) < 3] == []


@pytest.mark.parametrize("colors", [COLORS, DARK_COLORS])
@pytest.mark.parametrize(
    ("vision", "least"), [("normal", 0.17), ("protanopia", 0.095), ("deuteranopia", 0.095), ("tritanopia", 0.095)]
)
def test_any_two_clusters_differ_in_color(vision, least, colors):
    assert min(distance(a, b, vision) for a, b in combinations(colors, 2)) >= least


@pytest.mark.parametrize(
    ("vision", "least"), [("normal", 0.1), ("protanopia", 0.1), ("deuteranopia", 0.08), ("tritanopia", 0.085)]
)
def test_every_cluster_differs_from_noise(vision, least):
    assert min(distance(color, NOISE, vision) for color in COLORS) >= least
    assert min(distance(color, DARK_NOISE, vision) for color in DARK_COLORS) >= least


def test_ten_colors_and_ten_markers_all_different():
    assert len(COLORS) == len(set(COLORS)) == len(DARK_COLORS) == len(set(DARK_COLORS)) == 10
    assert len(MARKERS) == len(set(MARKERS)) == 10


def test_the_colors_return_with_other_markers_and_a_hundred_pairs_differ():
    assert [style(i) for i in range(10)] == list(zip(COLORS, MARKERS, strict=True))
    assert [style(label)[0] for label in range(10, 20)] == list(COLORS)
    assert len({style(i) for i in range(100)}) == 100
    assert style(100) == style(0)


def test_noise_is_a_grey_dot_unlike_any_cluster():
    assert style(-1) == style(-2) == (NOISE, ".")
    assert "." not in MARKERS
    assert NOISE not in COLORS


def test_labels_may_be_numpy_integers():
    assert [style(np.int32(label)) for label in (3, 12, -1)] == [style(3), style(12), style(-1)]


def test_palette_imports_nothing():
    with open(palette.__file__, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
