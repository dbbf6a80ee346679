"""How long a degree is, and a pixel of the map: near enough for boxes, tolerances and zooms, never for measuring."""

from math import cos, log2, pi, radians, sin, sqrt

from layers.domain.things import Bounds

A, F = 6_378_137.0, 1 / 298.257222101  # m: the ellipsoid of CGCS2000 (GB/T 18522)
_E2 = F * (2 - F)
DEGREE = 10_001_965.729 / 90  # m: a degree of latitude on average (the quadrant of GRS80), where no latitude is known
_NEAR_POLE = 89.0  # degrees: beyond, a box round a place would go round the earth


def degree_m(lat: float) -> tuple[float, float]:
    """Return the metres of a degree of longitude and of latitude at a latitude (degrees).

    By the radii of curvature of the ellipsoid in the prime vertical and in the meridian (Snyder, Map Projections,
    USGS 1395, eq. 4-18 to 4-20).
    """
    part = 1 - _E2 * sin(radians(lat)) ** 2
    across = A / sqrt(part)
    along = A * (1 - _E2) / part**1.5
    return across * cos(radians(lat)) * pi / 180, along * pi / 180


def around(lon: float, lat: float, metres: float) -> Bounds:
    """Return the box in degrees that holds every place within some metres (up to a few km) of a place."""
    across, along = degree_m(max(-_NEAR_POLE, min(_NEAR_POLE, lat)))
    dx, dy = metres * 1.002 / across, metres * 1.002 / along  # a meridian leans inwards within the box
    return lon - dx, lat - dy, lon + dx, lat + dy


def pixel_m(lat: float, zoom: float) -> float:
    """Return the metres on the ground of a pixel of the web map (EPSG:3857, 256 to a tile) at a latitude and zoom."""
    return 2 * pi * A / 256 * cos(radians(lat)) / 2**zoom


def zoom_of(lat: float, metres: float) -> float:
    """Return the zoom at which a pixel of the web map is some metres on the ground: `pixel_m` undone."""
    return log2(pixel_m(lat, 0) / metres)
