"""Coordinates that people type and copy: what they may mean near the workspace, and a place in every system in use."""

from layers import workspace
from layers.domain.found import Reading
from layers.domain.things import Hit
from layers.words import t
from layers.workspace import Workspace

TABLE = "coordinate"  # what such a hit is "a row" of
_DEGREES = ("EPSG:4490", "GCJ-02", "BD-09")
_AROUND = 0.001  # degrees of ground shown round a coordinate


def find(ws: Workspace, text: str) -> list[Hit]:
    """Return the places that a typed text may mean, the best first, none if it is not a coordinate.

    The ``uuid`` of such a hit is its longitude and latitude, for `place`.
    """
    if sum(character.isdigit() for character in text) < 2:
        return []  # the usual case: projections are not even loaded for a name
    from layers.gis import coordinates

    return [
        Hit(
            TABLE,
            f"{one.lon:.9f} {one.lat:.9f}",
            t("finding.coordinate", place=f"{one.lon:.5f}, {one.lat:.5f}"),
            _hint(one),
            (one.lon - _AROUND, one.lat - _AROUND, one.lon + _AROUND, one.lat + _AROUND),
        )
        for one in coordinates.read(text, workspace.extent(ws))
    ]


def _hint(one: Reading) -> str:
    return name(one.crs) if one.sure else t("finding.read_as", crs=name(one.crs))


def place(uuid: str) -> tuple[float, float]:
    """Return (lon, lat) of a hit that `find` gave."""
    lon, lat = uuid.split()
    return float(lon), float(lat)


def halves(lon: str, lat: str) -> tuple[float, float] | None:
    """Return (lon, lat) of a longitude and a latitude that were typed each by itself, None for what is no place."""
    from layers.gis import coordinates

    marked = any(letter in "EWNS东西南北" for letter in f"{lon}{lat}".upper())
    found = coordinates.read(f"{lon} {lat}" if marked else f"lon {lon} lat {lat}", plainly=True)
    return (found[0].lon, found[0].lat) if found else None


def name(system: str) -> str:
    """Return what people call a coordinate system; for a zone its number and its central meridian."""
    from layers.gis import crs

    if system in _DEGREES or system == "EPSG:3857":
        return t(f"finding.crs_{system.replace(':', '_').replace('-', '_').lower()}")
    kind, _, code = system.partition(":")
    number = int(code) if kind == "EPSG" and code.isdigit() else 0
    if 4513 <= number <= 4533:
        return t("finding.zone_numbered", width=3, number=number - 4488, middle=(number - 4488) * 3)
    if 4491 <= number <= 4501:
        return t("finding.zone_numbered", width=6, number=number - 4478, middle=(number - 4478) * 6 - 3)
    if 4534 <= number <= 4554:
        return t("finding.zone_plain", width=3, middle=(number - 4534) * 3 + 75)
    if 4502 <= number <= 4512:
        return t("finding.zone_plain", width=6, middle=(number - 4502) * 6 + 75)
    return crs.name(system)


def forms(lon: float, lat: float) -> list[tuple[str, str]]:
    """Return (what people call the system, the place as text in it) for every system in which one is copied."""
    from layers.gis import coordinates

    written = [(name("EPSG:4490"), f"{lon:.7f}, {lat:.7f}"), (t("finding.dms"), dms(lon, lat))]
    for system in coordinates.zone_systems(lon):
        x, y = coordinates.write(lon, lat, system)
        written.append((name(system), f"X={y:.3f} Y={x:.3f}"))
    for system, prefix in (("GCJ-02", t("finding.prefix_gcj")), ("BD-09", t("finding.prefix_bd"))):
        x, y = coordinates.write(lon, lat, system)
        written.append((name(system), f"{prefix}:{x:.6f},{y:.6f}"))
    x, y = coordinates.write(lon, lat, coordinates.WEB_MERCATOR)
    written.append((name(coordinates.WEB_MERCATOR), f"{coordinates.WEB_MERCATOR} {x:.2f}, {y:.2f}"))
    return written


def dms(lon: float, lat: float) -> str:
    """Return degrees, minutes and seconds, latitude first as surveyors write it: ``31°01′12.00″N 121°15′00.00″E``."""
    return f"{_sexagesimal(lat, 'NS')} {_sexagesimal(lon, 'EW')}"


def _sexagesimal(value: float, letters: str) -> str:
    hundredths = round(abs(value) * 360_000)
    degrees, rest = divmod(hundredths, 360_000)
    minutes, seconds = divmod(rest, 6_000)
    return f"{degrees}°{minutes:02d}′{seconds / 100:05.2f}″{letters[value < 0]}"
