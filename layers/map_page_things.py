"""What lies in the view, as the page that is sent reads it: groups of GeoJSON, signs, names, each text masked."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers import boards, cards, indicators, map_picture, shade_words, tiles
from layers.domain import clock, ground, masking, plain, symbols
from layers.domain.things import Bounds, System, TaskFilter
from layers.errors import Refused
from layers.gis import plane as planes
from layers.gis.labels import label_lines, label_points
from layers.grids import systems
from layers.indicators import Shading, Wish
from layers.map_scene import Extent
from layers.store import blob
from layers.store import queries_map as ask
from layers.store import queries_tasks as ask_tasks
from layers.tasks import status_label
from layers.words import t
from layers.workspace import Progress, Workspace

PINS, SPOTS = 3000, 20_000
FURTHER = 2  # zooms that somebody may go nearer before the lines look coarse
Json = Any


class Gathered:
    """Gathers the page's things, group by group in the order in which they are drawn."""

    def __init__(self, ws: Workspace, what: Extent, system: System | None, personal: bool) -> None:
        self.ws, self.what, self.system = ws, what, system
        self.db, self.table, self.zoom = ws.store.read(), symbols.table(), what.zoom + FURTHER
        self.mask: Callable[[Any], str] = str if personal else (lambda text: masking.prose(str(text)) or "")
        self.groups: list[Json] = []
        self.facilities: list[Json] = []
        self.pins: list[Json] = []
        self.names: list[Json] = []
        self.legend: dict[str, set[str]] = {}
        self.shading: Shading | None = None
        self.colours: dict[str, str] = {}  # of the shaded grids, by key
        self._figures: dict[str, str] = {}

    def read(self, shown: set[str], filter: TaskFilter, now: datetime | None, progress: Progress | None) -> None:
        """Read the layers that are shown."""
        parts: dict[str, Callable[[], None]] = {
            "functions": self._functions, "grid": self._grids, "place": self._places, "road": self._roads,
            "facility": self._facilities, "task": lambda: self._tasks(filter, now),
        }  # fmt: skip
        for i, (name, part) in enumerate(parts.items()):
            if progress:
                progress(i, len(parts), t(f"pictures.reading_{name}"))
            if name in shown:
                part()
        # Borders lie above roads, though what can be pressed lies below them.
        order = {"shade": -1, "area": 1, "place": 2, "casing": 3, "fill": 4, "glow": 5, "grid": 6, "picked": 7}
        self.groups.sort(key=lambda group: order.get(group["look"], 0))

    def sorted(self, layer: str) -> list[str]:
        """Return the keys of a layer's signs in the order of the symbol table."""
        order: Sequence[str] = {
            "task": [*self.table.statuses, "overdue"],
            "grid": sorted(self.table.grids, key=lambda key: -self.table.grids[key].order),
            "functions": list(self.table.functions),
            "road": list(self.table.roads),
            "place": list(self.table.places),
            "facility": list(self.table.facilities),
        }[layer]
        return [key for key in order if key in self.legend.get(layer, ())]

    def words(self, layer: str, key: str) -> str:
        """Return what a sign means."""
        if layer == "task":
            return t("window.legend_overdue") if key == "overdue" else status_label(key)
        if layer == "grid" and self.system is not None:
            tiers = self.system.tiers
            named = [one.name for one in tiers if symbols.grid_style(one.tier, len(tiers)) == key and one.name]
            return " / ".join(named) or t(f"window.grid_{key}")
        form = {"functions": "cards.function", "road": "cards.class", "place": "cards.place"}
        return t(f"{form.get(layer, 'window.facility')}_{key}")

    # -- groups ------------------------------------------------------------------------------------------

    def _add(
        self, layer: str, look: str, key: str, shapes: Any, props: Sequence[Json] | None, since: float = 0.0
    ) -> bool:
        """Add shapes of one key (in degrees, as far as they lie in the view) as one group; say if any."""
        margin = 40 * self.what.unit
        w, h = self.what.half_width + margin, self.what.half_height + margin
        fine = 0.5 * self.what.unit / 2**FURTHER
        drawn = planes.drawn(shapes, self.what.plane, (-w, -h, w, h), fine)
        keep = np.flatnonzero(~shapely.is_missing(drawn))
        if not len(keep):
            return False
        back = shapely.transform(drawn[keep], lambda xy: np.round(self.what.plane.degrees(xy), 6))
        things = [
            {"type": "Feature", "geometry": json.loads(text), "properties": {} if props is None else props[i]}
            for i, text in zip(keep.tolist(), shapely.to_geojson(back), strict=True)
        ]
        group = {
            "layer": layer, "look": look, "key": key, "from": since, "talks": props is not None,
            "things": {"type": "FeatureCollection", "features": things},
        }  # fmt: skip
        self.groups.append(group)
        if look not in ("area", "casing", "glow", "picked"):
            self.legend.setdefault(layer, set()).add(key)
        return True

    def _degrees(self) -> Bounds:
        return self.what.bounds

    def shade(self, wish: Wish, filter: TaskFilter, now: datetime | None, figures: bool) -> None:
        """Read the grids of one tier in classes by an indicator; before the rest, which gives way to them."""
        system = self.system.code if self.system else ""
        found = self.shading = indicators.shade(self.ws, system, self.what.zoom, wish, now, filter)
        if found is None:
            return
        self.colours = {key: one.of(symbols.LIGHT) for key, one in self.table.shades(len(found.classes)).items()}
        shapes, columns = ask.grids_in_box(self.db, self._degrees(), system, [found.tier])
        for key, uuids in found.fills.items():
            self._add("shade", "shade", key, shapes[np.isin(columns["uuid"], uuids)], None)
        if figures:
            for uuids, numbers in zip(found.grids, found.numbers, strict=True):
                self._figures |= dict(zip(uuids, numbers, strict=True))
        self.legend.pop("shade", None)
        self.legend["shade"] = {""}

    def shade_legend(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """Return (layer, heading, ((key, words), …)) of the shaded grids, as a list of none or one."""
        if self.shading is None:
            return []
        count = len(self.shading.classes)
        entries = [("note", one) for one in shade_words.notes(self.shading)]
        entries += [("note", t("cartography.all_zero"))] if not count else []
        for row in shade_words.rows(self.shading):
            key = f"{row.key}/{count}" if row.key else "struck"
            entries.append((key, t("boards3.class_row", range=row.words, grids=shade_words.grids(row.grids))))
        return [("shade", shade_words.title(self.shading), [(key, self.mask(words)) for key, words in entries])]

    def _functions(self) -> None:
        if self.shading is not None:
            return  # a shade is read by its colour: what else would tint the grids gives way
        own = [self.system] if self.system else []
        others = [one for one in systems(self.ws) if one is not self.system and one.kind == "base"]
        for item in [*own, *others]:
            if not item.tiers or not item.tiers[-1].count:
                continue
            shapes, columns = ask.grids_in_box(self.db, self._degrees(), item.code, [item.tiers[-1].tier])
            if not any(columns["function"]):
                continue
            if map_picture.mean_side(shapes, self.what.plane) < map_picture.TINT_UNITS * self.what.unit / 2**FURTHER:
                return
            keys = np.array([key if key in self.table.functions else "other" for key in columns["function"]])
            for key in self.table.functions:
                self._add("functions", "functions", key, shapes[keys == key], None)
            return

    def _grids(self) -> None:
        if self.system is None:
            return
        tiers = tiles.tiers_at(self.ws, self.system.code, self.zoom)
        shapes, columns = ask.grids_in_box(self.db, self._degrees(), self.system.code, tiers)
        if not len(shapes):
            return
        level = np.array(columns["tier"])
        styles = np.array([symbols.grid_style(int(tier), len(self.system.tiers)) for tier in level])
        taken = np.empty((0, 4))
        for key in sorted(self.table.grids, key=lambda key: -self.table.grids[key].order):
            lines, taken = _borders(shapes[styles == key], taken)
            tier = level[styles == key]
            since = tiles.tier_from(self.ws, self.system.code, int(tier.min())) if len(tier) else 0
            if self._add("grid", "grid", key, lines, None, since) and self.table.grids[key].glow:
                self._add("grid", "glow", key, lines, None, since)
        deepest = np.flatnonzero(level == level.max())
        names = {one.tier: one.name for one in self.system.tiers}
        props = [
            {
                "title": self.mask(cards.grid_title(columns["code"][i], columns["name"][i] or "")),
                "rows": [[names.get(columns["tier"][i], ""), columns["code"][i]]],
            }
            for i in deepest.tolist()
        ]
        self._add("grid", "area", "micro", shapes[deepest], props)
        figures = [self._figures.get(uuid, "") for uuid in columns["uuid"]]
        self._name("grid", shapes, styles.tolist(), columns["name"], columns["code"], figures)

    def _places(self) -> None:
        wanted = [key for key, style in self.table.places.items() if self.zoom >= style.minzoom]
        wanted = [key for key in wanted if self.shading is None or key in self.table.shaded_places]
        if not wanted:
            return
        shapes, columns = ask.places_in_box(self.db, self._degrees(), wanted)
        keys = np.array([key if key in self.table.places else "other" for key in columns["class"]], dtype=object)
        for key in reversed(list(self.table.places)):
            found = np.flatnonzero(keys == key)
            props = [self._told(columns["name"][i], t(f"cards.place_{key}")) for i in found.tolist()]
            self._add("place", "place", key, shapes[found], props, self.table.places[key].minzoom)
        self._name("place", shapes, keys.tolist(), columns["name"], [""] * len(keys))

    def _roads(self) -> None:
        wanted = [key for key, style in self.table.roads.items() if self.zoom >= style.minzoom]
        if not wanted:
            return
        shapes, columns = ask.roads_in_box(self.db, self._degrees(), wanted)
        keys = np.array([key or "branch" for key in columns["class"]], dtype=object)
        roads = self.table.roads
        kinds = {"water": 0, "road": 1, "rail": 2, "dashed": 3}
        for key in sorted(wanted, key=lambda key: (kinds[roads[key].kind], roads[key].order)):
            found = np.flatnonzero(keys == key)
            if roads[key].kind != "dashed":
                self._add("road", "casing", key, shapes[found], None, roads[key].minzoom)
            props = [self._told(columns["name"][i], t(f"cards.class_{key}")) for i in found.tolist()]
            self._add("road", "fill", key, shapes[found], props, roads[key].minzoom)
        self._road_names(*label_lines(shapes, columns["name"]), keys, columns["name"])

    def _told(self, name: Any, kind: str) -> Json:
        return {"title": self.mask(name) if name else kind, "rows": [[t("cards.class"), kind]] if name else []}

    # -- names -------------------------------------------------------------------------------------------

    def _name(
        self,
        kind: str,
        shapes: Any,
        keys: Sequence[str],
        texts: Sequence[Any],
        codes: Sequence[Any],
        figures: Sequence[str] = (),
    ) -> None:
        if not len(shapes):
            return
        points, rooms = label_points(shapes)
        xy = shapely.get_coordinates(points)
        numbers = figures or [""] * len(keys)
        for key, text, code, (lon, lat), room, number in zip(
            keys, texts, codes, xy, rooms.tolist(), numbers, strict=True
        ):
            short = code.rsplit("-", 1)[1] if "-" in code else ""
            large = kind == "place" or key in ("street", "district") or not short
            rest = (text or "").replace(short, "").strip() if short else ""
            lines = [text or code] if large else [short, *([rest] if rest else [])]
            if lines[0]:
                self.names.append(
                    {
                        "kind": kind, "layer": kind, "key": key, "lines": [self._label(line) for line in lines],
                        "second": 14 if key == "small" else 16, "place": _place(lon, lat), "room": round(room, 1),
                        **({"figure": number} if number else {}),
                    }
                )  # fmt: skip

    def _label(self, said: str) -> str:
        return plain.label(self.mask(said))

    def _road_names(self, lines: Any, first: NDArray[np.intp], keys: Any, texts: Sequence[Any]) -> None:
        """Add the names of roads, each with the line in the view that it is written along."""
        box = shapely.box(*self._degrees())
        fine = self.what.unit / 2**FURTHER / ground.DEGREE
        for line, i in zip(shapely.simplify(lines, fine), first.tolist(), strict=True):
            parts = shapely.get_parts(shapely.intersection(line, box))
            parts = parts[shapely.length(parts) > 0]  # an empty line has a dimension too
            if not len(parts):
                continue
            longest = parts[int(np.argmax(shapely.length(parts)))]
            way = [_place(lon, lat) for lon, lat in shapely.get_coordinates(longest).tolist()]
            name = self._label(texts[i])
            self.names.append(
                {"kind": "road", "layer": "road", "key": keys[i], "lines": [name], "second": 0, "way": way}
            )

    # -- signs -------------------------------------------------------------------------------------------

    def _facilities(self) -> None:
        if self.zoom < self.table.facility_minzoom:
            return
        shapes, columns = ask.facilities_in_box(self.db, self._degrees(), SPOTS + 1)
        if len(shapes) > SPOTS:
            raise Refused("picture_crowded", layer=t("pictures.legend_facility"), most=SPOTS, leave_out="facility")
        for i, (lon, lat) in enumerate(shapely.get_coordinates(shapes).tolist()):
            key = self.table.facility(columns["category"][i]).key
            kind = t(f"window.facility_{key}")
            state = columns["state"][i]
            told = self._told(columns["name"][i], kind)
            if state in ("damaged", "lost", "abandoned"):
                told["rows"].append([t("cards.state"), t(f"cards.state_{state}")])
            self.facilities.append({"key": key, "place": _place(lon, lat), **told})
            self.legend.setdefault("facility", set()).add(key)

    def mark(self, kinds: Sequence[str]) -> None:
        """Read the facilities that a themed map marks; they are not said twice where they are drawn anyway."""
        if not kinds:
            return
        self.facilities = [one for one in self.facilities if one["key"] not in kinds]
        for key, lon, lat in boards.marks(self.ws, kinds, self._degrees()):
            told = self._told(None, t(f"window.facility_{key}"))
            self.facilities.append({"key": key, "place": _place(lon, lat), "mark": True, **told})
            self.legend.setdefault("facility", set()).add(key)

    def _tasks(self, filter: TaskFilter, now: datetime | None) -> None:
        found = ask_tasks.pins(self.db, filter, clock.stamp(now), self._degrees(), PINS + 1)
        if len(found) > PINS:
            raise Refused("picture_crowded", layer=t("pictures.legend_task"), most=PINS, leave_out="task")
        notes = ask.task_notes(self.db, [row["uuid"] for row in found])
        points = shapely.get_coordinates(blob.decode_all([row["geom"] for row in found])).tolist()
        order = list(self.table.statuses)
        known = [(row, point) for row, point in zip(found, points, strict=True) if row["status"] in order]
        for row, (lon, lat) in sorted(known, key=lambda one: (bool(one[0]["late"]), -order.index(one[0]["status"]))):
            note = notes[row["uuid"]]
            grid = cards.grid_title(note["grid_code"], note["grid_name"] or "") if note["grid_code"] else ""
            due = clock.local(note["due_at"], self.ws.zone) if note["due_at"] else ""
            facts = [
                (t("cards.state"), status_label(row["status"], row["kind"])), (t("pictures.number"), row["number"]),
                (t("cards.grid"), grid), (t("cards.address"), note["address"]), (t("cards.due_at"), due),
            ]  # fmt: skip
            late = bool(row["late"])
            self.pins.append(
                {
                    "key": row["status"] + (" overdue" if late else ""), "place": _place(lon, lat),
                    "title": self.mask(row["title"]), "rows": [[name, self.mask(said)] for name, said in facts if said],
                }
            )  # fmt: skip
            self.legend.setdefault("task", set()).update({row["status"], *(("overdue",) if late else ())})

    def pick(self, table: str, uuid: str) -> None:
        """Mark one thing."""
        geometry = cards.card(self.ws, table, uuid).geometry
        if geometry is not None:
            whole = np.empty(1, dtype=object)
            whole[0] = shapely.geometry.shape(dict(geometry))
            self._add("picked", "picked", "picked", whole, None)


def _place(lon: float, lat: float) -> list[float]:
    return [round(float(lat), 6), round(float(lon), 6)]


def _borders(shapes: Any, taken: NDArray[np.float64]) -> tuple[Any, NDArray[np.float64]]:
    """Return (lines, taken): the borders of some grids, each stretch once and not those already taken."""
    if not len(shapes):
        return np.empty(0, dtype=object), taken
    lines, segments = planes.joined(shapes, taken)
    return lines, np.vstack([taken, segments])
