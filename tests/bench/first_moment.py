"""Moment 1 in a process of its own: from its start to a usable street, then one click on 府城.

``python -m tests.bench.first_moment STREET.gpkg PICTURE.png STARTED`` prints seconds as JSON; ``STARTED`` is the
caller's clock (`time.time`) just before. ``usable`` is when tree, table and map answer, ``drawn`` when the picture has
been at rest for eight frames, ``click`` what the click took. The picture is the last frame, to be looked at.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path


def main(street: Path, picture: Path, started: float) -> dict[str, float]:
    """Open the street and click its first district with the real mouse; return the three times in seconds."""
    from PySide6.QtCore import QSettings, QSize

    from app import launch
    from app.hand import Hand
    from app.settings import Settings

    launch.application()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(QSettings(str(Path(folder) / "bench.ini"), QSettings.Format.IniFormat))
        settings.theme, settings.language, settings.post = "light", "zh", "dispatcher"
        window = launch.window(settings)
        window.resize(QSize(1366, 768))
        window.show()
        window.files.open(street)
        hand = Hand(window)
        tree, model = window.left.tree.view, window.left.tree.model
        hand.until(lambda: model.rowCount() > 0 and window.tasks.model.lines, "tree and table")
        hand.map_ready()
        usable = time.time() - started
        hand.map_still()
        drawn = time.time() - started
        district = model.index(0, 0, model.index(0, 0))
        everything = len(window.tasks.model.lines)
        clicked = time.time()
        hand.item(tree, district)

        def answered() -> bool:
            card = window.inspector.card
            return card is not None and card.title.endswith("府城") and len(window.tasks.model.lines) < everything

        hand.until(answered, "card and table")
        click = time.time() - clicked
        hand.map_still()
        window.grab().save(str(picture))
        window.close()
    return {"usable": usable, "drawn": drawn, "click": click}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the page's own processes are of no interest to a measurement
