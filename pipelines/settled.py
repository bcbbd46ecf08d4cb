"""Whether a folder is being written to: files that are still on their way are waited for, not read."""

import hashlib
import os
import time
from pathlib import Path

_LONGEST_WAIT = 60


class StillChanging(RuntimeError):
    """Files in the folder were still being written after a long wait; the message names some."""


def signature(raw: Path) -> dict[str, str]:
    """Return what the file system says about each file that a build would look at.

    It differs after every change, also one that keeps size and time of change (``cp -p``), and costs no
    reading.
    """
    found = {}
    for entry in os.scandir(raw):
        if not entry.name.startswith("."):
            try:
                stat = entry.stat()
            except OSError:  # a link to nowhere, or removed since
                found[entry.name] = ""
            else:
                found[entry.name] = f"{stat.st_ino} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}"
    return found


def digest(signature_of_folder: dict[str, str]) -> str:
    """Return a hash of a signature."""
    entries = sorted((os.fsencode(name), value.encode()) for name, value in signature_of_folder.items())
    return hashlib.sha256(b"\n".join(part for entry in entries for part in entry)).hexdigest()


def wait_until_settled(raw: Path, seconds: float, longest: float = _LONGEST_WAIT) -> dict[str, str]:
    """Return the signature of ``raw`` once it has been the same for ``seconds``.

    Raises StillChanging if it goes on changing for ``longest`` seconds.
    """
    deadline = time.monotonic() + longest
    seen = signature(raw)
    while seconds and _is_fresh(raw, seconds):
        time.sleep(seconds)
        now = signature(raw)
        if now == seen:
            break
        if time.monotonic() > deadline:
            raise StillChanging(f"{', '.join(changes(seen, now))}: still being written; nothing was read")
        seen = now
    return seen


def _is_fresh(raw: Path, seconds: float) -> bool:
    """Say whether something in ``raw`` was changed in the last ``seconds``, or by its clock in the future."""
    files = [raw, *(entry for entry in raw.iterdir() if entry.exists())]
    return any(time.time() - file.stat().st_ctime < seconds for file in files)


def changes(before: dict[str, str], after: dict[str, str], most: int = 3) -> list[str]:
    """Return the names of the first few files that differ."""
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return [ascii(name)[1:-1] if not name.isprintable() else name for name in names[:most]]
