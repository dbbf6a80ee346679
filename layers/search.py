"""The one search box: names, codes, roads, task numbers, and their pinyin, in full or by its initials."""

from functools import lru_cache

from layers import cards
from layers.domain.things import Hit
from layers.store import queries_search as ask
from layers.workspace import Workspace

MOST_NAMES = 200_000  # of one table; beyond, names are still found on the map
_ORDER = {"grid": 0, "place": 1, "road_section": 2, "task": 3, "facility": 4}


def find(ws: Workspace, text: str, limit: int = 30) -> list[Hit]:
    """Return what fits a text best: whole codes and names first, then beginnings, then parts, then pinyin.

    Full-width letters and digits, and upper and lower case, are the same. Sections of one road come once.
    """
    wanted = _plain(text)
    if not wanted:
        return []
    db = ws.store.read()
    ranked: list[tuple[int, int, int, str, str]] = []
    roads: set[str] = set()
    for table, uuid, code, name, more in ask.names(db, MOST_NAMES):
        rank = _rank(wanted, code, name, more)
        if rank is None:
            continue
        if table == "road_section":
            if name in roads:
                continue
            roads.add(name)
        ranked.append((rank, _ORDER[table], len(name), table, uuid))
    ranked.sort()
    found: list[Hit] = [hit for *_, table, uuid in ranked[:limit] if (hit := cards.hit(ws, table, uuid))]
    tasks = [hit for row in ask.tasks(db, wanted, limit) if (hit := cards.hit(ws, "task", row["uuid"]))]
    # A number is meant as a task; a word rather as a place.
    found = tasks + found if wanted.replace("-", "").isdigit() else found + tasks
    return found[:limit]


def _plain(text: str) -> str:
    import unicodedata

    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def _rank(wanted: str, code: str, name: str, more: str) -> int | None:
    code, plain = code.lower(), _plain(name)
    if wanted in (code, plain) or code.endswith("-" + wanted):
        return 0
    if plain.startswith(wanted) or code.startswith(wanted):
        return 1
    if wanted in plain or wanted in code or wanted in _plain(more):
        return 2
    if wanted.isascii() and wanted.isalpha():
        letters, whole = pinyin(name)
        for rank, there in ((3, letters.startswith(wanted)), (4, whole.startswith(wanted)), (5, wanted in letters)):
            if there:
                return rank
    return None


@lru_cache(maxsize=200_000)
def pinyin(name: str) -> tuple[str, str]:
    """Return the initials and the whole of a name's pinyin, lower case: 中山东路 -> (zsdl, zhongshandonglu)."""
    from pypinyin import lazy_pinyin

    syllables = [part.lower() for part in lazy_pinyin(name)]
    return "".join(part[:1] for part in syllables), "".join(syllables).replace(" ", "")
