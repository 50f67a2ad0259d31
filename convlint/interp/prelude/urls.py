# mypy: ignore-errors
"""What `urllib.parse` makes of an address, as convlint interprets it.

This file is read as text and interpreted; convlint never imports it.
"""

from collections import namedtuple
from os import _is_unknown
from urllib.parse import _parsed, _part, _split, _whole


class SplitResult(namedtuple("SplitResult", "scheme netloc path query fragment")):
    def _split(self):
        return tuple(self)

    hostname = property(lambda self: _part(self._split(), "hostname"))
    port = property(lambda self: _part(self._split(), "port"))
    username = property(lambda self: _part(self._split(), "username"))
    password = property(lambda self: _part(self._split(), "password"))

    def geturl(self):
        scheme, netloc, path, query, fragment = self._split()
        return _whole((scheme, netloc, path, "", query, fragment))


class ParseResult(namedtuple("ParseResult", "scheme netloc path params query fragment")):
    def _split(self):
        return self[:3] + self[4:]

    hostname = SplitResult.hostname
    port = SplitResult.port
    username = SplitResult.username
    password = SplitResult.password

    def geturl(self):
        return _whole(tuple(self))


def urlparse(url, scheme="", allow_fragments=True):
    parts = _parsed(url, scheme, allow_fragments)
    return parts if _is_unknown(parts) else ParseResult(*parts)


def urlsplit(url, scheme="", allow_fragments=True):
    parts = _split(url, scheme, allow_fragments)
    return parts if _is_unknown(parts) else SplitResult(*parts)
