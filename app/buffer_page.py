"""The form of a buffer: how far round a thing, shown on the map while it is typed, and what lies inside."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit

from app import parts, report
from app.guest import Guest
from app.session import Session
from layers import measuring
from layers.domain.changes import Changes
from layers.domain.found import Buffered
from layers.domain.measures import THIN, area, read_length
from layers.errors import Known
from layers.words import t

TABLES = ("task", "facility", "road_section", "place")
QUICK = (50, 100, 200, 500)  # m
FIRST = 50


class BufferPage(Guest):
    """The form. ``drawn(geometry)`` shows the ground (None takes it away); ``chosen(picks)`` selects what is inside."""

    shows = TABLES
    drawn = Signal(object)
    chosen = Signal(list)
    kept = Signal(str)  # the uuid of the new place

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("buffer")
        self.around: Mapping[str, Any] | None = None
        self.task = ""
        self.what = ""
        self.found: Buffered | None = None
        self.metres_label = parts.label("quiet")
        self.metres = QLineEdit(str(FIRST))
        self.metres.setObjectName("buffer-metres")
        self.metres.setFixedWidth(80)
        self.metres.returnPressed.connect(self.primary)
        self._turn = 0  # which of the answers is the last one asked for
        self._asking = False
        self._next: Callable[[], None] | None = None  # what shall be done as soon as the answer is there
        self.quick = [parts.tool("outlined", lambda m=m: self.metres.setText(str(m))) for m in QUICK]  # type: ignore[misc]
        for button, metres in zip(self.quick, QUICK, strict=True):
            button.setText(str(metres))
        self.kinds = {name: QCheckBox() for name in TABLES}
        for name, box in self.kinds.items():
            box.setChecked(name != "place")
            box.toggled.connect(lambda _on: self._ask())
            box.setObjectName(f"buffer-{name}")
        self.area = parts.label("small")
        self.wrong = parts.label("red", wrap=True)
        self.name_label = parts.label("quiet")
        self.name = QLineEdit()
        self.name.setObjectName("buffer-name")
        self.keep = parts.button("", lambda: self._when_ready(self._keep))
        self.keep.setObjectName("buffer-keep")
        self.sketch = parts.button("", lambda: self._when_ready(self._sketch))
        self.sketch.setObjectName("buffer-sketch")
        self.body.addLayout(
            parts.column(
                self.metres_label, parts.row(self.metres, *self.quick, None, gap=4), self.area, self.wrong, 4,
                *self.kinds.values(), 4, parts.rule(), 4, self.name_label, self.name,
                parts.row(self.keep, self.sketch, None), gap=6,
            )
        )  # fmt: skip
        self.choose = parts.button("primary", self.primary)
        self.choose.setObjectName("buffer-choose")
        self.shut = parts.button("", self.left.emit)
        for widget in (self.choose, self.shut):
            self.buttons.addWidget(widget)
        self.buttons.addStretch(1)
        self.fit()
        self._typing = QTimer(self, singleShot=True, interval=120)
        self._typing.timeout.connect(self._ask)
        self.metres.textChanged.connect(lambda _text: self._typing.start())
        self.dressed()

    def retranslate(self) -> None:
        self.metres_label.setText(t("finding.buffer_metres"))
        self.metres.setAccessibleName(t("finding.buffer_metres"))
        self.name_label.setText(t("finding.buffer_name"))
        self.name.setAccessibleName(t("finding.buffer_name"))
        self.keep.setText(t("finding.buffer_keep"))
        self.sketch.setText(t("finding.buffer_sketch"))
        self.shut.setText(t("finding.buffer_close"))
        self._show()

    def start(self, what: str, around: Mapping[str, Any], task: str = "") -> None:
        """Draw round a geometry (GeoJSON, degrees) that is called ``what``; ``task`` is its uuid if it is one."""
        self.what, self.around, self.task = what, around, task
        self.found = None
        self.name.clear()
        width = self._width()
        if width is None or not measuring.NEAREST <= width <= measuring.FURTHEST:
            self.metres.setText(str(FIRST))  # what was refused last time is no beginning
        self.rest()
        self._ask()
        self.metres.setFocus(Qt.FocusReason.OtherFocusReason)
        self.metres.selectAll()

    def refresh(self) -> None:
        self._ask()

    def emptied(self) -> None:
        self.rest()
        self.around = self.found = None

    def rest(self) -> None:
        """Ask and draw nothing more: the page has been left."""
        self._typing.stop()
        self._turn += 1
        self._asking, self._next = False, None

    def _width(self) -> float | None:
        return read_length(re.sub(rf"(?<=\d)[,，{THIN} ](?=\d\d\d)", "", self.metres.text()))

    def _ask(self) -> None:
        width, tables = self._width(), [name for name, box in self.kinds.items() if box.isChecked()]
        if self.around is None:
            return
        self._turn += 1
        self._asking = width is not None
        if width is None:
            self._failed(self._turn, None)
            return
        self.session.look(
            measuring.buffer, self.around, width, tables, key="buffer",
            done=partial(self._got, self._turn), failed=partial(self._failed, self._turn),
        )  # fmt: skip

    def _got(self, turn: int, found: Buffered) -> None:
        if turn != self._turn:
            return
        self.found = found
        self._asking = False
        self.wrong.hide()
        self.drawn.emit(found)
        self._show()
        act, self._next = self._next, None
        if act is not None:
            act()

    def _when_ready(self, act: Callable[[], None]) -> None:
        """Do something with the ground of the distance that is typed, not with that of one typed before."""
        if self._typing.isActive():
            self._typing.stop()
            self._ask()
        if self._asking:
            self._next = act
        elif self.found is not None:
            act()

    def _failed(self, turn: int, error: BaseException | None) -> None:
        if turn != self._turn:
            return
        self._asking, self._next = False, None
        if error is not None and not isinstance(error, Known):
            report.show(error)
            return
        self.found = None
        self.wrong.setText(str(error) if error is not None else t("finding.buffer_number"))
        self.wrong.show()
        self.drawn.emit(None)
        self._show()

    def _show(self) -> None:
        found = self.found
        self.title.setText(t("finding.buffer_title", what=self.what))
        self.wrong.setVisible(found is None and bool(self.wrong.text()))
        self.area.setText(t("finding.buffer_area", area=area(found.area_m2, finer=True)) if found else "")
        for name, box in self.kinds.items():
            count = found.counts.get(name) if found else None
            words = t(f"finding.kind_{name}")
            box.setText(words if count is None else f"{words}  {count}")
        inside = len(found.picks) if found else 0
        words = "finding.buffer_choose" if inside else "finding.buffer_nothing"
        self.choose.setText(t(words, count=inside))
        self.choose.setEnabled(inside > 0)
        writable = self.session.writable and found is not None
        self.keep.setEnabled(writable)
        self.sketch.setEnabled(writable)
        self.sketch.setVisible(bool(self.task))
        metres = f"{found.metres:g}" if found else ""
        self.name.setPlaceholderText(t("finding.buffer_default", what=self.what, metres=metres) if found else "")

    def primary(self) -> None:
        """Select what lies inside."""
        self._when_ready(self._choose)

    def _choose(self) -> None:
        if self.found is not None and self.found.picks:
            self.chosen.emit(list(self.found.picks))

    def _keep(self) -> None:
        if self.found is None:
            return
        name = self.name.text().strip() or self.name.placeholderText()

        def done(changes: Changes) -> None:
            self.kept.emit(changes.uuids("place")[0])

        self.session.work(measuring.keep_as_place, self.found.geometry, name, label="edit", done=done)

    def _sketch(self) -> None:
        if self.found is not None and self.task:
            label = t("finding.buffer_label", metres=f"{self.found.metres:g}")
            self.session.work(
                measuring.keep_as_sketch, self.task, self.found.geometry, label,
                label="edit", done=lambda _changes: self.left.emit(),
            )  # fmt: skip
