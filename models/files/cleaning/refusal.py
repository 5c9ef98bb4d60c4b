"""Why a file is not taken."""

from models.kit.codes import ErrorCode


class RefusedError(Exception):
    """A file is not taken, with one of the codes FILE_…"""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code)
        self.code = code
