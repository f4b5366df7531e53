"""One bar for all steps of a report, on a terminal's stderr."""

from tqdm import tqdm


class Bar:
    """A bar that steps share.

    Parameters
    ----------
    total : int
        Pieces of work, about.
    """

    def __init__(self, total):
        self._bar = tqdm(total=total, disable=None, leave=False, bar_format="{l_bar}{bar}| {elapsed}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._bar.close()

    def step(self, said):
        """Say what is done next; it counts as a piece."""
        self._bar.set_description(said)
        self._bar.update()

    def over(self, pieces):
        """Give pieces of work one after the other, and move on after each."""
        for piece in pieces:
            yield piece
            self._bar.update(min(1, self._bar.total - self._bar.n))
