"""The one search box: names, codes, roads, task numbers, and their pinyin, in full or by its initials."""

import gc
import re
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property, lru_cache
from itertools import islice
from weakref import WeakKeyDictionary

import numpy as np

from layers import cards, coordinates
from layers.domain.things import Hit
from layers.store import queries_search as ask
from layers.store import text_sieve
from layers.store.queries_map import last_change
from layers.workspace import Workspace

MOST_SPELT = 30_000  # different names of one table whose pinyin is known; a city's cameras need none
_MOST_TRIED = 500  # lines looked at more closely for each way of fitting
_ORDER = {"grid": 0, "place": 1, "road_section": 2, "task": 3, "facility": 4}


class Names:
    """All names of one table as one text, a line each, which is searched as fast as memory is read.

    Lives until the table changes. A line is ``code TAB name TAB more``, folded as what is typed is folded. UTF-8, in
    which a letter is never found inside another: two thirds of the room of Python's own text.
    """

    def __init__(self, slices: Iterable[tuple[list[int], str]], revision: int) -> None:
        self.revision = revision
        self.fids = array("q")
        text = bytearray(b"\n")
        # Slice by slice: a million rows as Python objects would take ten times the room of their text.
        for fids, lines in slices:
            self.fids.extend(fids)
            text += _folded(lines).encode(errors="surrogatepass") + b"\n"
        self.text = bytes(text) if len(self.fids) else b""
        # Where each line begins; folding may have changed its length, so they are counted afterwards.
        self.ends = np.flatnonzero(np.frombuffer(self.text, dtype="u1") == ord("\n")).astype("u4")

    def line(self, number: int) -> tuple[str, str, str]:
        """Return (code, name, more) of a line, folded."""
        line = self.text[int(self.ends[number]) + 1 : int(self.ends[number + 1])]
        code, name, more = line.decode(errors="surrogatepass").split("\t")
        return code, name, more

    def holding(self, *patterns: str) -> list[int]:
        """Return the numbers of lines that hold any of the patterns, the first hundreds for each."""
        return list(dict.fromkeys(number for pattern in patterns for number in self._lines(pattern)))

    def _lines(self, pattern: str) -> Iterator[int]:
        wanted = pattern.encode(errors="surrogatepass")
        at = self.text.find(wanted)
        for _ in range(_MOST_TRIED):
            if at < 0:
                return
            # A pattern that begins with the line break before its line is found on that break.
            number = int(np.searchsorted(self.ends, at, side="right")) - 1
            yield number
            at = self.text.find(wanted, int(self.ends[number + 1]))

    @cached_property
    def spelt(self) -> "dict[str, tuple[str, str]]":
        """The pinyin of the different names, as far as they are not too many."""
        found: dict[str, tuple[str, str]] = {}
        for number in range(len(self.fids)):
            name = self.line(number)[1]
            if name not in found:
                if len(found) == MOST_SPELT:
                    break
                found[name] = pinyin(name)
        return found

    def sounding(self, wanted: str) -> list[int]:
        """Return the numbers of lines whose name's pinyin holds the letters."""
        alike = [
            (not letters.startswith(wanted), not whole.startswith(wanted), len(name), name)
            for name, (letters, whole) in self.spelt.items()
            if wanted in letters or whole.startswith(wanted)
        ]
        lines = (number for *_, name in sorted(alike) for number in self._lines(f"\t{name}\t"))
        return list(islice(lines, _MOST_TRIED))


_known: "WeakKeyDictionary[Workspace, dict[str, Names]]" = WeakKeyDictionary()


def _names(ws: Workspace, table: str) -> Names:
    kept = _known.setdefault(ws, {})
    db = ws.store.read()
    revision = last_change(db, table)
    found = kept.get(table)
    if found is None or found.revision != revision:
        found = kept[table] = Names(ask.names(db, table), revision)
    return found


def prepare(ws: Workspace) -> bool:
    """Make the next part of what a search for words in many tasks goes through; returns whether there may be more.

    A part takes about a second; without it a search looks at every task.
    """
    return text_sieve.refresh(ws.store.read())


