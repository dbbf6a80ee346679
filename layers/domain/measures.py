"""How numbers, areas and sizes are written, the same in every language."""

THIN = "\N{THIN SPACE}"


def number(value: float, digits: int = 0) -> str:
    """Return a number with thin spaces between groups of three: ``12 400``."""
    return f"{value:,.{digits}f}".replace(",", THIN)


def area(square_metres: float) -> str:
    """Return an area: m² below 1 ha, then ha, from 1 km² on km²."""
    if square_metres < 10_000:
        return f"{number(square_metres)} m²"
    if square_metres < 1_000_000:
        return f"{number(square_metres / 10_000, 1)} ha"
    return f"{number(square_metres / 1_000_000, 2)} km²"


def size(count: int) -> str:
    """Return a number of bytes as KB, MB or GB (of 1000, as disks are sold)."""
    if count < 1_000_000:
        return f"{number(max(1, round(count / 1000)))} KB"
    return f"{number(count / 1e6, 1)} MB" if count < 1_000_000_000 else f"{number(count / 1e9, 1)} GB"
