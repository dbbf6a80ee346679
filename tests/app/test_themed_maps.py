"""Themed maps in the window: put up, saved, renamed, changed, deleted, found, by keys alone; undo for all of it."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from app.hand import Hand
from app.lookup import OFFER
from layers import history
from layers.indicators import Wish
from layers.words import said

pytestmark = pytest.mark.window
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def known(desk: Hand, count: int) -> None:
    desk.until(lambda: len(desk.window.boards.all) == count, f"{count} themed maps")


def entry(desk: Hand, words: str):  # type: ignore[no-untyped-def]
    """Return an entry of the card's list."""
    found = [one for one in desk.window.board_card.choice.menu().actions() if words in one.text()]
    assert found, [one.text() for one in desk.window.board_card.choice.menu().actions()]
    return found[0]


def test_the_risk_map_shows_hazards_over_overdue(desk: Hand) -> None:
    window = desk.window
    known(desk, 2)
    before = window.left.layers.switched(), window.map.source.filter
    entry(desk, "风险一张图").trigger()
    desk.until(lambda: window.shades.shading is not None, "shading")
    assert window.board_card.choice.text() == "风险一张图"
    assert window.shades.wish.indicator == "overdue"
    assert "functions" not in window.left.layers.switched()
    desk.until(lambda: {line.kind for line in window.tasks.model.lines} == {"hazard"}, "hazards")
    desk.until(lambda: desk.ask("gewu.pins.all.length") == len([x for x in window.tasks.model.lines if x.lon]), "pins")
    entry(desk, "普通地图").trigger()
    desk.until(lambda: window.shades.shading is None, "plain")
    assert (window.left.layers.switched(), window.map.source.filter) == before
    assert window.board_card.choice.text() == "专题图"


def test_shades_legend_list_and_pins_of_the_risk_map_are_the_same_tasks(desk: Hand) -> None:
    """The numbers against those of the table, and both against SQL of the test's own."""
    window = desk.window
    known(desk, 2)
    entry(desk, "风险一张图").trigger()
    window.shades.use(Wish("open", tier=3))

    def hazards() -> bool:
        shading = window.shades.shading
        return (
            shading is not None and (shading.wish.indicator, shading.tier) == ("open", 3) and bool(shading.only.columns)
        )

    desk.until(hazards, "hazards only")
    desk.until(lambda: {line.kind for line in window.tasks.model.lines} == {"hazard"}, "hazards")
    shading, ws = window.shades.shading, window.session.ws
    assert shading is not None
    assert ws is not None
    db = ws.store.read()
    counted = dict(
        db.execute(
            "SELECT g.parent_uuid, count(*) FROM task t JOIN placement p ON p.owner_uuid=t.uuid "
            "AND p.owner_table='task' JOIN grid g ON g.uuid=p.grid_uuid AND g.tier=4 "
            "WHERE p.system='four' AND t.kind='hazard' AND t.status NOT IN ('closed','void','refused') GROUP BY 1"
        ).fetchall()
    )
    written = {
        uuid: int(text)
        for uuids, texts in zip(shading.grids, shading.numbers, strict=True)
        for uuid, text in zip(uuids, texts, strict=True)
    }
    assert shading.tier == 3
    assert written == counted
    assert sum(written.values()) == len(window.tasks.model.lines)
    legend = window.board_card.legend
    assert f"共 {sum(counted.values())} 件" in legend.notes.text()
    assert "只计：隐患" in legend.notes.text()
    rows = [count.text() for _, span, count in legend.rows if not span.isHidden()]
    assert sum(int(text.split()[0]) for text in rows) == 22
    # A grid that is pressed narrows the list to it, and its number is the list's.
    most = max(counted, key=lambda uuid: counted[uuid])
    window.selection.set("grid", most, True)
    desk.until(lambda: len(window.tasks.model.lines) == counted[most], "the grid's own")
    assert window.shades.shading is not None
    assert window.shades.shading.total == sum(counted.values())
    entry(desk, "普通地图").trigger()
    desk.until(lambda: window.shades.shading is None, "plain")


