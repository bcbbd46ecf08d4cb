"""Processes that do one call after the other, and what becomes of calls that fail."""

import math
import os
from collections.abc import Iterator

import pytest

from pipelines.workers import Worker, WorkerError


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker("math")
    yield worker
    worker.close()
    worker.join()


def test_a_call_is_answered_by_another_process(worker: Worker) -> None:
    assert worker.call(math.sqrt, 9.0) == 3.0
    assert worker.call(os.getpid) != os.getpid()


def test_an_error_is_raised_with_its_traceback_and_the_process_goes_on(worker: Worker) -> None:
    with pytest.raises(WorkerError, match="ValueError: math domain error") as raised:
        worker.call(math.sqrt, -1.0)
    assert "Traceback" in raised.value.details
    assert worker.call(math.sqrt, 4.0) == 2.0


def test_a_process_that_dies_is_an_error() -> None:
    worker = Worker("math")
    with pytest.raises(WorkerError, match="ended unexpectedly"):
        worker.call(os._exit, 3)
    worker.join()
