"""Put a figure or an animation on the page, with a description for readers who cannot see it."""

import gc
import io
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from IPython import get_ipython
from IPython.display import display
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
MIN_DESCRIPTION = 20
MAX_SECONDS = 5  # what moves longer must have a button to stop it (WCAG 2.2, criterion 2.2.2)
DPI = 100
JPEG = {"quality": 85, "subsampling": 0}  # full resolution of colour

if get_ipython() is not None:
    # Now and then Python looks through all its objects for garbage. In a kernel full of libraries that takes 0.15 s:
    # too long in the middle of a live control. What is loaded by now stays to the end, so leave it out.
    gc.freeze()


def show(description, *, photo=False):
    """Display the current figure with a description for readers who cannot see it, and close it.

    The description travels with the picture as its alternative text: in the notebook's file, and on pages made from it.

    Parameters
    ----------
    description : str
        What a reader who cannot see the figure should know; at least 20 characters.
    photo : bool
        Whether the figure shows photographs: it is stored as JPEG then, a third of the size of PNG.

    Raises
    ------
    ValueError
        If the description is too short, or there is no figure to show.
    """
    _check(description)
    if not plt.get_fignums():
        raise ValueError("there is no figure to show: draw one in this cell first")
    figure = plt.gcf()
    picture = io.BytesIO()
    # without the software's name the file is the same wherever the drawing is
    look = {"format": "jpeg", "pil_kwargs": JPEG} if photo else {"format": "png", "metadata": {"Software": None}}
    figure.savefig(picture, dpi=DPI, bbox_inches="tight", **look)
    plt.close(figure)
    _display("image/jpeg" if photo else "image/png", picture, description)


def show_picture(path, description):
    """Display a PNG file of the course, with a description for readers who cannot see it.

    Parameters
    ----------
    path : str
        Within the course's folder.
    description : str
        What a reader who cannot see the picture should know; at least 20 characters.

    Raises
    ------
    ValueError
        If the description is too short.
    OSError
        If there is no such file.
    """
    _check(description)
    _display("image/png", io.BytesIO((ROOT / path).read_bytes()), description)


def show_animation(draw, frames, description, *, figsize=(5, 4), seconds=MAX_SECONDS):
    """Display an animation that plays once and stops at its last frame.

    It is a GIF, which needs no script. Pages that show none show the description instead: put the frames beside it.

    Parameters
    ----------
    draw : callable
        ``draw(frame)`` draws one frame on the current figure, which is empty.
    frames : sequence
        What `draw` is called with, one after the other.
    description : str
        What a reader who cannot see the animation should know; at least 20 characters.
    figsize : tuple of two float
        Width and height of a frame in inches.
    seconds : float
        How long all of it takes, more than 0 and at most 5.

    Raises
    ------
    ValueError
        If the description is too short, there is no frame, or the time is out of range.
    """
    _check(description)
    if not len(frames) or not 0 < seconds <= MAX_SECONDS:
        raise ValueError(f"an animation needs frames, and takes at most {MAX_SECONDS} seconds")
    images = [_render(draw, frame, figsize) for frame in frames]
    # one palette for all frames: colours must not flicker
    palette = Image.fromarray(np.vstack([np.asarray(image) for image in images])).quantize(48)
    images = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    picture = io.BytesIO()
    # without `loop` it plays once
    duration = int(1000 * seconds / len(images))
    images[0].save(picture, format="GIF", save_all=True, append_images=images[1:], duration=duration)
    _display("image/gif", picture, description)


def _check(description):
    if not isinstance(description, str) or len(description.strip()) < MIN_DESCRIPTION:
        raise ValueError(f"say in at least {MIN_DESCRIPTION} characters what the figure shows")


def _render(draw, frame, figsize):
    figure = plt.figure(figsize=figsize, dpi=DPI, layout="constrained")
    try:
        draw(frame)
        figure.canvas.draw()
        return Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB")
    finally:
        plt.close(figure)


def _display(kind, picture, description):
    bundle = {kind: picture.getvalue(), "text/plain": description}
    display(bundle, raw=True, metadata={kind: {"alt": description}})