def test_shades_follow_what_the_list_is_narrowed_to(desk: Hand) -> None:
    window = desk.window
    window.shades.use(Wish("open"))
    desk.until(lambda: window.shades.shading is not None, "shaded")
    every = window.shades.shading
    assert every is not None
    desk.write(window.tasks.text, "井盖")

    def fewer() -> bool:
        now = window.shades.shading
        return now is not None and now.only.text == "井盖" and (now.total or 0) < (every.total or 0)

    desk.until(fewer, "narrowed")
    desk.until(lambda: "只计：含“井盖”" in window.board_card.legend.notes.text(), "said")


def test_the_emergency_map_marks_its_facilities_at_every_zoom(desk: Hand) -> None:
    window = desk.window
    known(desk, 2)
    entry(desk, "应急一张图").trigger()
    desk.until(lambda: desk.ask("gewu.marks.on"), "marks")
    desk.map_still()
    kinds = desk.ask("[...new Set(gewu.marks.all.map((m) => m.kind))].sort()")
    assert kinds == ["fire", "shelter", "water"]
    shown = window.board_card.marks
    desk.until(
        lambda: [kind for kind, (row, _) in shown.items() if row.isVisible()] == ["fire", "shelter", "water"], ""
    )
    # What is marked can be picked, though facilities are not drawn at this zoom otherwise.
    lon, lat = desk.ask(
        "(() => { const pins = gewu.pins.shown; const free = gewu.marks.shown.find((m) => m.kind === 'shelter' && "
        "pins.every((p) => Math.hypot(p.x - m.x, p.y - m.y) > 30)); "
        "const at = gewu.map.unproject([free.x, free.y]); return [at.lng, at.lat]; })()"
    )
    assert window.map.view.zoom < 14
    desk.map_click(lon, lat)
    desk.until(lambda: window.selection.uuid("facility") != "", "picked")
    # What is switched while a themed map is up is not what is remembered.
    window.left.layers.switches["facility"].setChecked(False)
    desk.until(lambda: not any(row.isVisible() for row, _ in shown.values()), "no marks")
    assert window.settings.names("map-layers-off", ()) == ()
    entry(desk, "普通地图").trigger()
    desk.until(lambda: not desk.ask("gewu.marks.on"), "as usual")
    assert window.left.layers.switches["facility"].isChecked()


def test_saving_renaming_changing_deleting_and_all_of_it_back(desk: Hand) -> None:
    window = desk.window
    known(desk, 2)
    window.shades.use(Wish("density", "quantiles", 4))
    desk.key(Qt.Key.Key_B, CTRL | ALT)
    name = window.board_card.name
    desk.until(lambda: name.isVisible() and name.hasFocus(), "asked for a name")
    desk.write(name, "积水一张图")
    QTest.keyClick(name, Qt.Key.Key_Return)
    known(desk, 3)
    desk.until(lambda: window.board_card.choice.text() == "积水一张图", "up")
    assert window.boards.board is not None
    assert window.boards.board.wish == Wish("density", "quantiles", 4)
    entry(desk, "重命名").trigger()
    desk.until(name.hasFocus, "renaming")
    assert name.text() == "积水一张图"
    desk.write(name, "防汛一张图")
    QTest.keyClick(name, Qt.Key.Key_Return)
    desk.until(lambda: window.board_card.choice.text() == "防汛一张图", "renamed")
    window.left.layers.switches["road"].setChecked(False)
    entry(desk, "更新").trigger()
    desk.until(lambda: window.boards.board is not None and "road" not in window.boards.board.layers, "updated")
    entry(desk, "删除").trigger()
    known(desk, 2)
    assert window.board_card.choice.text() == "专题图"
    for count, label in ((3, "更新专题图"), (3, "专题图“积水一张图”改名为“防汛一张图”"), (3, "保存专题图"), (2, None)):
        desk.key(Qt.Key.Key_Z, CTRL, at=window)
        desk.rest()
        known(desk, count)
        ws = window.session.ws
        assert ws is not None
        said_now = history.labels(ws)[0]
        assert (said_now or "").startswith(label or "") or label is None


