"""A Dask cluster that can do the work: it answers, has workers, and these run what runs here."""

import hashlib
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

REACHED, JOINED = 5, 10  # seconds in which a scheduler has to answer, and a worker has to be there
ALIKE = ("numpy", "pyarrow", "scipy")


class ClusterError(RuntimeError):
    """A cluster cannot do it; the message says what to do there."""


@contextmanager
def connect(address):
    """Give a Dask client of the scheduler at an address, whose workers are there and have this process's versions."""
    from distributed import Client  # here: it takes a second to import

    try:
        client = Client(address, timeout=REACHED, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise ClusterError(f"the Dask cluster at {address} cannot be reached ({str(error)[:200]}); start it") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=JOINED)
        except TimeoutError:
            said = f"the Dask scheduler at {address} has had no workers for {JOINED} s"
            raise ClusterError(f"{said}; start some with: dask worker {address}") from None
        for worker, found in client.run(versions, on_error="return").items():
            _check(worker, found)
        yield client


def versions():
    """Give what has to be the same on workers: versions of libraries, and a digest of this folder's own code."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return {"helpers": hashlib.sha256(code).hexdigest()[:8]} | {name: version(name) for name in ALIKE}


def _check(worker, found):
    if isinstance(found, Exception):
        said = f"the Dask worker {worker} cannot import helpers ({str(found)[:200]})"
        raise ClusterError(f"{said}; install there what is installed here, and start it anew")
    other = [f"{name} {found[name]}, and {here} here" for name, here in versions().items() if found[name] != here]
    if other:
        raise ClusterError(f"the Dask worker {worker} has {'; '.join(other)}; install the same, and start it anew")
