"""Pictures of photographs: side by side with their credit, and as points in the cube of colours."""

import matplotlib.pyplot as plt
import numpy as np


def draw_images(images, titles, *, credit, columns=None, width=9.5):
    """Draw photographs, or parts of them, in a grid, with the credit below.

    Parameters
    ----------
    images : sequence of ndarray of uint8, each of shape (height, width, 3)
    titles : sequence of str
        One for each image, written above it.
    credit : str
        Who made the photographs and under which licence; written below the grid.
    columns : int, optional
        Images in a row; all of them if omitted.
    width : float
        Width of the figure in inches; its height follows from the images.

    Returns
    -------
    ndarray of matplotlib Axes, one for each image

    Raises
    ------
    ValueError
        If there is no image, the titles are too few or too many, or an image is not of red, green and blue bytes.
    """
    images = [np.asarray(image) for image in images]
    if not images or len(images) != len(titles):
        raise ValueError(f"there are {len(images)} images and {len(titles)} titles: each image needs one")
    for image in images:
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise ValueError(
                f"an image must be uint8 of shape (height, width, 3), not {image.dtype} of shape {image.shape}"
            )
    columns = columns or len(images)
    rows = -(-len(images) // columns)
    height = max(image.shape[0] / image.shape[1] for image in images) * width / columns + 0.3
    figure, axes = plt.subplots(
        rows, columns, figsize=(width, rows * height + 0.25), layout="constrained", squeeze=False
    )
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, image, title in zip(axes.flat, images, titles, strict=False):
        ax.imshow(image, interpolation="nearest")  # no colours but those of the image
        ax.set_title(title, fontsize=10)
    figure.supxlabel(credit, fontsize=8, color="#555555")
    return axes.ravel()[: len(images)]


def rgb_cube(colors, *, centers=None, ax=None):
    """Draw colours as points in the cube of red, green and blue, each in its own colour.

    Parameters
    ----------
    colors : array_like of shape (n_samples, 3)
        Red, green and blue from 0 to 255.
    centers : array_like of shape (n_clusters, 3), optional
        Drawn large, with a black edge, in their own colours.
    ax : matplotlib Axes3D, optional
        Where to draw; new Axes on the current figure if omitted.

    Returns
    -------
    matplotlib Axes3D

    Raises
    ------
    ValueError
        If there are not three columns, or values outside 0 to 255.
    """
    colors = _as_colors(colors)
    centers = np.empty((0, 3)) if centers is None else _as_colors(centers)
    ax = plt.gcf().add_subplot(projection="3d") if ax is None else ax
    ax.computed_zorder = False  # the centres are to be seen, also those inside the cloud
    ax.scatter(*colors.T, color=colors / 255, s=3, linewidths=0, depthshade=False, zorder=1)
    ax.scatter(*centers.T, color="white", s=170, linewidths=0, depthshade=False, zorder=2)
    look = {"s": 110, "edgecolors": "black", "linewidths": 1.2, "depthshade": False}
    ax.scatter(*centers.T, color=centers / 255, zorder=3, **look)
    ax.set(xlabel="red", ylabel="green", zlabel="blue", xlim=(0, 255), ylim=(0, 255), zlim=(0, 255))
    ax.set(xticks=[0, 128, 255], yticks=[0, 128, 255], zticks=[0, 128, 255])
    return ax


def _as_colors(colors):
    colors = np.asarray(colors, dtype=float)
    if colors.ndim != 2 or colors.shape[1] != 3 or not ((colors >= 0) & (colors <= 255)).all():
        raise ValueError("colours must have three columns, red, green and blue from 0 to 255")
    return colors
