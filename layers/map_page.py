"""The map as one HTML file to send to somebody: what lies in the view, its names masked and escaped, no network."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from layers import map_picture, map_scene
from layers.domain import clock
from layers.domain.things import Bounds, TaskFilter
from layers.errors import Refused, SourceError
from layers.indicators import Wish
from layers.map_page_things import Gathered
from layers.map_picture import LAYERS, NOTHING, OPEN
from layers.whole_files import write_whole
from layers.words import language, t
from layers.workspace import Progress, Workspace

MOST = 20_000_000  # bytes of data that a page may hold: more takes an old machine half a minute to open
SCREEN = (1280.0, 720.0)  # the window that the view is thought to be seen in


def write(
    ws: Workspace,
    path: Path,
    bounds: Bounds,
    title: str,
    *,
    system: str = "",
    layers: Iterable[str] = LAYERS,
    filter: TaskFilter = OPEN,
    picked: tuple[str, str] | None = None,
    shade: Wish = NOTHING,
    kinds: Sequence[str] = (),
    personal: bool = False,
    now: datetime | None = None,
    most: int = MOST,
    progress: Progress | None = None,
) -> int:
    """Write the view as one HTML file; return its size in bytes. What stood there is replaced in one move.

    ``shade`` is by what the grids are coloured, ``kinds`` are the facilities that are marked at every zoom.
    Phone and identity numbers in texts are masked unless ``personal``. Raises ``Refused`` (nothing there; too
    much, with the sizes by layer), ``SourceError`` (cannot be written), ``Cancelled``.
    """
    if not path.parent.is_dir():
        raise SourceError("no_folder", path=path.parent)
    what = map_scene.extent(bounds, *SCREEN)
    reader = Gathered(ws, what, map_picture.choose_system(ws, system), personal)
    reader.shade(shade, filter, now, "grid" in set(layers))
    reader.read(set(layers), filter, now, progress)
    reader.mark(kinds)
    if picked is not None:
        reader.pick(*picked)
    if not reader.legend:
        raise Refused("picture_empty")
    _check(reader, most)
    text = _page(ws, reader, bounds, title, now)
    data = text.encode()
    write_whole(path, data)
    return len(data)


def _check(reader: Gathered, most: int) -> None:
    sizes: dict[str, int] = {}
    for group in reader.groups:
        sizes[group["layer"]] = sizes.get(group["layer"], 0) + len(json.dumps(group["things"], ensure_ascii=False))
    for name, things in (("facility", reader.facilities), ("task", reader.pins)):
        sizes[name] = len(json.dumps(things, ensure_ascii=False))
    if sum(sizes.values()) > most:
        largest = sorted(sizes, key=lambda name: -sizes[name])[:2]
        names = t("pictures.and").join(
            t("pictures.size", layer=t(f"pictures.legend_{name}"), size=f"{sizes[name] / 1e6:.1f}") for name in largest
        )
        raise Refused(
            "picture_too_much",
            size=f"{sum(sizes.values()) / 1e6:.1f}",
            most=f"{most / 1e6:g}",
            names=names,
            leave_out=largest[0],
        )


def _page(ws: Workspace, reader: Gathered, bounds: Bounds, title: str, now: datetime | None) -> str:
    from layers.documents import web_map

    moment = clock.local(clock.stamp(now), ws.zone)
    system = reader.system
    said = [t("pictures.system_line", name=system.name, summary=system.summary)] if system else []
    order = ("task", "grid", "functions", "road", "place", "facility")
    explained = [
        (name, t(f"pictures.legend_{name}"), [(key, reader.words(name, key)) for key in reader.sorted(name)])
        for name in order
        if reader.legend.get(name)
    ]
    return web_map.html(
        web_map.Page(
            language=language(),
            title=title,
            subtitle=" · ".join([*said, moment]),
            mark=t("window.synthetic") if ws.synthetic else "",
            source=t("pictures.page_source", name=ws.name),
            legend_title=t("pictures.legend"),
            bounds=bounds,
            legend=[*reader.shade_legend(), *explained],
            groups=reader.groups,
            facilities=reader.facilities,
            pins=reader.pins,
            names=reader.names,
            shades=reader.colours,
        )
    )
