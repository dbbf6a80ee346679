"""Walks the text of a GeoJSON file piece by piece: members of the top object and one feature after the other."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from layers.errors import SourceError

MAX_PIECE = 64_000_000  # characters of one feature, some two million vertices
_CHUNK = 1 << 20
_BLANK = " \t\n\r\x1e\ufeff"  # with the record separator of GeoJSON text sequences
_DECODER = json.JSONDecoder(strict=False)


class _Text:
    """The part of the file that is being looked at; lives as long as the file is open."""

    def __init__(self, file: TextIO, name: str) -> None:
        self._file, self._name = file, name
        self._buffer, self._at, self._ended = "", 0, False
        self._read = 0

    def _more(self) -> bool:
        """Read as much again as is waiting (so that a long piece is not parsed over and over)."""
        if self._ended:
            return False
        waiting = len(self._buffer) - self._at
        if waiting > MAX_PIECE:
            raise SourceError("geojson_too_long", path=self._name, limit=MAX_PIECE // 1_000_000)
        try:
            text = self._file.read(max(_CHUNK, waiting))
        except UnicodeDecodeError as error:
            raise SourceError("encoding_wrong", path=self._name, encoding=error.encoding) from None
        self._ended = not text
        self._read += len(text)
        self._buffer, self._at = self._buffer[self._at :] + text, 0
        return bool(text)

    def peek(self) -> str:
        """Return the next character that is not blank, "" at the end."""
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _BLANK:
                    return self._buffer[self._at]
                self._at += 1
            if not self._more():
                return ""

    def take(self, wanted: str) -> None:
        """Step over one expected character."""
        if self.peek() != wanted:
            self.broken()
        self._at += 1

    def value(self) -> Any:
        """Return the next JSON value, whole."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except RecursionError:
                raise SourceError("geojson_too_deep", path=self._name) from None
            except ValueError:  # also of a number with thousands of digits
                if not self._more():
                    self.broken()
                continue
            # A value that ends where the buffer ends may go on: 12|34.
            if end == len(self._buffer) and self._more():
                continue
            self._at = end
            return value

    def broken(self) -> None:
        """Raise the error of a text that is not JSON, with its place."""
        at = self._read - len(self._buffer) + self._at + 1
        raise SourceError("geojson_broken", path=self._name, position=at)


def walk(path: Path, encoding: str, errors: str = "strict") -> Iterator[tuple[str, Any]]:
    """Yield (name, value) of a GeoJSON file in its order; every feature comes as ``("feature", value)``.

    Knows a FeatureCollection (streamed), a Feature, a bare geometry, an array of features, and text
    sequences (one feature after the other). Other members of a collection come under their own name.
    Values are what ``json`` makes of them and are not checked. Memory is bounded by one feature.
    Raises ``SourceError`` for a text that is broken, cut off, too deep, or not of that encoding.
    """
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        text = _Text(file, path.name)
        if text.peek() == "[":
            yield from _array(text)
        else:
            while text.peek():
                yield from _top(text)
                if text.peek() == ",":
                    text.take(",")
        if text.peek():
            text.broken()


def _array(text: _Text) -> Iterator[tuple[str, Any]]:
    text.take("[")
    while text.peek() != "]":
        yield "feature", text.value()
        if text.peek() != "]":
            text.take(",")
    text.take("]")


def _top(text: _Text) -> Iterator[tuple[str, Any]]:
    """Walk one object at the top: members of a collection one by one, a feature or geometry as a whole."""
    text.take("{")
    whole: dict[str, Any] = {}
    streamed = False
    while text.peek() != "}":
        if text.peek() != '"':
            text.broken()
        key = text.value()
        text.take(":")
        if key == "features" and text.peek() == "[":
            streamed = True
            yield from _array(text)
        else:
            whole[key] = text.value()
        if text.peek() != "}":
            text.take(",")
    text.take("}")
    if not streamed and whole.get("type") != "FeatureCollection":
        feature = whole if whole.get("type") == "Feature" else {"properties": {}, "geometry": whole}
        yield "feature", feature
    yield from ((key, value) for key, value in whole.items() if key == "crs")
