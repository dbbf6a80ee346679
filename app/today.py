"""The first workplace: what is overdue, due soon, came in and came back, each line a task to go to."""

from functools import partial

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app import parts, signs, text, theme
from app.panel import Panel
from app.selection import Picked, Selection
from app.session import Session
from layers import tasks
from layers.domain.things import TaskFilter, TaskLine
from layers.words import t

ROW, MOST = 40, 6
# name -> (what it lists, its order, newest first)
LISTS: dict[str, tuple[TaskFilter, str, bool]] = {
    "overdue": (TaskFilter(due="overdue"), "minutes_left", False),
    "soon": (TaskFilter(due="soon"), "minutes_left", False),
    "came_in": (TaskFilter(statuses=("reported", "verified", "filed")), "reported_at", True),
    "came_back": (TaskFilter(statuses=("submitted", "checked")), "reported_at", True),
}
TONES = {"overdue": "red", "soon": "amber", "came_in": "accent", "came_back": "green"}


class Line(parts.Pressed):
    """One task: its status, title and place, and on the right what is left or when it came."""

    def __init__(self, line: TaskLine, zone: str) -> None:
        super().__init__()
        self.line = line
        self.picked = False
        self._right = (
            text.left(line.minutes_left) if line.lamp in ("red", "amber") else text.when_short(line.reported_at, zone)
        )
        self.setFixedHeight(ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(text.tip(f"{line.number}\n{line.title}\n{line.address}"))
        self.setAccessibleName(f"{line.title} {line.address} {self._right}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        tk = theme.tokens()
        painter = QPainter(self)
        if self.picked or self.underMouse() or self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tk.picked if self.picked else tk.over))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0, 1, 0, -1), 6, 6)
        box = self.rect().adjusted(8, 0, -8, 0)
        signs.status(painter, box.toRectF().adjusted(0, 13, -(box.width() - 14), -13), self.line.status)
        painter.setFont(theme.face(12))
        painter.setPen(QColor(tk.red if self.line.lamp == "red" else tk.quiet))
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, centre | Qt.AlignmentFlag.AlignRight, self._right)
        right = painter.fontMetrics().horizontalAdvance(self._right) + 16
        words = QRect(box.x() + 24, 4, box.width() - 24 - right, 18)
        painter.setFont(theme.face(13))
        painter.setPen(QColor(tk.text))
        title = text.fitted(self.line.title, painter.fontMetrics(), words.width())
        painter.drawText(words, centre | Qt.AlignmentFlag.AlignLeft, title)
        painter.setFont(theme.face(12))
        painter.setPen(QColor(tk.quiet))
        where = " · ".join(
            x for x in (self.line.address, self.line.grid_code.rpartition("-")[2], self.line.assignee) if x
        )
        below = words.translated(0, 16)
        painter.drawText(
            below, centre | Qt.AlignmentFlag.AlignLeft, text.fitted(where, painter.fontMetrics(), below.width())
        )
        painter.end()


class Section(QWidget):
    """One list with its name, its number and, when it is longer, the way to all of it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.count = parts.label("hero")
        self.title = parts.label("strong")
        self.hint = parts.label("small")
        self.all = parts.button("link")
        self.lines: QVBoxLayout = parts.column(gap=0)
        head = parts.row(
            self.count, parts.column(self.title, self.hint, gap=0), None, self.all, gap=12, margins=(8, 0, 8, 4)
        )
        self.setLayout(parts.column(head, parts.rule(), self.lines, None, gap=4))


class TodayPage(Panel):
    """The page. ``all_wanted(name)`` goes to the map with the whole list."""

    shows = ("task", "task_log", "grid")
    all_wanted = Signal(str)

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__(session, "page")
        self.selection = selection
        self.day = parts.label("hero")
        self.where = parts.Elided("quiet")
        self.sections = {name: Section(name) for name in LISTS}
        grid = QGridLayout()
        grid.setHorizontalSpacing(40)
        grid.setVerticalSpacing(24)
        for i, section in enumerate(self.sections.values()):
            grid.addWidget(section, i // 2, i % 2)
            grid.setColumnStretch(i % 2, 1)
            section.all.clicked.connect(partial(self.all_wanted.emit, section.name))
        grid.setRowStretch(2, 1)
        inner = QWidget()
        inner.setProperty("part", "page")
        head = parts.column(self.day, self.where, gap=2, margins=(8, 0, 8, 0))
        inner.setLayout(parts.column(head, 16, grid, None, gap=0, margins=(32, 24, 32, 24)))
        inner.setMaximumWidth(1400)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayout(parts.column(scroll, gap=0))
        selection.changed.connect(self._follow)
        self.dressed()

    def retranslate(self) -> None:
        for name, section in self.sections.items():
            section.title.setText(t(f"window.today_{name}"))
            section.hint.setText(t(f"window.today_{name}_hint"))
        zone = self.session.ws.zone if self.session.ws else "Asia/Shanghai"
        self.day.setText(text.today(zone))

    def refresh(self) -> None:
        ws = self.session.ws
        assert ws is not None
        self.retranslate()
        self.where.say(ws.name)
        for name, (filter_, sort, down) in LISTS.items():
            self.session.look(
                tasks.table, filter_, sort=sort, descending=down, limit=MOST, key=f"today-{name}",
                done=partial(self._got_lines, name),
            )  # fmt: skip
            self.session.look(tasks.counts, filter_, key=f"today-{name}-n", done=partial(self._got_count, name))

    def _got_count(self, name: str, counts: dict[str, int]) -> None:
        section = self.sections[name]
        section.count.setText(text.number(counts["all"]))
        tone = TONES[name] if counts["all"] else "quiet"
        colour = theme.tokens().text if tone in ("amber", "green") else getattr(theme.tokens(), tone)
        section.count.setStyleSheet(f"color: {colour};")
        section.all.setText(t("window.today_all", count=counts["all"]))
        section.all.setVisible(counts["all"] > MOST)

    def _got_lines(self, name: str, lines: list[TaskLine]) -> None:
        section = self.sections[name]
        parts.clear(section.lines)
        zone = self.session.ws.zone if self.session.ws else "Asia/Shanghai"
        for line in lines:
            shown = Line(line, zone)
            shown.picked = line.uuid == self.selection.uuid("task")
            shown.pressed.connect(partial(self.selection.set, "task", line.uuid, True))
            section.lines.addWidget(shown)
        if not lines:
            nothing = parts.label("quiet", t(f"window.today_{name}_nothing"))
            nothing.setContentsMargins(8, 8, 8, 8)
            section.lines.addWidget(nothing)

    def _follow(self, picked: Picked | None, _fly: bool) -> None:
        for line in self.findChildren(Line):
            line.picked = picked is not None and line.line.uuid == picked.uuid
            line.update()

    def tint(self) -> None:
        if self._dressed:
            self.renew()
