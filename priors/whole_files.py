"""Decides how a file is written so that it is whole at any time, whatever kills the process."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""What systems say where a file cannot have two names."""


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so that it is there whole or as it was before; it is on disk when this returns.

    Where the path is a link, what it leads to is written.

    Raises:
      OSError: it cannot be written, or something else than a file is there.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file() and not path.is_dir():
        # A file that takes its name would put an end to /dev/full, or to a pipe that another process reads.
        raise OSError(errno.EINVAL, "it is not a regular file")
    with _unfinished(path, content) as unfinished:
        unfinished.replace(path)
        sync_directory(path.parent)


def write_new(path: Path, content: bytes) -> None:
    """Writes a file that is not there yet, so that it is there whole or not at all.

    Of two writers at one time one fails; on file systems without links only if a lock keeps them apart.

    Raises:
      FileExistsError: it is there; it stays as it is.
      OSError: it cannot be written; it is not there.
    """
    with _unfinished(path, content) as unfinished:
        try:
            os.link(unfinished, path)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
            unfinished.rename(path)
        try:
            sync_directory(path.parent)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        unfinished.unlink(missing_ok=True)


@contextmanager
def _unfinished(path: Path, content: bytes) -> Iterator[Path]:
    """Writes another file of the same directory to disk; it is removed if what is done with it fails."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield unfinished
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def sync_directory(path: Path) -> None:
    """Waits until the names in a directory are on disk.

    Raises:
      OSError: the directory cannot be synced.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
