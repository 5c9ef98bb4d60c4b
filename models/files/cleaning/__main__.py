"""The program: a file on its input, the clean one on its output, and what came of it as JSON on its error output."""

import errno
import json
import os
import resource

from models.files.cleaning.refusal import RefusedError
from models.kit.codes import ErrorCode

MEMORY = 1024 * 1024 * 1024  # bytes of address space
CPU = 10  # seconds
WRITTEN = 64 * 1024 * 1024  # bytes
OPEN_FILES = 64


def _bound() -> None:
    """Take away what is not needed: after this the program cannot grow, go on for ever, or fill the disk."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def _clean() -> str:
    from models.files.cleaning import formats

    with open(0, "rb", closefd=False) as source, open(1, "wb", closefd=False) as target:
        found = formats.format_of(source)
        if found is formats.Format.PDF:
            from models.files.cleaning import pdfs

            return pdfs.clean(source, target)
        from models.files.cleaning import images

        return images.clean(source, target, found)


def _outcome() -> dict[str, str]:
    try:
        return {"media_type": _clean()}
    except RefusedError as refusal:
        return {"refused": refusal.code}
    except MemoryError:
        return {"refused": ErrorCode.FILE_TOO_COMPLEX}
    except OSError as error:
        grown = error.errno in (errno.EFBIG, errno.ENOMEM)
        return {"refused": ErrorCode.FILE_TOO_COMPLEX if grown else ErrorCode.FILE_UNREADABLE}
    except Exception:  # noqa: BLE001 - whatever a decoder stumbles over, the file cannot be read
        return {"refused": ErrorCode.FILE_UNREADABLE}


def main() -> None:
    """Clean one file."""
    answer = os.dup(2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # decoders complain there, in words of the file
    _bound()
    os.write(answer, json.dumps(_outcome()).encode())


main()
