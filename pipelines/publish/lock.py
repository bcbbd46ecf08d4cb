"""One build at a time in a folder. The operating system releases the lock when its holder dies."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO


@contextmanager
def build_lock(path: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock file ``path``. Waits while another process holds it, and says through ``say`` which."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            say(f"Waiting: {file.read() or 'another process'} is building in {path.parent}")
            fcntl.flock(file, fcntl.LOCK_EX)
        _sign(file)
        yield


@contextmanager
def lock_if_free(path: Path) -> Iterator[bool]:
    """Hold the lock file ``path`` if nobody else does, and say whether it is held."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            _sign(file)
            yield True


def _sign(file: TextIO) -> None:
    file.truncate(0)
    file.write(f"process {os.getpid()} (since {datetime.now(UTC):%H:%M:%S} UTC)")
    file.flush()
