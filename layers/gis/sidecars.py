"""The small files beside an image that say where it lies: which names they have, and which of them is there."""

from pathlib import Path

WORLD = {
    ".tif": (".tfw", ".tifw", ".wld"), ".tiff": (".tfw", ".tiffw", ".wld"), ".jpg": (".jgw", ".jpgw", ".wld"),
    ".jpeg": (".jgw", ".jpegw", ".jpgw", ".wld"), ".png": (".pgw", ".pngw", ".wld"),
    ".webp": (".wpw", ".webpw", ".wld"),
}  # fmt: skip


def world_file(path: Path) -> Path | None:
    """Return the world file of an image, None if there is none."""
    return _beside(path, *WORLD.get(path.suffix.lower(), (".wld",)))


def projection_file(path: Path) -> Path | None:
    """Return the .prj of an image, None if there is none."""
    return _beside(path, ".prj")


def belongs(path: Path, image: Path) -> bool:
    """Say whether a file is one of those that say where an image lies: world file, .prj, .aux.xml, overviews."""
    if path.parent != image.parent:
        return False
    ends = (*WORLD.get(image.suffix.lower(), ()), ".prj", ".aux.xml", ".ovr")
    return path.name.lower() in {f"{head}{end}".lower() for head in (image.stem, image.name) for end in ends}


def _beside(path: Path, *endings: str) -> Path | None:
    for ending in endings:
        for one in (path.with_suffix(ending), path.with_suffix(ending.upper()), path.with_name(path.name + ending)):
            if one.is_file():
                return one
    return None
