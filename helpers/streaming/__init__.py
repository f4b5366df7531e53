"""k-means over a Parquet file, or a folder of them, larger than memory, on this machine or a Dask cluster.

Lloyd's two steps are sums, and sums add up: each row group gives the sum and the count of the rows nearest to each
centre, whoever computes it. `parquet` reads and checks row groups, `passes` sums one and has many summed, `starting`
chooses the first centres, `lloyd` repeats passes until they settle, `labelling` writes each row's nearest,
`checkpoint` keeps each pass.
"""

from helpers.streaming.labelling import assign
from helpers.streaming.lloyd import Result, fit
from helpers.streaming.parquet import DataError, describe
from helpers.streaming.passes import Progress

__all__ = ["DataError", "Progress", "Result", "assign", "describe", "fit"]
