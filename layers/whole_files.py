"""Files that appear whole or not at all: written beside their place under another name, and moved there at the end."""

import contextlib
import errno
import os
import uuid
from pathlib import Path

from layers.errors import SourceError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that appears whole or not at all, with the rights of any new file.

    Raises ``SourceError`` if the folder cannot be written or the disk is full; then nothing is left beside it.
    """
    partial = path.with_name(f".gewu-{uuid.uuid4().hex}{path.suffix}")
    try:
        with partial.open("xb") as file:
            file.write(data)
        os.replace(partial, path)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise SourceError("disk_full" if full else "read_only", path=path) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
