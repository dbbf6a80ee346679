"""Imports a sheet of people: persons, and the departments, teams and duties that their rows name."""

from typing import Any

from layers import exchange_uuids
from layers.domain.tables import Problem
from layers.errors import Refused
from layers.exchange_reading import Columns, Plan, Reading, Tally, slices, text
from layers.exchange_rows import lookups
from layers.store import bulk, intake
from layers.store.journal import Writing

_PERSON = ("uuid", "name", "post", "department_uuid", "phone", "active", "note")
_DUTY = ("uuid", "party_kind", "party_uuid", "role", "grid_uuid", "road_uuid", "category", "from_on", "to_on")


class _Names:
    """Finds departments or teams by name and makes the missing ones; holds what is new until it is inserted."""

    def __init__(self, known: dict[str, str], fresh: Any) -> None:
        self._known = known
        self._fresh = fresh
        self.new: list[tuple[str, str]] = []

    def uuid(self, name: str | None) -> str | None:
        if not name:
            return None
        if name not in self._known:
            self._known[name] = next(self._fresh)
            self.new.append((self._known[name], name))
        return self._known[name]


def run(plan: Plan, writing: Writing) -> Tally:
    """Insert the persons of the layer with what they belong to, as one batch of the open step.

    A person of the same name in the same department is there already and is skipped. Columns that we have
    none for go into the note.
    """
    tally = Tally()
    db = writing.db
    fresh = exchange_uuids.fresh(max(plan.layer.count, 100))
    found = lookups(writing, "people")
    found.pop("department")  # a department that is not there is made, not refused
    reading = Reading(plan, tally, found)
    departments = _Names(intake.named(db, "department", ("uuid", "code", "name")), fresh)
    teams = _Names(intake.named(db, "team", ("uuid", "name")), fresh)
    here = intake.persons(db)
    persons: list[tuple[Any, ...]] = []
    members: list[tuple[Any, ...]] = []
    duties: list[tuple[Any, ...]] = []
    for part in slices(plan):
        columns, rest = reading.columns(part)
        for i, row in enumerate(part.rows):
            name = _at(columns, "name", i)
            if not name:
                tally.skipped += 1
                tally.say(Problem(row, "exchange.no_name", {}))
                continue
            department = departments.uuid(_at(columns, "department", i))
            uuid = here.get((name, department))
            if uuid is None:
                uuid = here[name, department] = next(fresh)
                active = _at(columns, "active", i)
                note = _note(_at(columns, "note", i), rest.row(i))
                post, phone = _at(columns, "post", i), _at(columns, "phone", i)
                persons.append((uuid, name, post, department, phone, 1 if active is None else active, note))
                team = teams.uuid(_at(columns, "team", i))
                if team:
                    members.append((next(fresh), team, uuid))
            else:
                tally.skipped += 1
            duty = _duty(columns, i, uuid, next(fresh))
            if duty and not intake.has_duty(db, uuid, duty[4], duty[5]):
                duties.append(duty)
    if not persons and not duties and not tally.skipped:
        raise Refused("import_nothing", path=plan.source.path.name)
    bulk.insert(writing, "department", ("uuid", "name"), departments.new)
    bulk.insert(writing, "team", ("uuid", "name"), teams.new)
    tally.added = bulk.insert(writing, "person", _PERSON, persons)
    bulk.insert(writing, "team_member", ("uuid", "team_uuid", "person_uuid"), members)
    bulk.insert(writing, "duty", _DUTY, duties)
    return tally


def _at(columns: Columns, name: str, i: int) -> Any:
    values = columns.get(name)
    return None if values is None else values[i]


def _note(note: str | None, rest: dict[str, Any]) -> str | None:
    parts = [note or "", *(f"{name}：{text(value)}" for name, value in rest.items())]
    return "；".join(part for part in parts if part) or None


def _duty(columns: Columns, i: int, person: str, uuid: str) -> tuple[Any, ...] | None:
    """Return the duty that a row names, None when it names neither grid nor section."""
    grid, road = _at(columns, "grid", i), _at(columns, "road", i)
    if grid is None and road is None:
        return None
    role = _at(columns, "role", i) or ("section_chief" if grid is None else "full_time")
    category = _at(columns, "category", i)
    return uuid, "person", person, role, grid, road, category, _at(columns, "from_on", i), _at(columns, "to_on", i)
