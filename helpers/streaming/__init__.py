"""k-means over a Parquet file, or a folder of them, larger than memory, on this machine or a Dask cluster.

Lloyd's two steps are sums, and sums add up: each row group gives the sum and the count of the rows nearest to each
centre, whoever computes it. `parquet` reads and checks row groups of the columns that `schemas` lets pass, `closest`
finds the nearest centres, `passes` sums a row group and has many summed, `starting` and `swapping` choose the first
centres, `lloyd` repeats passes until they settle, `labelling` writes each row's nearest, `checkpoint` keeps each pass,
`scratch` the rows as they were read. `scaling` measures in standard deviations, `cluster` finds workers that can do it,
`wording` tells what is wrong in the words of whoever asked.
"""

from helpers.preparing.reading.to_parquet import convert
from helpers.streaming.labelling import assign
from helpers.streaming.lloyd import Result, fit
from helpers.streaming.parquet import DataError, describe
from helpers.streaming.passes import Progress

__all__ = ["DataError", "Progress", "Result", "assign", "convert", "describe", "fit"]
