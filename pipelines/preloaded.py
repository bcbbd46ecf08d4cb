"""A process with the slow libraries loaded, from which the service forks the processes of its runs.

Dagster, dbt and Great Expectations take ten seconds of a processor to import; a run in the service starts in
none. The project's own code is not loaded before the fork: a run always works with the code that is there.
The process listens on a socket in a folder that is its owner's alone; ``workers`` has the other end.
"""

import ctypes
import importlib
import os
import signal
import socket
import sys
from multiprocessing.connection import Connection
from pathlib import Path

VARIABLE = "ESG_PRELOADED"
_MODULES = ("dagster", "dagster._cli.api", "dagster_dbt", "dbt.cli.main", "great_expectations", "polars")


def connect() -> Connection | None:
    """Return a connection to a new process (see ``workers.answer_calls``), None if nobody listens."""
    address = os.environ.get(VARIABLE)
    if not address:
        return None
    client = socket.socket(socket.AF_UNIX)
    try:
        client.connect(address)
    except OSError:
        client.close()
        return None
    return Connection(client.detach())


def end_with_parent() -> None:
    """Have Linux end this process when its parent is killed: it would keep the port, the queue, the lock."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def main(address: str) -> None:
    """Fork a process for each connection to the socket ``address``, until told to end."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    Path(address).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()  # who connects already waits for the imports
        for module in _MODULES:
            importlib.import_module(module)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
        while True:
            client, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _serve(client)
            client.close()


def _serve(client: socket.socket) -> None:
    status = 1
    try:
        end_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        from pipelines.workers import answer_calls

        answer_calls(Connection(client.detach()))
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1])
