"""The whole program is killed while somebody draws in its window: the next one offers the drawing as it was."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from tests.app.drafting import Drafter, offers

pytestmark = [pytest.mark.window, pytest.mark.slow]
HERE = (121.2304, 31.0171)

DRAWS = """
import sys
from pathlib import Path
from PySide6.QtCore import QSettings, QSize
from app import launch
app = launch.application()
from app.hand import Hand
from app.settings import Settings
from tests.app.drafting import Drafter, SHIFT
kept = Settings(QSettings(sys.argv[1], QSettings.Format.IniFormat))
window = launch.window(kept)
window.resize(QSize(1366, 768))
window.show()
hand = Hand(window)
hand.map_ready()
window.files.open(Path(sys.argv[2]))
hand.until(lambda: window.session.ws is not None and bool(window.tasks.model.lines), "open")
x, y = map(float, sys.argv[3:5])
window.map.view.fit((x - 0.003, y - 0.002, x + 0.003, y + 0.002))
hand.map_still()
drafter = Drafter(hand)
window.actions_["draw_polygon"].trigger()
hand.until(lambda: hand.ask("gewu.drawing") == "polygon", "drawing")
drafter.draw((x, y), (x + 0.0005, y), (x + 0.0005, y + 0.0005))
hand.until(lambda: window.editing.unfinished._what is None, "the last corner on the disk")
print("drawn", *drafter.sketcher.sketch.path, flush=True)
app.exec()
"""


def test_a_drawing_in_a_killed_window_is_offered_by_the_next(
    make_window: Callable[..., Any], settings: Settings, street: Path, opening: Any, tmp_path: Path
):
    settings.save()
    script = [sys.executable, "-c", DRAWS, str(tmp_path / "settings.ini"), str(street), *map(str, HERE)]
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": str(root), "QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(script, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=env, cwd=root) as run:
        assert run.stdout is not None
        said = next((line for line in run.stdout if line.startswith("drawn")), "")
        run.kill()  # SIGKILL: nothing of the program runs any more
    assert said, "the window did not come as far as drawing"
    hand = make_window(settings)
    opening(hand, street)
    hand.until(lambda: "未完成的绘制" in hand.window.message.words.text(), "offered")
    go_on, discard = offers(hand.window.message)
    assert (go_on.text(), discard.text()) == ("继续", "丢弃")
    hand.click(go_on)
    hand.until(lambda: hand.ask("gewu.drawing") == "polygon", "going on")
    drafter = Drafter(hand)
    assert " ".join(map(str, drafter.sketcher.sketch.path)) == said.removeprefix("drawn ").strip()
    drafter.finish()
    assert hand.window.inspector.task_form.isVisible()
    assert hand.window.editing.unfinished.left(street) == []
