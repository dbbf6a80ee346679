"""The map in a process of its own: a workspace opened, panned, zoomed and edited with the real mouse and wheel.

``python -m tests.bench.map_scene WORKSPACE.gpkg PICTURE.png`` prints what it measured as JSON: seconds, and MB of
memory. Every process starts with nothing cached; the picture is the first complete one, to be looked at.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HAND = 12  # ms between two moves of the mouse
PANS = ((-0.5, 0), (0, 0.7), (0.5, 0.4), (-0.4, -0.6))
# Counted in the page itself: the longest frame, when the last blank tile in sight was filled, when all was there.
WATCH = """(() => {
  const w = gewu.watch = { longest: 0, last: 0, filled: 0, done: 0, ended: 0 };
  const blank = () => {
    const layer = gewu.state.tiles, map = gewu.map;
    if (!layer || map._animatingZoom || layer._tileZoom !== Math.round(map.getZoom())) return true;
    const range = layer._pxBoundsToTileRange(map.getPixelBounds());
    for (let x = range.min.x; x <= range.max.x; x++)
      for (let y = range.min.y; y <= range.max.y; y++) {
        const tile = layer._tiles[x + ":" + y + ":" + layer._tileZoom];
        if (!tile || !tile.loaded) return true;
      }
    return false;
  };
  w.arm = () => Object.assign(w, { longest: 0, last: 0, done: 0, ended: 0, released: 0 });
  addEventListener("mouseup", () => { w.filled = w.released = performance.now(); }, true);
  addEventListener("wheel", () => { w.turned = performance.now(); w.done = w.ended = 0; }, true);
  gewu.map.on("zoomend", () => { w.ended = performance.now(); w.done = 0; });
  const frame = (now) => {
    if (w.last) w.longest = Math.max(w.longest, now - w.last);
    w.last = now;
    const t = performance.now();
    if (blank()) {
      w.filled = t;  // blank until now
      w.done = 0;
    } else {
      const all = gewu.labels.done && gewu.labels.zoom === gewu.map.getZoom() && gewu.pins.done;
      w.done = all ? w.done || t : 0;
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  return 1;
})()"""


class Heart:
    """Beats in the window's thread: `longest` is how long it could not, in seconds; lives for one measurement."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.longest = self._last = 0.0
        self._timer = QTimer(interval=2)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def start(self) -> None:
        """Beat from now on."""
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """Beat no more: what comes is the scene's own doing, not the window's."""
        self._beat()
        self._timer.stop()


class Scene:
    """A window on one workspace, and the hand that uses its map; lives for one measurement."""

    def __init__(self, folder: Path) -> None:
        from PySide6.QtCore import QSettings, QSize

        from app import launch
        from app.hand import Hand
        from app.settings import Settings

        settings = Settings(QSettings(str(folder / "bench.ini"), QSettings.Format.IniFormat))
        settings.theme, settings.language, settings.post = "light", "zh", "dispatcher"
        self.window = launch.window(settings)
        self.window.resize(QSize(1366, 768))
        self.window.show()
        launch.settle()
        self.hand = Hand(self.window)
        self.heart = Heart()
        self.hand.map_ready()

    def first(self, path: Path, picture: Path) -> float:
        """Open a workspace in the running window; return the seconds to its first complete picture."""
        seen: list[float] = []
        self.window.map.view.settled.connect(lambda: seen.append(time.perf_counter()))
        self.heart.start()
        start = time.perf_counter()
        self.window.files.open(path)
        self.hand.until(lambda: bool(seen), "the first picture")
        self.heart.stop()
        self.window.map.grab().save(str(picture))
        self.hand.map_still()
        self.hand.ask(WATCH)
        return seen[0] - start

    def drag(self, across: float, down: float, steps: int = 24) -> tuple[float, float]:
        """Drag the map by shares of its size; return (longest frame, seconds from the release until no blank tile)."""
        from PySide6.QtCore import QPoint, Qt, QTimer
        from PySide6.QtTest import QTest

        page = self.hand.page
        middle = QPoint(round(page.width() * 0.38), round(page.height() * 0.5))  # clear of the small legend
        dx, dy = round(page.width() * across), round(page.height() * down)
        start = middle - QPoint(dx // 2, dy // 2)
        self.hand.map_move(start)
        self.hand.ask("gewu.watch.arm() && 1")
        QTest.mousePress(page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
        done: list[int] = []

        def move() -> None:
            done.append(1)
            QTest.mouseMove(page, start + QPoint(dx * len(done) // steps, dy * len(done) // steps))

        pace = QTimer(interval=HAND)
        pace.timeout.connect(move)
        pace.start()
        self.hand.until(lambda: len(done) >= steps, "the drag")
        pace.stop()
        end = start + QPoint(dx, dy)
        QTest.mouseRelease(page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
        gliding = "gewu.map._panAnim && gewu.map._panAnim._inProgress"
        self.hand.until(
            lambda: self.hand.ask(f"gewu.watch.released && !({gliding}) && gewu.watch.done"), "the picture after a pan"
        )
        longest, filled = self.hand.ask("[gewu.watch.longest, gewu.watch.filled - gewu.watch.released]")
        return longest / 1000, filled / 1000

    def wheel(self, steps: int) -> tuple[float, float]:
        """Turn the wheel by one step; return the seconds to a complete picture from (animation's end, the turn)."""
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtGui import QWheelEvent
        from PySide6.QtWidgets import QApplication

        page = self.hand.page
        at = page.rect().center()
        self.hand.map_move(at)
        self.hand.ask("gewu.watch.arm() && 1")
        event = QWheelEvent(
            QPointF(at), QPointF(page.mapToGlobal(at)), QPoint(), QPoint(0, 120 * steps),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(page, event)
        self.hand.until(lambda: self.hand.ask("gewu.watch.ended && gewu.watch.done"), "the picture after a zoom")
        end, turn = self.hand.ask("[gewu.watch.done - gewu.watch.ended, gewu.watch.done - gewu.watch.turned]")
        return max(end, 1) / 1000, turn / 1000

    def look_at(self, lon: float, lat: float, zoom: int) -> None:
        """Go there at once, as the search box does."""
        half = 180 / 2**zoom
        self.window.map.view.fit((lon - half, lat - half / 2, lon + half, lat + half / 2), maxzoom=zoom)
        self.hand.map_still()

    def edit(self, system: str, lon: float, lat: float) -> float:
        """Change the function of the grid at a place; return the seconds from its commit to another colour there."""
        from layers import places

        session, view = self.window.session, self.window.map.view
        self.look_at(lon, lat, 16)
        assert session.ws is not None
        hit = places.pick(session.ws, lon, lat, 16, system, {"grid"})
        assert hit is not None
        now = places.card(session.ws, "grid", hit.uuid).values["function"]
        other = "green" if now != "green" else "commercial"
        spot = self._plain(hit.uuid, self._fill(now))
        wanted = self._fill(other)
        acknowledged: list[float] = []
        session.changed.connect(lambda _changes: acknowledged.append(time.perf_counter()))
        session.work(places.edit, "grid", hit.uuid, {"function": other})
        self.hand.until(lambda: _colour(view, spot) == wanted, "the edit in the picture")
        return time.perf_counter() - acknowledged[0]

    def _fill(self, function: str) -> str:
        """Return the colour that the page paints a function in, as #rrggbb."""
        pair = f"gewu.colour(gewu.symbols.functions[{json.dumps(function)}])"
        return str(self.hand.ask(f"gewu.mix({pair}, gewu.token('paper'), gewu.colour(gewu.symbols.function_opacity))"))

    def _plain(self, uuid: str, fill: str) -> Any:
        """Return a pixel of a grid around which nothing but its own fill is seen."""
        import shapely
        from PySide6.QtCore import QPoint

        from layers.store import rows

        assert self.window.session.ws is not None
        row = rows.get(self.window.session.ws.store.read(), "grid", uuid)
        assert row is not None
        shape = row["geom"]
        west, south, east, north = shape.bounds
        image = self.window.map.view.grab().toImage()
        for n in range(1, 400):
            x, y = west + (east - west) * (n * 0.618 % 1), south + (north - south) * (n * 0.414 % 1)
            if not shapely.contains_xy(shape, x, y):
                continue
            at = self.hand.pixel(x, y)
            near = {image.pixelColor(at + QPoint(i, j)).name() for i in range(-4, 5) for j in range(-4, 5)}
            if self.window.map.view.rect().adjusted(8, 8, -8, -8).contains(at) and near == {fill}:
                return at
        raise AssertionError("no plain spot in the grid")


def _colour(view: Any, at: Any) -> str:
    from PySide6.QtCore import QPoint, QRect

    return str(view.grab(QRect(at, at + QPoint(1, 1))).toImage().pixelColor(0, 0).name())


def memory(root: int) -> float:
    """Return the MB that a process and all its descendants use (Pss: what they share is counted once)."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except OSError:  # it ended while we looked
            continue
    family = {root}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    total = 0
    for process in family:
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def main(path: Path, picture: Path) -> dict[str, float]:
    """Measure one workspace; return name -> value."""
    from app import launch
    from layers import workspace

    launch.application()
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(Path(folder))
        found: dict[str, float] = {"first": scene.first(path, picture)}
        ws = scene.window.session.ws
        assert ws is not None
        box = workspace.extent(ws)
        assert box is not None
        lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        found["block_open"] = scene.heart.longest
        scene.heart.longest = 0.0
        scene.heart.start()
        settles = [scene.wheel(step) for step in (1, 1, 1, -1, 1)]
        pans = [scene.drag(dx, dy) for dx, dy in PANS]
        for zoom in (14, 16):
            scene.look_at(lon, lat, zoom)
            pans += [scene.drag(dx, dy) for dx, dy in PANS]
            settles += [scene.wheel(step) for step in (-1, 1, 1, -1)]
        scene.heart.stop()
        found["block"] = scene.heart.longest
        found["pan_frame"] = max(frame for frame, _ in pans)
        found["pan_blank"] = max(blank for _, blank in pans)
        found["zoom_settle"] = statistics.median(end for end, _ in settles)
        found["zoom_turn"] = statistics.median(turn for _, turn in settles)
        found["memory"] = memory(os.getpid())
        system = scene.window.map.system
        spots = ((0.004, 0.003), (0.0, 0.0), (-0.004, 0.002))
        found["edit"] = statistics.median(scene.edit(system, lon + dx, lat + dy) for dx, dy in spots)
        scene.window.close()
    return found


def run(entry: Callable[[Path, Path], dict[str, float]]) -> None:
    """Print what was measured and be gone."""
    sys.stdout.write(json.dumps(entry(Path(sys.argv[1]), Path(sys.argv[2]))) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the page's own processes are of no interest to a measurement


if __name__ == "__main__":
    run(main)
