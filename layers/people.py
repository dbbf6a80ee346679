"""Who there is, who answers for a place, and whom to suggest for a task, with the reason in words."""

from collections.abc import Sequence
from datetime import date

from layers.domain import flow
from layers.domain.things import Duty, Located, Party, Suggestion
from layers.store import queries_people as ask
from layers.store.connection import Connection
from layers.words import t
from layers.workspace import Workspace

# Who is nearest to the work comes first.
_ORDER = ("full_time", "part_time", "section_chief", "building_leader", "leader", "lead", "co")


def parties(ws: Workspace) -> list[Party]:
    """Return teams, persons and departments with the number of their open tasks."""
    return [
        Party(row["kind"], row["uuid"], row["name"], row["post"], row["open_tasks"])
        for row in ask.parties(ws.store.read())
    ]


def name_of(ws: Workspace, actor: str | None) -> str:
    """Return how an actor is shown: the party's name, or the post's."""
    return naming(ws.store.read())(actor)


class naming:  # noqa: N801 - reads as a verb where it is used
    """Shows actors by name; holds the names for as long as one answer is put together."""

    def __init__(self, db: Connection) -> None:
        self._names = ask.names(db)

    def __call__(self, actor: str | None) -> str:
        """Return the name of a party's uuid, of a post, or the text itself; empty for nobody."""
        if not actor:
            return ""
        if actor in flow.POSTS:
            return t(f"tasks.post_{actor}")
        return self._names.get(actor, actor)


def duties(
    ws: Workspace, grids: Sequence[tuple[str, str]], road: tuple[str, str] | None, place: tuple[str, str] | None
) -> tuple[Duty, ...]:
    """Return who answers today for grids, a section and a place, each given as (uuid, name), the nearest first."""
    where = dict(grids)
    where.update([pair for pair in (road, place) if pair is not None])
    found = ask.duties(
        ws.store.read(),
        [uuid for uuid, _ in grids],
        road[0] if road else None,
        place[0] if place else None,
        date.today().isoformat(),
    )
    depth = {uuid: i for i, (uuid, _) in enumerate(grids)}
    ranked = sorted(
        found,
        key=lambda row: (depth.get(row["grid_uuid"], -1), _ORDER.index(row["role"]), row["name"]),
    )
    return tuple(
        Duty(
            Party(row["party_kind"], row["party_uuid"], row["name"], row["post"]),
            row["role"],
            where.get(row["grid_uuid"] or row["road_uuid"] or row["place_uuid"], ""),
            row["category"],
        )
        for row in ranked
    )


def suggest(located: Located, category: str | None) -> list[Suggestion]:
    """Return whom to give a task to, the best first, each with its reason.

    A duty that names the category comes first (网格 × 类别), then whoever answers for the deepest grid.
    A duty bound to another category is left out. Nothing is ever assigned by itself.
    """
    fitting = [duty for duty in located.duties if not duty.category or (category or "").startswith(duty.category)]
    fitting.sort(key=lambda duty: not duty.category)
    found: dict[str, Suggestion] = {}
    for duty in fitting:
        role = t(f"tasks.role_{duty.role}")
        key = "tasks.because_category" if duty.category else "tasks.because_place"
        found.setdefault(duty.party.uuid, Suggestion(duty.party, t(key, where=duty.where, role=role)))
    return list(found.values())
