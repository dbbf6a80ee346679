"""Which versions of everything are in use: the first lines of every report of a fault."""

import platform

import layers


def versions() -> dict[str, str]:
    """Return name -> version of the program, of Python and of every engine below the window."""
    from layers.gis import engines
    from layers.store import engine

    return {
        "Gewu": layers.__version__,
        "Python": platform.python_version(),
        **engine.versions(),
        **engines.versions(),
    }
