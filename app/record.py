"""The record of a task (办理记录): every step with its time, who did it and why, along one line."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app import parts, text, theme
from layers import tasks
from layers.domain.things import LogLine

LEFT = 5  # px: where the line runs


class Record(QWidget):
    """The entries from the first to the last, with a dot for each on the line."""

    def __init__(self) -> None:
        super().__init__()
        self.grid = QGridLayout()
        self.grid.setContentsMargins(18, 0, 0, 0)
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(6)
        self.grid.setColumnStretch(1, 1)
        self.setLayout(self.grid)
        self._times: list[QLabel] = []

    def show_lines(self, lines: Sequence[LogLine], kind: str, zone: str) -> None:
        """Show the record of a task of a kind."""
        parts.clear(self.grid)
        self._times = []
        for i, line in enumerate(lines):
            at = parts.label("small", text.when_short(line.at, zone))
            at.setToolTip(text.when(line.at, zone))
            # Rich text for one bold word only; what people wrote is escaped.
            said = QLabel(f"<b>{escape(line.actor)}</b>&nbsp; {escape(tasks.step_label(line.step, kind))}")
            said.setTextFormat(Qt.TextFormat.RichText)
            if line.reason:
                said.setText(f"{said.text()} · {escape(line.reason)}")
            said.setWordWrap(True)
            said.setFont(theme.face(12))
            self.grid.addWidget(at, i, 0, Qt.AlignmentFlag.AlignTop)
            self.grid.addWidget(said, i, 1)
            self._times.append(at)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._times:
            return
        tk = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marks = [QPointF(LEFT, label.y() + 9) for label in self._times]
        painter.setPen(QColor(tk.line))
        painter.drawLine(marks[0], marks[-1])
        for i, mark in enumerate(marks):
            last = i == len(marks) - 1
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tk.panel))
            painter.drawEllipse(mark, 5, 5)
            painter.setBrush(QColor(tk.accent if last else theme.mix(tk.quiet, tk.panel, 0.5)))
            painter.drawEllipse(mark, 3, 3)
        painter.end()
