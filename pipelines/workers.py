"""Processes that load what is slow to import while the main one does something else.

Great Expectations takes nine seconds to import and dbt four; in a process each, that time passes while
Dagster starts and texts are read. It also keeps them to themselves: dbt's open DuckDB file is closed for sure
when its process is told to, and neither's settings reach the other.
"""

import contextlib
import importlib
import os
import signal
import traceback
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import ParamSpec, Self, TypeVar, cast

from pipelines.preloaded import connect

P = ParamSpec("P")
R = TypeVar("R")

_SECONDS_TO_END = 5


class WorkerError(RuntimeError):
    """A call failed in a worker. ``details`` is the traceback there."""

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details


class Worker:
    """A process with ``module`` imported, which runs one call at a time. It ends with its maker.

    In the service it is forked from the one that has the libraries loaded (see ``preloaded``).
    """

    def __init__(self, module: str) -> None:
        preloaded = connect()
        self._process = None
        if preloaded:
            self._connection = preloaded
            return
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, module), daemon=True)
        self._process.start()
        theirs.close()

    def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return ``function(*args, **kwargs)`` from the worker; all of it must be picklable.

        Raises WorkerError for any exception there, and if the process died.
        """
        try:
            self._connection.send((function, args, kwargs))
            succeeded, result = self._connection.recv()
        except (EOFError, OSError) as error:
            raise WorkerError(f"the process for {function.__module__} ended unexpectedly") from error
        if not succeeded:
            raise WorkerError(*result)
        return cast(R, result)

    def close(self) -> None:
        """Tell the process to end, which it does once it is done with its call."""
        self._connection.close()

    def join(self) -> None:
        """Wait until the process has ended, not for ever."""
        if self._process:
            self._process.join(_SECONDS_TO_END)
            self._process.terminate()


class Workers:
    """The processes of a build: ``quality`` runs Great Expectations, ``dbt`` runs dbt."""

    def __init__(self) -> None:
        self.quality = Worker("great_expectations")
        self.dbt = Worker("dbt.cli.main")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        for worker in (self.quality, self.dbt):
            worker.close()
        for worker in (self.quality, self.dbt):
            worker.join()


def _serve(connection: Connection, module: str) -> None:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    importlib.import_module(module)
    answer_calls(connection)


def answer_calls(connection: Connection) -> None:
    """Do what is asked for through ``connection``, call after call, until its other end is closed."""
    # Ctrl-C reaches every process of the terminal; the main one reports it and ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nobody is left to answer when the main process has died or closed its end.
    with contextlib.suppress(EOFError, OSError):
        while True:
            connection.send(_answer(*connection.recv()))


def _answer(
    function: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]
) -> tuple[bool, object]:
    try:
        return True, function(*args, **kwargs)
    except Exception as error:  # whatever it is, it is raised again on the other side
        return False, (f"{type(error).__name__}: {error}", traceback.format_exc())
