"""Where a base map lies, by its file or a person's word, and where an image would lie in each system that fits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from layers.domain.base_maps import BD09, GCJ02, SHIFTED, UNDECLARED, Base
from layers.domain.foreign import shown_name
from layers.domain.things import Bounds
from layers.errors import SourceError

if TYPE_CHECKING:
    from layers.gis.placement import Placement

# What keeps an image from its place only until somebody says its coordinate system.
_UNTOLD = ("crs_unknown", "crs_local", "crs_old_chinese", "base_off_the_earth")
_ZONES = range(75, 136, 3)  # central meridians of 3° zones; every other one is that of a 6° zone
_MEETS, _ASK = "base3.why_meets", "sources.crs_ask"


class Unplaced(SourceError):
    """A sound image that does not say where on the earth it lies; it can be placed by points."""


class Undecided(Unplaced):
    """An image with coordinates of its own, in a coordinate system that somebody has to choose."""


@dataclass(frozen=True)
class Landing:
    """Where an image would lie in one system: ``box`` in degrees, ``away`` metres from the street (0: it meets it).

    ``crs`` and ``origin`` are those of the `Base`; ``size`` is its width and height on the ground in metres.
    ``towards`` is the bearing from the street to it in degrees from north, None where they meet.
    """

    crs: str
    origin: str
    box: Bounds
    size: tuple[float, float]
    away: float
    towards: float | None


@dataclass(frozen=True)
class Systems:
    """The systems that an image may be in, the nearest to the street first; ``best`` is the one to begin with.

    ``reason`` is the key of why; ``best`` is None where the numbers do not tell. ``near`` says whether there is a
    street to compare with.
    """

    landings: tuple[Landing, ...]
    best: Landing | None
    reason: str
    near: bool


def place(base: Base, near_lon: float | None) -> "tuple[Placement, str]":
    """Return where an image lies, and the key of the reason if its CRS was told from its numbers, else "".

    By its points, else by its tags or world file in the CRS that somebody chose or the file names; ``near_lon``
    tells its zone. Raises ``Unplaced`` when nothing says so, ``Undecided`` when only its CRS is wanting,
    ``SourceError`` for what makes no sense.
    """
    from layers.gis import crs, geotags, image_head, placement

    if base.points:
        return placement.fitted(base.points, base.fit, shown_name(base.path.name)).placement, ""
    with image_head.opened(base.path) as image:
        try:
            found = geotags.found(image, base.path, named=not base.crs)
            if found is None:
                raise Unplaced("base_unplaced", path=shown_name(str(base.path)))
            made = geotags.placed(found, image.size, near_lon=near_lon, given=base.crs, path=base.path)
            told = bool(base.crs or found.crs)
            xy = geotags.corners(found, image.size)
        except SourceError as error:
            if error.key in _UNTOLD:
                raise Undecided(error.key, **error.values) from error
            raise
    if made is None:
        raise Undecided("base_which_crs", path=shown_name(str(base.path)))
    reason = "" if told else crs.guess(None, *xy, near_lon=near_lon).reason
    return replace(made, origin=base.origin if base.origin in SHIFTED else ""), reason


def meets(box: Bounds, street: Bounds) -> bool:
    """Say whether two boxes have anything in common."""
    return box[0] <= street[2] and street[0] <= box[2] and box[1] <= street[3] and street[1] <= box[3]


def box_of(where: "Placement", path: Path) -> Bounds:
    """Return the box of a placed image in degrees; raises ``SourceError`` as reading its head does."""
    from layers.gis import image_head, placement

    head = image_head.head(path)
    return placement.bounds(where, head.width, head.height)


def systems(path: Path, street: Bounds | None) -> Systems:
    """Return where an image with coordinates of its own would lie in every system that fits its numbers.

    ``street`` is the box of the workspace in degrees. Raises ``Unplaced`` for an image without coordinates,
    ``SourceError`` for what is damaged.
    """
    from layers.gis import crs, geotags, image_head, placement

    with image_head.opened(path) as image:
        found = geotags.found(image, path, named=False)
        if found is None:
            raise Unplaced("base_unplaced", path=shown_name(str(path)))
        size = image.size
    x, y = geotags.corners(found, size)
    near_lon = (street[0] + street[2]) / 2 if street else None
    guess = crs.guess(None, x, y, near_lon=near_lon)
    landings = []
    for code, origin in _fitting(float(x.mean()), float(abs(x).max()), float(abs(y).max())):
        try:
            box = placement.bounds(replace(placement.affine(code, *found.numbers), origin=origin), *size)
        except ValueError:
            continue  # nowhere on the earth
        landings.append(_landing(code, origin, box, street))
    guessed = next((one for one in landings if (one.crs, one.origin) == (guess.crs, UNDECLARED)), None)
    landings.sort(key=lambda one: (one.away, one is not guessed))  # stable: the commoner one first
    if guessed is not None and (street is None or guessed.away == 0):
        return Systems(tuple(landings), guessed, guess.reason, street is not None)
    if street is not None and landings and landings[0].away == 0:
        return Systems(tuple(landings), landings[0], _MEETS, True)
    return Systems(tuple(landings), guessed, guess.reason if guessed else _ASK, street is not None)


def landing(path: Path, crs: str, street: Bounds | None) -> Landing:
    """Return where an image would lie in a system that somebody typed: an EPSG number, a name, a WKT.

    Raises ``SourceError`` for one that is not known or cannot be used, and when the image then lies nowhere.
    """
    from layers.gis import crs as systems_known
    from layers.gis import geotags, image_head, placement

    code = systems_known.normal(crs, shown_name(path.name))
    with image_head.opened(path) as image:
        found = geotags.found(image, path, named=False)
        if found is None:
            raise Unplaced("base_unplaced", path=shown_name(str(path)))
        made = geotags.placed(found, image.size, near_lon=None, given=code, path=path)
        if made is None:
            raise AssertionError(code)
        return _landing(code, UNDECLARED, placement.bounds(made, *image.size), street)


def _fitting(x: float, most_x: float, most_y: float) -> Iterator[tuple[str, str]]:
    """Yield (CRS, origin) of the systems in use here in which such numbers make sense, the commoner first."""
    if most_x <= 180 and most_y <= 90:
        yield from (("EPSG:4490", UNDECLARED), ("EPSG:4326", UNDECLARED), ("EPSG:4490", GCJ02), ("EPSG:4490", BD09))
        return
    zone = int(x // 1_000_000)
    if 25 <= zone <= 45:
        yield f"EPSG:{4513 + zone - 25}", UNDECLARED
    elif 13 <= zone <= 23:
        yield f"EPSG:{4491 + zone - 13}", UNDECLARED
    elif 0 < x < 1_000_000:
        yield from ((f"EPSG:{4534 + n}", UNDECLARED) for n in range(len(_ZONES)))
        yield from ((f"EPSG:{4502 + n}", UNDECLARED) for n in range(len(_ZONES[::2])))
        yield from ((f"EPSG:{32643 + n}", UNDECLARED) for n in range(len(_ZONES[::2])))  # WGS 84 / UTM 43N to 53N
    yield from (("EPSG:3857", origin) for origin in (UNDECLARED, GCJ02, BD09))


def _landing(code: str, origin: str, box: Bounds, street: Bounds | None) -> Landing:
    from layers.gis import crs

    (west, south, east, north), middle = box, (box[1] + box[3]) / 2
    size = (
        float(crs.distance_m(west, middle, east, middle)),
        float(crs.distance_m(west, south, west, north)),
    )
    if street is None or meets(box, street):
        return Landing(code, origin, box, size, 0.0, None)
    # From the nearest place of the street's box to the nearest of the image's.
    lon, lat = min(max(west, street[0]), street[2]), min(max(south, street[1]), street[3])
    lon_2, lat_2 = min(max(lon, west), east), min(max(lat, south), north)
    metres, bearings = crs.legs([lon, lon_2], [lat, lat_2])
    return Landing(code, origin, box, size, float(metres[0]), float(bearings[0]))


def true_box(said: str, deepest: int, tiled: Callable[[], tuple[int, int, int, int]], origin: str) -> Bounds:
    """Return the box of a pyramid in true degrees: as the file says if that makes sense, else of its deepest tiles.

    ``tiled`` gives (west, north, east, south) of those, in whole tiles; ``origin`` is ``gcj02``, ``bd09`` or "".
    """
    from layers.gis import china
    from layers.gis import tiles as grid

    box: Bounds
    try:
        west, south, east, north = (float(part) for part in said.split(","))
        # Many writers say "the whole world" where they know nothing better.
        sound = -180 <= west < east <= 180 and -90 <= south < north <= 90 and east - west < 359
        box = (west, max(south, -grid.MAX_LATITUDE), east, min(north, grid.MAX_LATITUDE))
    except ValueError:
        sound = False
    if not sound:
        left, top, right, bottom = tiled()
        west, _, _, north = grid.bounds(deepest, left, top)
        _, south, east, _ = grid.bounds(deepest, right, bottom)
        box = (west, south, east, north)
    if not origin:
        return box
    lon, lat = china.true(origin, [box[0], box[2], box[0], box[2]], [box[1], box[1], box[3], box[3]])
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
