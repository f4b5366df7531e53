"""k-means of Spark MLlib and of dask-ml on a Parquet file: ``python -m bench.scale.peers <which> <arguments as JSON>``.

Run by the interpreter that ``BENCH_PEERS`` names, since neither is in the course's own environment; so it imports
nothing of the course. Both run as they are, with their own defaults, on two cores of this machine.
"""

import json
import sys
import time
from importlib.metadata import PackageNotFoundError, version


def versions():
    """Say what is installed here."""
    found = {}
    for name in ("pyspark", "dask-ml", "scikit-learn"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def spark(path, k, gigabytes):
    """Fit MLlib's KMeans, local[2]."""
    import pyarrow.parquet as pq
    from pyspark.ml.clustering import KMeans
    from pyspark.ml.feature import VectorAssembler
    from pyspark.sql import SparkSession

    begin = time.perf_counter()
    options = {"spark.driver.memory": f"{gigabytes}g", "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1"}
    builder = SparkSession.builder.master("local[2]")
    for key, value in options.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    ready = time.perf_counter()
    rows = session.read.parquet(path)
    together = VectorAssembler(inputCols=pq.read_schema(path).names, outputCol="features")
    model = KMeans(k=k, seed=0).fit(together.transform(rows).select("features"))
    done = time.perf_counter()
    centers, steps = [center.tolist() for center in model.clusterCenters()], model.summary.numIter
    session.stop()
    return {"seconds": done - ready, "start": ready - begin, "steps": steps, "centers": centers}


def dask_ml(path, k, gigabytes):
    """Fit dask-ml's KMeans on two threads, the rows kept in memory as it advises."""
    import dask
    import dask.array as da
    import numpy as np
    import pyarrow.parquet as pq
    from dask_ml.cluster import KMeans

    def chunk(number):
        with pq.ParquetFile(path) as file:
            return np.column_stack([column.to_numpy() for column in file.read_row_group(number).columns])

    begin = time.perf_counter()
    with pq.ParquetFile(path) as file, dask.config.set(scheduler="threads", num_workers=2):
        counts = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
        width = len(file.schema_arrow.names)
        parts = [
            da.from_delayed(dask.delayed(chunk)(number), (count, width), np.float32)
            for number, count in enumerate(counts)
        ]
        model = KMeans(n_clusters=k, random_state=0).fit(da.concatenate(parts).persist())
    took = {"seconds": time.perf_counter() - begin, "start": 0, "steps": int(model.n_iter_)}
    return took | {"centers": np.asarray(model.cluster_centers_, float).tolist()}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](**json.loads(sys.argv[2]))))
