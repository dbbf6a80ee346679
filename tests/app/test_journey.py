"""The whole day through the real window with real mouse and keys, and the first of the ten moments."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app import journey
from app.hand import Hand
from layers import places, workspace

pytestmark = pytest.mark.window
FUCHENG = 0  # the first district of the tree


def test_a_task_is_drawn_assigned_checked_closed_and_exported(desk: Hand, tmp_path: Path):
    window = desk.window
    stages: list[str] = []
    uuid = journey.walk(desk, tmp_path, stages.append)
    assert stages[0] == "opened"
    assert stages[-1] == "undone and redone"
    ws = window.session.ws
    assert ws is not None
    card = places.card(ws, "task", uuid)
    assert card.values["status"] == "closed"
    assert card.title == "暴露垃圾"
    assert [line.step for line in card.lines] == [
        "report", "file", "dispatch", "start", "submit", "rework", "submit", "pass", "close", "withdraw", "close",
    ]  # fmt: skip
    assert card.values["rework_n"] == 1
    assert next(line.reason for line in card.lines if line.step == "rework") == "现场仍有残留，请清理干净。"
    assert [photo.stage for photo in card.photos] == ["after"]
    grid = next(field.value for field in card.fields if field.label == "cards.grid_main")
    assert "W004" in grid
    assert "X01 方塔" in grid
    target = tmp_path / "交换 export.gpkg"
    desk.export(target)
    again = workspace.counts(ws)
    assert target.stat().st_size > 100_000
    assert again["task"] == 301


def test_moment_one_the_district_is_there_at_once(desk: Hand):
    window = desk.window
    tree, model = window.left.tree.view, window.left.tree.model
    district = model.index(FUCHENG, 0, model.index(0, 0))
    assert [model.index(i, 0, model.index(0, 0)).data() for i in range(3)] == ["府城", "功能区", "商务区"]
    assert window.status.grids.text().split() == ["1+3+22+138", "✓", "265", "✓"]
    before, all_of_them = window.map.view.bounds, len(window.tasks.model.lines)
    tree.scrollTo(district)
    spot = tree.visualRect(district).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)

    def there() -> bool:
        card = window.inspector.card
        fewer = 0 < len(window.tasks.model.lines) < all_of_them
        return card is not None and card.title.endswith("府城") and fewer

    desk.until(there, "card and table")
    desk.until(lambda: window.map.view.bounds != before, "the map flies")
    shown = {field.label: field.value for field in window.inspector.page.card.fields}
    assert shown["cards.role_leader"] == "府城片区长"
