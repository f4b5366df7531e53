"""The course's pictures look as they should, and `show` gives each its description."""

import io
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.path import Path
from PIL import Image

from helpers import plots
from helpers.palette import COLORS, NOISE, style
from helpers.plots import hits_matrix, output, scatter_clusters, show, verdict_matrix, voronoi_cells

DESCRIPTION = "Two groups of points, far apart."
# so strict that one cluster in a slightly other shade fails
drawn = pytest.mark.mpl_image_compare(tolerance=0.2, savefig_kwargs={"dpi": 80, "bbox_inches": "tight"})


@pytest.fixture(autouse=True)
def _clean_slate():
    """Each test begins without a figure and leaves neither figures nor settings behind."""
    plt.close("all")
    with plt.rc_context():
        yield
    plt.close("all")


def groups(centers, n, *, noise=0, spread=0.35):
    """Round groups of `n` points, and `noise` points spread over the same field."""
    rng = np.random.default_rng(0)
    centers = np.array(centers, dtype=float)
    X = np.repeat(centers, n, axis=0) + rng.normal(scale=spread, size=(n * len(centers), 2))
    scattered = rng.uniform(centers.min(axis=0) - 1, centers.max(axis=0) + 1, size=(noise, 2))
    return np.vstack([X, scattered]), np.append(np.repeat(np.arange(len(centers)), n), np.full(noise, -1))


