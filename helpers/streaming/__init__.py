"""k-means over a Parquet file, or a folder of them, larger than memory, on this machine or a Dask cluster.

Lloyd's two steps are sums, and sums add up: each row group gives the sum and the count of the rows nearest to each
centre, whoever computes it. `parquet` reads and checks row groups, `passes` sums one and has many summed, `lloyd`
repeats that until the centres settle.
"""

from helpers.streaming.lloyd import Result, assign, fit
from helpers.streaming.parquet import DataError, describe
from helpers.streaming.passes import Progress

__all__ = ["DataError", "Progress", "Result", "assign", "describe", "fit"]