def find(ws: Workspace, text: str, limit: int = 30) -> list[Hit]:
    """Return what fits a text best: whole codes and names first, then beginnings, then parts, then pinyin.

    Full-width letters and digits, and upper and lower case, are the same. Sections of one road come once.
    A coordinate is offered before all else, in each system that it may be meant in (`layers.coordinates`).
    """
    wanted = _fold(_one_line(text))
    if not wanted:
        return []
    db = ws.store.read()
    ranked = sorted(line for table in ask.NAMED for line in _ranked(_names(ws, table), table, wanted))
    found: list[Hit] = []
    for *_, table, fid in ranked[:limit]:
        uuid = ask.uuid_of(db, table, fid)
        hit = cards.hit(ws, table, uuid) if uuid else None
        found += [hit] if hit else []
    tasks = [hit for uuid in ask.tasks(db, wanted, limit) if (hit := cards.hit(ws, "task", uuid))]
    # A number is meant as a task; a word rather as a place.
    found = tasks + found if wanted.replace("-", "").isdigit() else found + tasks
    return [*coordinates.find(ws, text), *found][:limit]


def _ranked(names: Names, table: str, wanted: str) -> Iterator[tuple[int, int, int, str, int]]:
    """Yield (rank, table's place, length of the name, table, fid) of what fits, the best not always first."""
    letters = wanted.isascii() and wanted.isalpha()
    near = names.holding(f"\n{wanted}\t", f"\t{wanted}\t", f"-{wanted}\t", f"\n{wanted}", f"\t{wanted}", wanted)
    roads: set[str] = set()
    for number in dict.fromkeys(near + (names.sounding(wanted) if letters else [])):
        code, name, more = names.line(number)
        rank = _rank(wanted, code, name, more, names.spelt.get(name) if letters else None)
        if rank is None or (table == "road_section" and name in roads):
            continue
        roads.add(name)
        yield rank, _ORDER[table], len(name), table, names.fids[number]


def _one_line(text: str) -> str:
    return " ".join(text.split())


_BLANKS = re.compile(r"\s+")
_ENDS = str.maketrans({ask.PART: "\t", ask.LINE: "\n"})


def _folded(lines: str) -> str:
    """Fold many lines at once: blanks of any kind go, what stood between parts and lines becomes tab and line break."""
    return _fold(_BLANKS.sub("", lines)).translate(_ENDS)


def _fold(text: str) -> str:
    """Return a text as it is compared: compatible forms made one, lower case, without blanks."""
    return unicodedata.normalize("NFKC", text).lower().replace(" ", "")


def _rank(wanted: str, code: str, name: str, more: str, spelt: tuple[str, str] | None) -> int | None:
    if wanted in (code, name) or code.endswith("-" + wanted):
        return 0
    if name.startswith(wanted) or code.startswith(wanted):
        return 1
    if wanted in name or wanted in code or wanted in more:
        return 2
    if spelt is not None:
        letters, whole = spelt
        for rank, there in ((3, letters.startswith(wanted)), (4, whole.startswith(wanted)), (5, wanted in letters)):
            if there:
                return rank
    return None


@cache
def _speller() -> Callable[[str], list[str]]:
    """Load pypinyin: two hundred thousand lists that never go. Walking them stops every thread for a fifth of a second,
    so the collector is told to leave them alone.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        from pypinyin import lazy_pinyin

        lazy_pinyin("中")
    finally:
        gc.freeze()
        if running:
            gc.enable()
    return lazy_pinyin


@lru_cache(maxsize=200_000)
def pinyin(name: str) -> tuple[str, str]:
    """Return the initials and the whole of a name's pinyin, lower case: 中山东路 -> (zsdl, zhongshandonglu)."""
    syllables = [part.lower() for part in _speller()(name)]
    return "".join(part[:1] for part in syllables), "".join(syllables).replace(" ", "")
