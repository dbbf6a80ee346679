"""The field's code lists: the categories that somebody chooses from when a task is reported."""

from dataclasses import dataclass

from layers import search
from layers.store import queries_tasks as ask
from layers.workspace import Workspace


@dataclass(frozen=True)
class Category:
    """One category: its key (standard, kind, code), its name and the class above it."""

    standard: str
    kind: str
    code: str
    name: str
    path: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What `tasks.draw` takes."""
        return self.standard, self.kind, self.code


def categories(ws: Workspace, text: str = "", kind: str = "matter", limit: int = 50) -> list[Category]:
    """Return the categories (``matter`` or ``component``) that fit a text, the best first.

    A text may be a part of the name or of its class, the beginning of the code, or of the name's pinyin initials.
    Without a text they come in the order of the standard.
    """
    wanted = "".join(text.split()).lower()
    ranked: list[tuple[int, int, Category]] = []
    for number, row in enumerate(ask.categories(ws.store.read(), kind)):
        one = Category(row["standard"], row["kind"], row["code"], row["name"], row["parent"] or "")
        rank = _rank(wanted, one)
        if rank is not None:
            ranked.append((rank, number, one))
    ranked.sort(key=lambda entry: entry[:2])
    return [one for _rank_, _number, one in ranked[:limit]]


def _rank(wanted: str, one: Category) -> int | None:
    if not wanted or wanted == one.name.lower():
        return 0
    if one.name.lower().startswith(wanted) or one.code.startswith(wanted):
        return 1
    if wanted in one.name.lower():
        return 2
    if wanted.isascii() and wanted.isalpha() and search.pinyin(one.name)[0].startswith(wanted):
        return 3
    return 4 if wanted in one.path.lower() else None
