"""The real window in a process of its own, on a screen of another sharpness; its last line says what it saw."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import shapely
from PySide6.QtCore import QPoint, QSettings, QSize, Qt
from PySide6.QtTest import QTest


def main(path: Path, folder: Path) -> dict[str, Any]:
    """Click grids where they are named, hover one, draw one; return what became of it."""
    from app import launch, report

    launch.application()
    from app.hand import Hand
    from app.settings import Settings
    from layers import places

    crashes: list[str] = []
    report.board.crashed.connect(crashes.append)
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    settings.language, settings.theme, settings.post = "zh", "light", "dispatcher"
    window = launch.window(settings)
    window.resize(QSize(1366, 768))
    window.show()
    hand = Hand(window)
    hand.map_ready()
    window.files.open(path)
    hand.until(lambda: window.session.ws is not None and bool(window.tasks.model.lines), "open")
    hand.map_still()
    ws = window.session.ws
    assert ws is not None
    for name in ("task", "facility", "place", "road"):  # nothing but grids to hit
        window.left.layers.switches[name].setChecked(False)
    seen: dict[str, Any] = {"ratio": hand.ask("window.devicePixelRatio")}
    window.resize(QSize(1092, 614))  # where the map ends between two pixels of the screen
    hand.map_still()
    picture = window.grab().toImage()
    corner = window.map.mapTo(window, QPoint(window.map.width(), window.map.height())) * picture.devicePixelRatio()
    edges = [(x, corner.y() - 1) for x in range(corner.x() - 300, corner.x() - 2)]
    edges += [(corner.x() - 1, y) for y in range(corner.y() - 300, corner.y() - 2)]
    seen["black"] = sum(picture.pixelColor(*at).lightness() < 10 for at in edges)
    window.resize(QSize(1366, 768))
    hand.map_still()
    window.map.view.fit((121.2380, 31.0100, 121.2560, 31.0200), maxzoom=16)
    hand.map_still()
    named = hand.ask(
        "gewu.labels.placed.filter((l) => l.key.startsWith('grid ')).map((l) => "
        "[l.key.slice(5), l.x + l.dx, l.y + l.dy]).filter(([k, x, y]) => "
        "gewu.map.getPixelBounds().pad(-0.1).contains([x, y]))"
        ".map(([k, x, y]) => { const p = gewu.map.unproject([x, y]); return [k, p.lng, p.lat]; })"
    )
    hits = []
    for _uuid, lon, lat in named:
        window.selection.clear()
        hand.until(lambda: not window.editing.bar.isVisible(), "nothing over the map")  # type: ignore[union-attr]
        hand.map_click(lon, lat)
        hand.until(lambda: window.selection.picked is not None and window.inspector.card is not None, "picked")
        hits.append([lon, lat, window.selection.uuid("grid")])
    seen["hits"] = hits
    window.selection.clear()
    _uuid, lon, lat = named[0]
    hand.map_move(hand.pixel(lon, lat))
    seen["code"] = places.card(ws, "grid", hits[0][2]).values["code"].split("-")[-1]
    hand.until(lambda: seen["code"] in hand.ask("gewu.tip.textContent"), "tip")  # not that of the last click any more
    seen["tip"] = hand.ask("gewu.tip.textContent")
    seen["pointer_off"] = hand.ask(f"gewu.pointer.distanceTo(gewu.map.latLngToContainerPoint([{lat}, {lon}]))")
    middle = hand.pixel(lon, lat)
    corners = [middle + QPoint(*by) for by in ((-40, -30), (40, -30), (40, 30), (-40, 30))]
    window.do.draw("polygon")
    hand.until(lambda: hand.ask("gewu.drawing") == "polygon", "drawing")
    for count, at in enumerate(corners, 1):
        hand.map_move(at)
        QTest.mouseClick(hand.page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, at)
        hand.until(lambda count=count: len(window.map.view.sketcher.sketch.path) == count, f"corner {count}")  # type: ignore[misc,union-attr]
    drawn: list[dict[str, Any]] = []
    window.map.view.drawn.connect(lambda _kind, geometry: drawn.append(geometry))
    hand.map_key(Qt.Key.Key_Return)
    hand.until(lambda: bool(drawn), "drawn")
    back = hand.ask(
        json.dumps(shapely.get_coordinates(shapely.geometry.shape(drawn[0])).tolist())
        + ".map(([lon, lat]) => { const p = gewu.map.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; })"
    )
    seen["drawn"] = [[abs(x - c.x()), abs(y - c.y())] for (x, y), c in zip(back, corners, strict=False)]
    seen["crashes"] = crashes
    window.inspector.end_form()
    window.close()
    return seen


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2])), ensure_ascii=False))