def test_escape_gives_up_the_name_and_a_taken_name_is_said(desk: Hand, messages: list[tuple[str, str]]) -> None:
    window = desk.window
    known(desk, 2)
    desk.key(Qt.Key.Key_B, CTRL | ALT)
    name = window.board_card.name
    desk.until(name.hasFocus, "name")
    QTest.keyClick(name, Qt.Key.Key_Escape)
    assert not name.isVisible()
    assert window.board_card.choice.isVisible()
    desk.key(Qt.Key.Key_B, CTRL | ALT, at=window)
    desk.until(name.hasFocus, "name again")
    desk.write(name, "风险一张图")
    QTest.keyClick(name, Qt.Key.Key_Return)
    desk.until(lambda: any("风险一张图" in words for _, words in messages), "message")
    known(desk, 2)


def test_the_search_box_finds_them_by_name_and_pinyin(desk: Hand) -> None:
    window = desk.window
    known(desk, 2)
    popup = window.finder.popup
    for needle in ("应急一", "yjyzt"):
        window.boards.show("")
        desk.key(Qt.Key.Key_K, CTRL, at=window)
        desk.until(window.finder.hasFocus, "focus")
        desk.write(window.finder, needle)

        def first() -> str:
            lines = [popup.list.item(i).data(OFFER) for i in range(popup.list.count())] if popup.isVisible() else []
            return next((line.words for line in lines if line.value is not None), "")

        desk.until(lambda: first() == "应急一张图", needle)
        desk.key(Qt.Key.Key_Return, at=window.finder)
        desk.until(lambda: window.boards.board is not None, "up")
        assert window.boards.board is not None
        assert said(window.boards.board.name) == "应急一张图"


def test_the_list_opens_by_keys_and_speaks_english(desk: Hand) -> None:
    window = desk.window
    known(desk, 2)
    window.do.set_language("en")
    texts = [one.text() for one in window.board_card.choice.menu().actions()]
    assert texts[:3] == ["Plain map", "Risk map", "Emergency map"]
    assert window.board_card.choice.text() == "Themed map"


def test_who_may_only_look_may_put_up_but_not_keep(desk: Hand, make_window, street, opening) -> None:  # type: ignore[no-untyped-def]
    other = make_window()
    opening(other, street)
    assert not other.window.session.writable
    known(other, 2)
    assert not entry(other, "存为专题图").isEnabled()
    entry(other, "风险一张图").trigger()
    other.until(lambda: other.window.shades.shading is not None, "shading")
    assert not entry(other, "删除").isEnabled()


def test_a_key_opens_the_list_in_focus(desk: Hand) -> None:
    window = desk.window
    known(desk, 2)
    menu = window.board_card.choice.menu()
    QTimer.singleShot(300, lambda: QTest.keyClick(menu, Qt.Key.Key_Escape))
    desk.key(Qt.Key.Key_T, CTRL, at=window)
    desk.until(lambda: not menu.isVisible(), "closed")
    assert window.board_card.choice.hasFocus()


LONG = "中山街道二〇二六年防汛防台风险点位与责任网格一张图（三防&应急联合值守试行版）"


def kept(desk: Hand, name: str) -> None:
    """Save what is seen under a name, with keys."""
    desk.key(Qt.Key.Key_B, CTRL | ALT, at=desk.window)
    field = desk.window.board_card.name
    desk.until(field.hasFocus, "asked for a name")
    desk.write(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)
    desk.until(lambda: desk.window.boards.board is not None, "up")


