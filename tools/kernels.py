"""A kernel manager for papermill and nbclient whose client misses no reply.

nbclient waits for a reply and, when a live control draws meanwhile, sends on the same socket. Such a send can swallow
the signal that a reply is there: it lies unread until the time-out, or without one for ever
(https://github.com/jupyter/nbclient/issues/312). Looking again every quarter of a second finds it.
"""

import math
import os
import queue
import time

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type

INTERVAL = 0.25  # seconds

# what these kernels answer is kept: questions as text, nothing to click
os.environ.setdefault("CLUSTERING_STATIC", "1")


class Channel(AsyncZMQSocketChannel):
    """Brings the requests to the kernel, and its replies."""

    async def get_msg(self, timeout=None):
        """Return the next message; raise `queue.Empty` if none comes within `timeout` seconds."""
        end = math.inf if timeout is None else time.monotonic() + timeout
        while True:
            left = end - time.monotonic()
            try:
                return await super().get_msg(timeout=max(0, min(INTERVAL, left)))
            except queue.Empty:
                if left <= INTERVAL:
                    raise


class Client(AsyncKernelClient):
    """Talks to the kernel."""

    shell_channel_class = Type(Channel)


class Manager(AsyncKernelManager):
    """Starts the kernel, and makes its client."""

    client_factory = Type(Client, klass=AsyncKernelClient)