def contrast(a, b="#ffffff"):
    """Contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted(_luminance(np.array(to_rgb(color))) + 0.05 for color in (a, b))
    return high / low


def _luminance(rgb):
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


def cells(ax):
    """Shaded cells as {color of the cluster: corners}."""
    return {to_hex(patch.get_facecolor()): patch.get_xy() for patch in ax.patches if patch.get_facecolor()[3] > 0}


# --- pictures


@drawn
def test_picture_of_clusters_with_noise_centers_names_and_legend():
    centers = [(0, 0), (4, 1), (1, 3)]
    X, labels = groups(centers, 40, noise=30)
    figure, ax = plt.subplots(figsize=(4, 3))
    names, axis_names = ("students", "families", "retirees"), ("age (years)", "income (thousands)")
    scatter_clusters(X, labels, centers=centers, names=names, axis_names=axis_names, legend=True, ax=ax)
    return figure


@drawn
def test_picture_of_core_border_and_noise():
    X, labels = groups([(0, 0), (4, 1)], 40, noise=20)
    core = np.hypot(*(X - np.array([(0, 0), (4, 1), (9, 9)])[labels]).T) < 0.4
    figure, ax = plt.subplots(figsize=(4, 3))
    scatter_clusters(X, labels, core=core, legend=True, ax=ax)
    return figure


def test_border_points_are_hollow_and_noise_is_not():
    X, labels = np.arange(8.0).reshape(4, 2), [0, 0, 1, -1]
    filled, hollow, other, noise = scatter_clusters(X, labels, core=[True, False, True, False]).collections
    assert len(hollow.get_facecolor()) == 0
    assert to_hex(hollow.get_edgecolor()[0]) == to_hex(filled.get_facecolor()[0]) == style(0)[0]
    assert hollow.get_offsets().tolist() == [[2, 3]]
    assert to_hex(other.get_facecolor()[0]) == style(1)[0]
    assert to_hex(noise.get_facecolor()[0]) == NOISE


@pytest.mark.parametrize("core", [[True], [1, 0, 1], [[True, True, True]]])
def test_core_must_be_true_or_false_for_each_row(core):
    with pytest.raises(ValueError, match="True or False for each row"):
        scatter_clusters(np.ones((3, 2)), [0, 0, 1], core=core)


@drawn
def test_picture_of_twelve_clusters():
    X, labels = groups([(x, y) for y in range(3) for x in range(4)], 8, spread=0.15)
    figure, ax = plt.subplots(figsize=(4, 3))
    scatter_clusters(X, labels, legend=True, ax=ax)
    return figure


@drawn
def test_picture_of_voronoi_cells():
    five = [(1, 1), (5, 1), (3, 3), (1, 5), (4.5, 4.8)]
    figure, axes = plt.subplots(2, 2, figsize=(5, 5), sharex=True, sharey=True, layout="constrained")
    for ax, centers in zip(axes.flat, [five[:1], five[:2], five, [(1, 1), (2, 2), (5, 5)]], strict=True):
        ax.set(xlim=(0, 6), ylim=(0, 6), aspect="equal")
        X, labels = groups(centers, 12, spread=0.3)
        scatter_clusters(X, labels, centers=centers, ax=ax)
        voronoi_cells(centers, ax=ax)
    return figure


# --- scatter_clusters


@pytest.mark.parametrize(
    ("X", "labels", "centers", "message"),
    [
        ([1, 2, 3], [0, 0, 1], None, "X must be a table of rows and columns"),
        (np.zeros((3, 3)), [0, 0, 1], None, r"X must have two columns to be drawn, not shape \(3, 3\)"),
        (np.zeros((3, 2, 1)), [0, 0, 1], None, "X must be a table of rows and columns"),
        (np.zeros((3, 2)), [0, 1], None, r"labels must have shape \(3,\).*not \(2,\)"),
        (np.zeros((3, 2)), [[0], [0], [1]], None, r"labels must have shape \(3,\).*not \(3, 1\)"),
        (np.zeros((3, 2)), [0, 0, 1], [1, 2], "centers must be a table of rows and columns"),
        (np.zeros((3, 2)), [0, 0, 1], np.zeros((2, 3)), "centers must have two columns"),
    ],
)
def test_scatter_refuses_what_it_cannot_draw(X, labels, centers, message):
    with pytest.raises(ValueError, match=message):
        scatter_clusters(X, labels, centers=centers)


def test_each_cluster_has_its_color_its_marker_and_its_points():
    X, labels = groups([(0, 0), (3, 0), (0, 3)], 5, noise=4)
    _, ax = plt.subplots()
    scatter_clusters(X, labels, ax=ax)
    assert [to_hex(part.get_facecolor()[0]) for part in ax.collections] == [*COLORS[:3], NOISE]
    for part, label in zip(ax.collections, [0, 1, 2, -1], strict=True):
        assert np.array_equal(part.get_offsets(), X[labels == label])
    shapes = [part.get_paths()[0].vertices for part in ax.collections]
    assert not any(np.array_equal(a, b) for i, a in enumerate(shapes) for b in shapes[:i])


@pytest.mark.parametrize("labels", [[0, -1], [-1, 0]])
def test_noise_never_hides_a_cluster(labels):
    figure, ax = plt.subplots(figsize=(1, 1), dpi=100)
    ax.set_position([0, 0, 1, 1])
    scatter_clusters([(0, 0), (0, 0)], labels, ax=ax)
    figure.canvas.draw()
    middle = np.asarray(figure.canvas.buffer_rgba())[50, 50]
    assert to_hex(middle / 255) == style(0)[0]


def test_centers_lie_above_the_points():
    _, ax = plt.subplots()
    scatter_clusters([(0, 0), (2, 2)], [0, 1], centers=[(0, 0), (2, 2)], ax=ax)
    assert min(line.get_zorder() for line in ax.lines) > max(part.get_zorder() for part in ax.collections)
    assert all(np.array_equal(line.get_xydata(), [(0, 0), (2, 2)]) for line in ax.lines)


@pytest.mark.parametrize(
    ("names", "entries"),
    [
        (None, ["cluster 0", "cluster 2", "noise", "centre"]),
        (["a", "b", "c"], ["a", "c", "none", "centre"]),
    ],
)
def test_legend_names_the_clusters_that_occur(names, entries):
    _, ax = plt.subplots()
    scatter_clusters([(0, 0), (1, 1), (2, 2)], [2, -1, 0], centers=[(1, 1)], names=names, legend=True, ax=ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == entries


def test_legend_stands_outside_the_axes():
    X, labels = groups([(x, 0) for x in range(12)], 3)
    figure, ax = plt.subplots()
    scatter_clusters(X, labels, legend=True, ax=ax)
    figure.canvas.draw()
    assert not ax.get_legend().get_window_extent().overlaps(ax.get_window_extent())


def test_symbols_in_the_legend_are_as_large_with_many_points_as_with_few():
    sizes = []
    for n in (30, 3000):
        _, ax = plt.subplots()
        scatter_clusters(np.zeros((n, 2)), np.arange(n) % 3 - 1, centers=[(0, 0)], legend=True, ax=ax)
        *points, cross = ax.get_legend().legend_handles
        sizes.append([*(float(handle.get_sizes()[0]) for handle in points), cross.get_markersize()])
    assert len(sizes[0]) == 4
    assert sizes[0] == sizes[1]


def test_legend_and_axis_names_are_there_if_asked_for():
    _, ax = plt.subplots()
    scatter_clusters([(0, 0)], [0], ax=ax)
    assert ax.get_legend() is None
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("", "")
    scatter_clusters([(0, 0)], [0], axis_names=("age (years)", "income"), ax=ax)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("age (years)", "income")


# --- both


both = pytest.mark.parametrize(
    "draw",
    [
        lambda **kwargs: scatter_clusters([(0, 0), (1, 1)], [0, -1], **kwargs),
        lambda **kwargs: voronoi_cells([(0, 0)], **kwargs),
        lambda **kwargs: plots.kmeans_step([(0, 0), (1, 1)], [0, -1], [(0, 0)], **kwargs),
    ],
    ids=["scatter_clusters", "voronoi_cells", "kmeans_step"],
)


@both
def test_axes_given_are_drawn_on_and_returned(draw):
    _, (given, current) = plt.subplots(1, 2)
    plt.sca(current)
    assert draw(ax=given) is given
    assert given.has_data() or given.patches
    assert not current.has_data()
    assert not current.patches
    assert plt.gca() is current


@both
def test_current_axes_are_used_otherwise(draw):
    _, axes = plt.subplots(1, 2)
    plt.sca(axes[0])
    assert draw() is axes[0]


@both
def test_drawing_changes_nothing_global(draw):
    _, ax = plt.subplots()
    settings = dict(plt.rcParams)
    draw(ax=ax)
    assert dict(plt.rcParams) == settings
    assert plt.get_fignums() == [1]


# --- voronoi_cells


@pytest.mark.parametrize("centers", [[1, 2], np.zeros((2, 3)), np.zeros((1, 2, 2))])
def test_cells_refuse_centers_without_two_columns(centers):
    with pytest.raises(ValueError, match=r"centers must (have two columns|be a table of rows and columns)"):
        voronoi_cells(centers)


@pytest.mark.parametrize("k", [1, 2, 3, 10])
@pytest.mark.parametrize("limits", [((0, 1), (0, 1)), ((-2, 3), (0, 1000)), ((1, 0), (0, 1))])
def test_a_point_lies_in_the_cell_of_its_nearest_center_and_in_no_other(k, limits):
    rng = np.random.default_rng(k)
    low, high = np.sort(limits, axis=1).T
    centers, points = (rng.uniform(low, high, size=(n, 2)) for n in (k, 500))
    nearest = np.linalg.norm(points[:, None] - centers, axis=2).argmin(axis=1)
    _, ax = plt.subplots()
    ax.set(xlim=limits[0], ylim=limits[1])
    corners = cells(voronoi_cells(centers, ax=ax))
    for i in range(k):
        inside = Path(corners[style(i)[0]]).contains_points(points) if style(i)[0] in corners else np.zeros(500, bool)
        assert np.array_equal(inside, nearest == i)


def test_cells_of_centers_on_a_line_are_strips():
    _, ax = plt.subplots()
    ax.set(xlim=(0, 6), ylim=(0, 6))
    corners = cells(voronoi_cells([(1, 3), (3, 3), (5, 3)], ax=ax))
    spans = [(corners[color][:, 0].min(), corners[color][:, 0].max()) for color in COLORS[:3]]
    assert spans == [(0, 2), (2, 4), (4, 6)]


def test_border_may_run_through_corners_of_the_axes():
    _, ax = plt.subplots()
    corners = cells(voronoi_cells([(0.25, 0.75), (0.75, 0.25)], ax=ax))
    assert set(map(tuple, corners[COLORS[0]].tolist())) == {(0, 0), (0, 1), (1, 1)}
    assert set(map(tuple, corners[COLORS[1]].tolist())) == {(0, 0), (1, 0), (1, 1)}


def test_equal_centers_share_one_cell():
    _, ax = plt.subplots()
    ax.set(xlim=(0, 4), ylim=(0, 4))
    corners = cells(voronoi_cells([(1, 2), (3, 2), (1, 2)], ax=ax))
    assert np.array_equal(corners[COLORS[0]], corners[COLORS[2]])
    assert corners[COLORS[0]][:, 0].max() == 2


def test_center_whose_cell_lies_outside_the_limits_is_left_out():
    _, ax = plt.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    assert list(cells(voronoi_cells([(0.5, 0.5), (9, 9)], ax=ax))) == [COLORS[0]]


def test_cells_keep_the_limits_and_lie_below_the_points():
    _, ax = plt.subplots()
    scatter_clusters([(0, 0), (3, 5)], [0, 1], ax=ax)
    limits = ax.axis()
    voronoi_cells([(0, 0), (3, 5)], ax=ax)
    assert ax.axis() == limits
    assert max(patch.get_zorder() for patch in ax.patches) < min(part.get_zorder() for part in ax.collections)


# --- show


@pytest.fixture
def displayed(monkeypatch):
    """What `show` hands to IPython, instead of displaying it."""
    calls = []
    monkeypatch.setattr(output, "display", lambda *args, **kwargs: calls.append((args, kwargs)))
    return calls


@pytest.mark.parametrize(
    "description", ["", "short", "x" * 19, " " * 10 + "short" + " " * 10, None, 12345678901234567890]
)
def test_show_refuses_what_is_no_description(displayed, description):
    figure = plt.figure()
    with pytest.raises(ValueError, match="at least 20 characters"):
        show(description)
    assert not displayed
    assert plt.fignum_exists(figure.number)


def test_show_refuses_when_there_is_no_figure(displayed):
    with pytest.raises(ValueError, match="no figure to show"):
        show(DESCRIPTION)
    assert not displayed
    assert not plt.get_fignums()


@pytest.mark.parametrize("description", [DESCRIPTION, "x" * 20])
def test_show_displays_a_png_with_its_description(displayed, description):
    plt.plot([1, 2])
    assert show(description) is None
    [((bundle,), options)] = displayed
    assert set(bundle) == {"image/png", "text/plain"}
    assert bundle["image/png"].startswith(b"\x89PNG\r\n\x1a\n")
    assert bundle["text/plain"] == description
    assert options == {"raw": True, "metadata": {"image/png": {"alt": description}}}


def test_show_closes_the_current_figure_alone(displayed):
    first, second, third = plt.figure(), plt.figure(), plt.figure()
    plt.figure(second.number)
    show(DESCRIPTION)
    assert plt.get_fignums() == [first.number, third.number]


def test_show_displays_the_current_figure(displayed):
    for size in (1, 4):
        plt.figure(figsize=(size, size))
    show(DESCRIPTION)
    show(DESCRIPTION)
    large, small = (len(args[0]["image/png"]) for args, _ in displayed)
    assert large > small


def test_same_drawing_gives_the_same_bytes_and_no_software_name(displayed):
    for _ in range(2):
        plt.figure()
        plt.plot([1, 2])
        show(DESCRIPTION)
    first, second = (args[0]["image/png"] for args, _ in displayed)
    assert first == second
    assert b"Software" not in first


@pytest.mark.parametrize("labels", [[0.2, 0.7], [True, False], ["a", "b"]])
def test_labels_other_than_whole_numbers_are_refused(labels):
    with pytest.raises(ValueError, match="whole numbers"):
        scatter_clusters(np.zeros((2, 2)), labels)


def test_too_few_names_are_refused():
    with pytest.raises(ValueError, match="1 names, but a label 1"):
        scatter_clusters(np.zeros((2, 2)), [0, 1], names=["a"])


def test_a_long_legend_gets_a_second_column():
    ax = scatter_clusters(np.zeros((20, 2)), np.arange(20), legend=True)
    figure = ax.figure
    figure.canvas.draw()
    assert ax.get_legend().get_window_extent().height <= figure.bbox.height


# --- kmeans_step

TWO = {"X": [(0, 0), (1, 0), (4, 0), (5, 0)], "labels": [0, 0, 1, 1], "centers": [(0.5, 0), (4.5, 0)]}


@drawn
def test_picture_of_an_assign_and_an_update():
    X, labels = groups([(0, 0), (4, 1), (1, 3)], 20, spread=0.6)
    before, after = np.array([(1, 0), (3, 2), (0, 2)]), np.array([(0, 0), (4, 1), (1, 3)])
    figure, axes = plt.subplots(1, 2, figsize=(6, 3))
    plots.kmeans_step(X, labels, before, changed=labels == 2, ax=axes[0])
    plots.kmeans_step(X, labels, after, came_from=before, ax=axes[1])
    return figure


def test_a_step_shades_the_cells_of_where_the_centers_were():
    for came_from, border in ((None, 2.5), ([(0, 0), (4, 0)], 2)):
        _, ax = plt.subplots()
        plots.kmeans_step(**TWO, came_from=came_from, ax=ax)
        assert cells(ax)[COLORS[0]][:, 0].max() == border


def test_a_step_draws_the_way_of_each_center():
    _, ax = plt.subplots()
    plots.kmeans_step(**TWO, came_from=[(0, 0), (4, 1)], ax=ax)
    ways = {tuple(map(tuple, line.get_xydata().tolist())) for line in ax.lines if line.get_linestyle() == "-"}
    assert ways == {((0, 0), (0.5, 0)), ((4, 1), (4.5, 0))}


def test_a_step_rings_the_rows_that_changed():
    _, ax = plt.subplots()
    plots.kmeans_step(**TWO, changed=np.array([False, True, True, False]), ax=ax)
    assert np.array_equal(ax.collections[-1].get_offsets(), [(1, 0), (4, 0)])


@pytest.mark.parametrize("came_from", [[(0, 0)], [(0, 0), (1, 1), (2, 2)]])
def test_a_step_refuses_centers_that_come_from_elsewhere(came_from):
    with pytest.raises(ValueError, match=r"2 centers cannot have come from [13] places"):
        plots.kmeans_step(**TWO, came_from=came_from)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"centers": [(0, 0), (np.nan, np.nan)]}, "not at a finite place"),
        ({"labels": [0, 0, 1, 2]}, "2 centers, but a label 2"),
        ({"changed": [0, 1, 1, 0]}, "True or False for each row"),
        ({"changed": [True]}, "True or False for each row"),
    ],
)
def test_a_step_refuses_what_it_would_draw_wrongly(wrong, message):
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match=message):
        plots.kmeans_step(**TWO | wrong, ax=ax)
    assert not ax.has_data()


# --- photographs

PHOTO = np.arange(5 * 8 * 3, dtype=np.uint8).reshape(5, 8, 3)


@drawn
def test_picture_of_photographs_with_their_credit():
    plots.draw_images(
        [PHOTO, PHOTO[::-1], 255 - PHOTO], ["a", "b", "c"], credit="Photograph: A. Body", columns=2, width=4
    )
    return plt.gcf()


@drawn
def test_picture_of_the_cube_of_colors():
    plt.figure(figsize=(3, 3))
    corners = np.array([(r, g, b) for r in (20, 230) for g in (20, 230) for b in (20, 230)])
    return plots.rgb_cube(corners, centers=[(128, 128, 128), (255, 0, 0)]).figure


@pytest.mark.parametrize(
    ("images", "titles", "message"),
    [
        ([], [], "0 images and 0 titles"),
        ([PHOTO], ["a", "b"], "1 images and 2 titles"),
        ([PHOTO[..., 0]], ["a"], r"not uint8 of shape \(5, 8\)"),
        ([PHOTO.astype(float)], ["a"], "not float64"),
    ],
)
def test_what_is_no_photograph_is_refused(images, titles, message):
    with pytest.raises(ValueError, match=message):
        plots.draw_images(images, titles, credit="nobody")
    assert not plt.get_fignums()


def test_each_photograph_has_its_title_and_empty_places_stay_empty():
    axes = plots.draw_images([PHOTO] * 3, ["a", "b", "c"], credit="Photograph: A. Body", columns=2)
    assert [ax.get_title() for ax in axes] == ["a", "b", "c"]
    assert plt.gcf().get_supxlabel() == "Photograph: A. Body"
    assert [len(ax.images) for ax in plt.gcf().axes] == [1, 1, 1, 0]
    assert not any(ax.axison for ax in plt.gcf().axes)


@pytest.mark.parametrize("colors", [[1, 2, 3], np.zeros((2, 2)), [(0, 0, 256)], [(0, 0, -1)], [(0, 0, np.nan)]])
def test_what_is_no_color_is_refused(colors):
    with pytest.raises(ValueError, match="red, green and blue from 0 to 255"):
        plots.rgb_cube(colors)
    assert not plt.get_fignums()


# --- photographs and animations on the page


def test_photographs_are_shown_as_jpeg(displayed):
    plots.draw_images([PHOTO], ["a"], credit="nobody")
    show(DESCRIPTION, photo=True)
    [((bundle,), options)] = displayed
    assert bundle["image/jpeg"].startswith(b"\xff\xd8\xff")
    assert bundle["text/plain"] == DESCRIPTION
    assert options["metadata"] == {"image/jpeg": {"alt": DESCRIPTION}}


def test_a_picture_of_the_course_is_shown_with_its_description(displayed):
    plots.show_picture("docs/page.png", DESCRIPTION)
    [((bundle,), options)] = displayed
    assert bundle["image/png"] == (output.ROOT / "docs" / "page.png").read_bytes()
    assert options["metadata"] == {"image/png": {"alt": DESCRIPTION}}
    with pytest.raises(ValueError, match="at least 20"):
        plots.show_picture("docs/page.png", "short")


def test_animation_plays_each_frame_once_and_stops(displayed):
    seen = []

    def draw(frame):
        seen.append(frame)
        plt.plot([0, frame])

    plots.show_animation(draw, range(4), DESCRIPTION, figsize=(2, 1.5), seconds=2)
    [((bundle,), options)] = displayed
    assert bundle["text/plain"] == DESCRIPTION
    assert options["metadata"] == {"image/gif": {"alt": DESCRIPTION}}
    animation = Image.open(io.BytesIO(bundle["image/gif"]))
    assert seen == [0, 1, 2, 3]
    assert (animation.n_frames, animation.size, animation.info["duration"]) == (4, (200, 150), 500)
    assert "loop" not in animation.info
    assert not plt.get_fignums()


def test_colors_do_not_change_between_frames(displayed):
    def draw(frame):
        plt.axhspan(0, 1, color=COLORS[0])
        plt.axhspan(1, 2, color=COLORS[frame])

    plots.show_animation(draw, range(5), DESCRIPTION, figsize=(2, 2))
    animation = Image.open(io.BytesIO(displayed[0][0][0]["image/gif"]))
    found = []
    for frame in range(5):
        animation.seek(frame)
        found.append(animation.convert("RGB").getpixel((100, 140)))
    assert len(set(found)) == 1
    assert np.abs(np.array(found[0]) - [int(COLORS[0][i : i + 2], 16) for i in (1, 3, 5)]).max() < 8


@pytest.mark.parametrize(
    ("frames", "description", "seconds", "message"),
    [
        ([], DESCRIPTION, 2, "needs frames"),
        ([1], "short", 2, "at least 20 characters"),
        ([1], DESCRIPTION, 0, "at most 5 seconds"),
        ([1], DESCRIPTION, 5.1, "at most 5 seconds"),
    ],
)
def test_animation_refuses_what_it_cannot_show(displayed, frames, description, seconds, message):
    with pytest.raises(ValueError, match=message):
        plots.show_animation(plt.plot, frames, description, seconds=seconds)
    assert not displayed


def test_a_frame_that_fails_leaves_no_figure_behind(displayed):
    with pytest.raises(ZeroDivisionError):
        plots.show_animation(lambda frame: 1 / frame, [0], DESCRIPTION)
    assert not plt.get_fignums()
    assert not displayed


# --- tables of verdicts


@drawn
def test_picture_of_a_table_of_verdicts():
    figure, ax = plt.subplots(figsize=(4, 2))
    texts, right = [["3", "2", ""], ["1", "10", "4"]], [[True, False, False], [False, False, True]]
    verdict_matrix(texts, right, row_names=["iris: 3", "square: 1"], column_names=["elbow", "gap", "BIC"], ax=ax)
    return figure


def test_a_table_of_verdicts_ticks_only_what_is_right():
    ax = verdict_matrix([["3\nhalf", ""]], [[True, False]], row_names=["iris"], column_names=["elbow", "gap"])
    assert [text.get_text() for text in ax.texts] == ["3 ✓\nhalf", "-"]
    assert to_hex(ax.patches[0].get_facecolor()) == COLORS[0] != to_hex(ax.patches[1].get_facecolor())


@pytest.mark.parametrize(("texts", "right"), [([["3"]], [[True]]), ([["3", "2"]], [[True]]), ([], [])])
def test_a_table_of_verdicts_refuses_what_does_not_fit(texts, right):
    with pytest.raises(ValueError, match="1 by 2 names"):
        verdict_matrix(texts, right, row_names=["iris"], column_names=["elbow", "gap"])


@drawn
def test_picture_of_a_table_of_hits():
    figure, ax = plt.subplots(figsize=(4, 2))
    hits_matrix([[20, 14, 0], [1, 10, 15]], 20, row_names=["moons", "square"], column_names=["a", "b", "c"], ax=ax)
    return figure


def test_more_hits_are_darker_and_each_number_can_be_read():
    ax = hits_matrix([range(21)], 20, row_names=["moons"], column_names=range(21))
    assert [text.get_text() for text in ax.texts] == [str(count) for count in range(21)]
    shades = [contrast(to_hex(patch.get_facecolor())) for patch in ax.patches]  # to white
    assert shades == sorted(shades)
    assert len(set(shades)) == 21
    for patch, text in zip(ax.patches, ax.texts, strict=True):
        assert contrast(to_hex(patch.get_facecolor()), to_hex(text.get_color())) >= 4.5


@pytest.mark.parametrize(
    ("hits", "n", "said"),
    [
        ([[3]], 5, "1 by 2 names"),
        ([[3, 6]], 5, "from 0 to n = 5.* from 0 to 6"),
        ([[-1, 5]], 5, "they go from -1 to 5"),
    ],
)
def test_a_table_of_hits_refuses_what_does_not_fit(hits, n, said):
    with pytest.raises(ValueError, match=said):
        hits_matrix(hits, n, row_names=["moons"], column_names=["a", "b"])


# --- pauses


@pytest.mark.parametrize(("start", "left_out"), [("", False), ("InteractiveShell.instance(); ", True)])
def test_a_kernel_leaves_what_is_loaded_out_of_the_search_for_garbage(start, left_out):
    code = (
        f"import gc; from IPython.core.interactiveshell import InteractiveShell; {start}"
        "before = gc.get_freeze_count(); import helpers.plots; print(gc.get_freeze_count() - before > 1000)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(left_out)
