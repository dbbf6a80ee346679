"""The import dialog with real mouse and keys: what it guesses, what can be changed, what it does and undoes."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from shiboken6 import isValid

from app import report, theme
from app.files import Files
from app.importing import CHOOSING, RESULT, ImportDialog
from app.importing_fields import MEANS, Fields
from app.session import Session
from app.settings import Settings
from layers import exchange, grids, history, tasks, workspace
from layers.domain.things import TaskFilter
from layers.words import t

PATIENT = 20_000


@pytest.fixture
def session(qapp: QApplication, street: Path, qtbot, crashes: list[str]) -> Iterator[Session]:
    theme.apply("light")
    made = Session()
    with qtbot.waitSignal(made.opened, timeout=PATIENT):
        made.open(street)
    yield made
    made.close()


@pytest.fixture
def open_dialog(session: Session, qtbot) -> Callable[[Path], ImportDialog]:
    made: list[ImportDialog] = []

    def make(path: Path) -> ImportDialog:
        dialog = ImportDialog(session, path)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        made.append(dialog)
        dialog.open()
        QTest.qWaitForWindowExposed(dialog)
        qtbot.waitUntil(lambda: dialog.pages.currentIndex() == CHOOSING or dialog.trouble.isVisible(), timeout=PATIENT)
        return dialog

    return make


def write(widget: QWidget, words: str) -> None:
    """Type as an input method does: Chinese has no keys."""
    widget.setFocus()
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(widget, event)


def shown(model: QAbstractItemModel, column: int) -> list[str]:
    return [model.index(row, column).data() for row in range(model.rowCount())]


def press(dialog: ImportDialog) -> None:
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)


def test_the_table_keeps_the_rules_of_qt(qapp: QApplication, shared_data: Callable[[str], Path]) -> None:
    layer = exchange.preview(shared_data("nyc311_500.csv")).layers[0]
    model = Fields()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(layer, "tasks", exchange.guess_mapping(layer, "tasks"))
    model.choose(0, "title")
    assert model.rowCount() == len(layer.fields)
    assert tester.model() is model


def test_a_hotline_list_from_the_first_look_to_the_tray(
    open_dialog: Callable[[Path], ImportDialog], session: Session, shared_data: Callable[[str], Path], qtbot
) -> None:
    dialog = open_dialog(shared_data("nyc311_500.csv"))
    assert dialog.kinds.text() == "任务"
    assert dict(zip(shown(dialog.fields, 0), shown(dialog.fields, MEANS), strict=True))["unique_key"] == "来源编号"
    assert "500" in dialog.summary.text()
    assert session.ws is not None
    assert tasks.counts(session.ws, TaskFilter())["all"] == 300  # nothing is written before Import
    qtbot.waitUntil(lambda: "432 落图 · 68 待落图" in dialog.landed.text(), timeout=PATIENT)
    qtbot.waitUntil(lambda: "不相交" in dialog.landed.text(), timeout=PATIENT)  # New York is not in the street
    with qtbot.waitSignal(session.changed, timeout=PATIENT):
        press(dialog)
    qtbot.waitUntil(lambda: dialog.pages.currentIndex() == RESULT, timeout=PATIENT)
    assert "500" in dialog.outcome.headline
    assert tasks.counts(session.ws, TaskFilter())["tray"] >= 68
    press(dialog)
    assert not dialog.isVisible()
    history.undo(session.ws, "dispatcher")
    assert tasks.counts(session.ws, TaskFilter())["all"] == 300


def test_a_column_is_given_another_meaning_by_mouse_and_by_keys(
    open_dialog: Callable[[Path], ImportDialog], shared_data: Callable[[str], Path], qtbot
) -> None:
    dialog = open_dialog(shared_data("nyc311_500.csv"))
    fields, table = dialog.fields, dialog.table
    row = shown(fields, 0).index("descriptor")
    table.scrollTo(fields.index(row, MEANS))
    spot = table.visualRect(fields.index(row, MEANS)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    chosen = next(action for action in menu.actions() if action.text().startswith("标题"))
    QTest.mouseClick(
        menu, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, menu.actionGeometry(chosen).center()
    )
    assert fields.mapping["descriptor"] == "title"
    assert "complaint_type" not in fields.mapping  # a column has one meaning, and a meaning one column
    table.setCurrentIndex(fields.index(row, 0))
    QTest.keyClick(table, Qt.Key.Key_Space)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "descriptor" not in fields.mapping, timeout=2000)


def test_districts_as_a_system_of_two_tiers(
    open_dialog: Callable[[Path], ImportDialog], session: Session, shared_data: Callable[[str], Path], qtbot
) -> None:
    dialog = open_dialog(shared_data("shanghai_districts.geojson"))
    assert dialog.kinds.text() == "网格"
    assert dialog.grid_box.system.isVisible()
    write(dialog.grid_box.system, "行政区划")
    qtbot.waitUntil(lambda: "将建成 16" in dialog.landed.text(), timeout=PATIENT)
    assert not dialog.grid_box.upper.isVisible()
    write(dialog.grid_box.tiers, "市 / 区")
    qtbot.waitUntil(lambda: "将建成 1+16" in dialog.landed.text(), timeout=PATIENT)
    assert dialog.grid_box.upper.isVisible()  # nothing to dissolve by is chosen: all become one, of this name
    assert dialog.height() <= 700
    write(dialog.grid_box.upper, "上海市")
    press(dialog)
    qtbot.waitUntil(lambda: dialog.pages.currentIndex() == RESULT, timeout=PATIENT)
    assert session.ws is not None
    assert [s.summary for s in grids.systems(session.ws)] == ["1+3+22+138", "265", "1+16"]
    code = grids.systems(session.ws)[-1].code
    assert "上海市" in [node.name for node in grids.tree(session.ws, code)]


def test_the_same_again_is_refused_in_the_dialog_which_stays(
    open_dialog: Callable[[Path], ImportDialog], session: Session, shared_data: Callable[[str], Path], qtbot
) -> None:
    path = shared_data("shanghai_districts.geojson")
    exchange.import_file(session.ws, path, as_="grids", system="shanghai_districts", actor="me")
    dialog = open_dialog(path)
    press(dialog)
    qtbot.waitUntil(dialog.trouble.isVisible, timeout=PATIENT)
    assert "310101" in dialog.trouble.text()
    qtbot.waitUntil(dialog.go.isEnabled, timeout=PATIENT)
    assert dialog.isVisible()
    write(dialog.grid_box.system, "换一个名字")
    press(dialog)
    qtbot.waitUntil(lambda: dialog.pages.currentIndex() == RESULT, timeout=PATIENT)
    assert not dialog.trouble.isVisible()


def test_encoding_and_crs_can_be_chosen(
    open_dialog: Callable[[Path], ImportDialog], shared_data: Callable[[str], Path], qtbot
) -> None:
    dialog = open_dialog(shared_data("hostile/formula_gbk.csv"))
    assert dialog.encodings.text() == "GB18030"
    assert dialog.encoding_why.text()
    assert "经度" in shown(dialog.fields, 0)
    dialog.encodings.chosen.emit("Big5")
    qtbot.waitUntil(lambda: dialog.trouble.isVisible() or "经度" not in shown(dialog.fields, 0), timeout=PATIENT)
    dialog.encodings.chosen.emit("GB18030")
    qtbot.waitUntil(lambda: "经度" in shown(dialog.fields, 0), timeout=PATIENT)
    qtbot.waitUntil(lambda: dialog.picture._landing is not None, timeout=PATIENT)
    before = dialog.picture._landing
    assert before is not None
    dialog.crss.chosen.emit("GCJ-02")
    qtbot.waitUntil(
        lambda: dialog.picture._landing is not None and dialog.picture._landing.points != before.points, timeout=PATIENT
    )
    assert dialog.picture._landing is not None
    assert abs(dialog.picture._landing.points[0][0] - before.points[0][0]) > 0.001


def test_shapes_whose_system_nobody_says_wait_for_it(
    open_dialog: Callable[[Path], ImportDialog], shared_data: Callable[[str], Path], session: Session, qtbot
) -> None:
    dialog = open_dialog(shared_data("big5.shp"))
    qtbot.waitUntil(lambda: dialog.picture.accessibleName() == t("importing.choose_crs"), timeout=PATIENT)
    assert "import-landing" not in session._asked
    assert not dialog.go.isEnabled()
    dialog._choose_crs("EPSG:4490")
    qtbot.waitUntil(dialog.go.isEnabled, timeout=PATIENT)


def test_another_kind_brings_other_meanings(
    open_dialog: Callable[[Path], ImportDialog], shared_data: Callable[[str], Path]
) -> None:
    dialog = open_dialog(shared_data("nyc311_500.csv"))
    menu = dialog.kinds.menu()
    next(action for action in menu.actions() if action.text() == "人员").trigger()
    assert "source_number" not in dialog.fields.mapping.values()
    assert not dialog.grid_box.isVisible()


@pytest.mark.parametrize("name", ["hostile/xxe.kml", "hostile/zip_slip.zip"])
def test_a_hostile_file_is_one_sentence(
    open_dialog: Callable[[Path], ImportDialog], shared_data: Callable[[str], Path], name: str
) -> None:
    dialog = open_dialog(shared_data(name))
    assert Path(name).name in dialog.trouble.text()
    assert not dialog.go.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_cancel_in_the_middle_leaves_everything_as_it_was(
    open_dialog: Callable[[Path], ImportDialog], session: Session, tmp_path: Path, qtbot
) -> None:
    path = tmp_path / "很多.csv"
    path.write_text("标题,问题描述\n" + "\n".join(f"任务 {i},说明" for i in range(60_000)), encoding="utf-8")
    dialog = open_dialog(path)
    with qtbot.waitSignal(session.rested, timeout=PATIENT):
        press(dialog)
        assert not dialog.choosing.isEnabled()
        QTest.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=PATIENT)
    assert dialog.isVisible()
    assert session.ws is not None
    assert tasks.counts(session.ws, TaskFilter())["all"] == 300
    assert workspace.verify(session.ws) == []


def test_work_of_somebody_else_that_ends_lets_no_file_in_twice(
    open_dialog: Callable[[Path], ImportDialog], session: Session, tmp_path: Path, qtbot
) -> None:
    path = tmp_path / "清单.csv"
    path.write_text("标题,问题描述\n" + "\n".join(f"任务 {i},说明" for i in range(300)), encoding="utf-8")
    dialog = open_dialog(path)
    gate = threading.Event()
    ended: list[int] = []
    session.work(lambda _ws: gate.wait(20), ended=lambda: ended.append(1))
    session.work(lambda _ws: None, ended=lambda: (ended.append(2), press(dialog)))
    press(dialog)
    gate.set()
    qtbot.waitUntil(lambda: len(ended) == 2 and not session.busy, timeout=PATIENT)
    assert session.ws is not None
    assert tasks.counts(session.ws, TaskFilter())["all"] == 600
    assert dialog.outcome.isVisible()


def test_it_fits_a_small_screen_in_both_languages(
    open_dialog: Callable[[Path], ImportDialog], shared_data: Callable[[str], Path], qtbot
) -> None:
    from layers import words

    for language in words.LANGUAGES:
        words.use(language)
        dialog = open_dialog(shared_data("shanghai_districts.geojson"))
        assert dialog.height() <= 700
        assert dialog.width() <= 1366
        for widget in (dialog.go, dialog.cancel, dialog.kinds, dialog.crss, dialog.table, dialog.picture):
            corner = widget.mapTo(dialog, QPoint(widget.width(), widget.height()))
            assert widget.isVisible()
            assert corner.x() <= dialog.width()
            assert corner.y() <= dialog.height()
        dialog.reject()


@pytest.mark.parametrize("read", [False, True])
def test_closed_early_nothing_is_told_to_nobody(
    session: Session, shared_data: Callable[[str], Path], qtbot, crashes: list[str], read: bool
) -> None:
    dialog = ImportDialog(session, shared_data("nyc311_500.csv"))
    dialog.open()
    if read:  # closed while it is being found out where the file would land
        qtbot.waitUntil(dialog.go.isEnabled, timeout=PATIENT)
    dialog.reject()
    qtbot.waitUntil(lambda: not isValid(dialog), timeout=PATIENT)
    heard: list[object] = []
    session.look(lambda ws: ws.name, key="behind them all", done=heard.append, aside=True)
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENT)
    session.closing.emit()
    assert crashes == []


def test_a_refused_file_opens_no_dialog(session: Session, shared_data: Callable[[str], Path], qtbot) -> None:
    files = Files(QWidget(), session, Settings())
    with qtbot.waitSignal(report.board.message, timeout=PATIENT) as said:
        files.start_import(shared_data("hostile/xxe.kml"))
    assert "xxe.kml" in said.args[0]
    assert said.args[1] == "bad"
    assert not [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, ImportDialog)]


def test_what_came_in_is_told_to_the_window(session: Session, shared_data: Callable[[str], Path], qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    files = Files(window, session, Settings())
    told: list[exchange.Imported] = []
    files.imported = told.append
    files.start_import(shared_data("shanghai_districts.geojson"))
    qtbot.waitUntil(lambda: bool(window.findChildren(ImportDialog)), timeout=PATIENT)
    (dialog,) = window.findChildren(ImportDialog)
    press(dialog)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENT)
    assert session.ws is not None
    assert told[0].system == grids.systems(session.ws)[-1].code
    assert told[0].changes.bounds is not None
    # Closed in the very turn of the answer: this is what once ended in a crash of Qt's own.
    dialog.reject()
    qtbot.waitUntil(lambda: not isValid(dialog), timeout=PATIENT)