def test_a_long_name_leaves_the_map_its_room_and_is_told_whole(desk: Hand) -> None:
    window = desk.window
    known(desk, 2)
    kept(desk, LONG)
    card = window.board_card
    desk.until(lambda: card.choice.toolTip().startswith(LONG[:40]), "told")
    assert said(window.boards.board.name) == LONG[:40]  # type: ignore[union-attr]
    assert card.width() < 260
    texts = [one.text() for one in card.choice.menu().actions()]
    assert LONG[:40].replace("&", "&&") in texts
    assert all(len(one) < 60 for one in texts)


def test_what_was_typed_stays_when_the_name_is_taken(desk: Hand, messages: list[tuple[str, str]]) -> None:
    window = desk.window
    known(desk, 2)
    desk.key(Qt.Key.Key_B, CTRL | ALT)
    name = window.board_card.name
    desk.until(name.hasFocus, "name")
    desk.write(name, "应急一张图")
    QTest.keyClick(name, Qt.Key.Key_Return)
    desk.until(lambda: any("应急一张图" in words for _, words in messages), "said")
    desk.until(lambda: name.isVisible() and name.hasFocus() and name.text() == "应急一张图", "still there")
    desk.write(name, "应急二张图")
    QTest.keyClick(name, Qt.Key.Key_Return)
    known(desk, 3)


def test_a_board_brings_its_grid_system_and_says_when_that_is_gone(desk: Hand, messages: list[tuple[str, str]]) -> None:
    window = desk.window
    known(desk, 2)
    tree = window.left.tree
    assert [one.code for one in tree.systems] == ["four", "base"]
    tree.use("base")
    window.shades.use(Wish("facilities"))
    kept(desk, "基础网格图")
    entry(desk, "普通地图").trigger()
    tree.use("four")
    assert window.map.system == "four"
    entry(desk, "基础网格图").trigger()
    desk.until(lambda: window.map.system == "base", "its system")
    desk.until(lambda: window.shades.shading is not None and window.shades.shading.system == "base", "shaded")
    entry(desk, "普通地图").trigger()
    tree.use("four")
    ws = window.session.ws
    assert ws is not None

    def gone(ws):  # type: ignore[no-untyped-def]
        with ws.store.step("elsewhere", "b", journal=False) as writing:
            writing.db.execute("DELETE FROM grid WHERE system='base'")
            writing.db.execute("DELETE FROM grid_tier WHERE system='base'")
            writing.db.execute("DELETE FROM grid_system WHERE code='base'")
        return writing.changes

    window.session.work(gone)
    desk.rest()
    tree.refresh()
    desk.until(lambda: [one.code for one in tree.systems] == ["four"], "gone")
    entry(desk, "基础网格图").trigger()
    desk.until(lambda: any("base" in words and "四级网格" in words for _, words in messages), "said")
    assert window.map.system == "four"
    desk.until(lambda: window.shades.shading is not None and window.shades.shading.system == "four", "on what there is")


def test_undoing_an_update_shows_the_board_as_it_was(desk: Hand) -> None:
    window = desk.window
    known(desk, 2)
    kept(desk, "责任一张图")
    road = window.left.layers.switches["road"]
    assert road.isChecked()
    road.setChecked(False)
    entry(desk, "更新").trigger()
    desk.until(lambda: window.boards.board is not None and "road" not in window.boards.board.layers, "updated")
    desk.key(Qt.Key.Key_Z, CTRL, at=window)
    desk.until(lambda: window.boards.board is not None and "road" in window.boards.board.layers, "undone")
    desk.until(road.isChecked, "and shown")


def test_boards_are_there_after_a_restart(desk: Hand, make_window, street, opening) -> None:  # type: ignore[no-untyped-def]
    window = desk.window
    known(desk, 2)
    window.shades.use(Wish("density", "equal", 4))
    kept(desk, LONG)
    before = window.boards.board
    window.close()
    other = make_window()
    opening(other, street)
    known(other, 3)
    assert other.window.boards.all[-1] == before
    entry(other, LONG[:20]).trigger()
    other.until(lambda: other.window.shades.shading is not None, "shaded")
    assert other.window.shades.wish == Wish("density", "equal", 4)
