# mypy: ignore-errors
"""Open files and `io`'s streams as convlint interprets them: what they hold is there as a whole.

This file is read as text and interpreted; convlint never imports it.
"""

from io import _lines
from os import _is_unknown


class IOBase:
    closed = False

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.closed = True

    def __iter__(self):
        rest = self._rest()
        self._at = None
        return rest if _is_unknown(rest) else iter(_lines(rest))

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def _rest(self):
        if self._at is None:
            return self._held[:0]
        return self._held if self._at == 0 else self._held[self._at :]

    def read(self, size=-1):
        rest = self._rest()
        if size is None or size < 0:
            self._at = None
            return rest
        self._at = len(self._held) if self._at is None else min(self._at + size, len(self._held))
        return rest[:size]

    def readline(self, size=-1):
        lines = _lines(self._rest())
        if _is_unknown(lines):
            return lines
        if not lines:
            return self._held[:0]
        self._at += len(lines[0])
        return lines[0]

    def readlines(self, hint=-1):
        rest = self._rest()
        self._at = None
        return _lines(rest)

    def seek(self, offset, whence=0):
        if whence == 0:
            self._at = offset
        elif whence == 1:
            self._at = (len(self._held) if self._at is None else self._at) + offset
        else:
            self._at = len(self._held) + offset
        return self._at

    def tell(self):
        return len(self._held) if self._at is None else self._at

    def close(self):
        self.closed = True

    def flush(self):
        return None

    def readable(self):
        return True

    def writable(self):
        return False

    def seekable(self):
        return True

    def isatty(self):
        return False


class TextIOBase(IOBase):
    pass


class BufferedIOBase(IOBase):
    pass


class TextIOWrapper(TextIOBase):
    def __init__(self, held, name, mode="r"):
        self._held = held
        self._at = 0
        self.name = name
        self.mode = mode


class BufferedReader(BufferedIOBase):
    def __init__(self, held, name, mode="rb"):
        self._held = held
        self._at = 0
        self.name = name
        self.mode = mode


class StringIO(TextIOBase):
    def __init__(self, initial_value="", newline="\n"):
        self._held = initial_value or ""
        self._at = 0

    def write(self, text):
        at = len(self._held) if self._at is None else self._at
        self._held = self._held[:at] + text + self._held[at + len(text) :]
        self._at = at + len(text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def getvalue(self):
        return self._held

    def truncate(self, size=None):
        self._held = self._held[: self.tell() if size is None else size]

    def writable(self):
        return True


class BytesIO(BufferedIOBase):
    def __init__(self, initial_bytes=b""):
        self._held = initial_bytes or b""
        self._at = 0

    write = StringIO.write
    writelines = StringIO.writelines
    getvalue = StringIO.getvalue
    truncate = StringIO.truncate
    writable = StringIO.writable
