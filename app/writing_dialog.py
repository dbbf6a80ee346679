"""What the dialogs that write a file share: where to, progress and Cancel, what went wrong, the folder afterwards."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget
from shiboken6 import isValid

from app import parts, report
from app.session import Session
from app.worker import Job
from layers.errors import Known
from layers.words import t


class WritingDialog(QDialog):
    """Lives until it is closed. ``label`` names its work; ``form`` is what rests meanwhile; `write` starts it."""

    label = ""
    wraps = False  # whether the line in the foot may take more lines; else it is shortened
    form: QWidget

    def __init__(self, session: Session, name: str, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self._session = session
        self._over = False
        self._job: Job | None = None  # what is under way
        self._done: Path | None = None
        self._target = Path()
        self.target = parts.Elided()
        self.choose = parts.button("", self._ask)
        self.choose.setText(t("exporting.choose"))
        self.trouble = parts.label("red", wrap=True)
        self.trouble.setObjectName("trouble")
        self.trouble.hide()
        self.summary: QLabel = parts.label("quiet", wrap=True) if self.wraps else parts.Elided("quiet")
        self.summary.setSizePolicy(
            QSizePolicy.Policy.Expanding if self.wraps else QSizePolicy.Policy.Ignored,
            self.summary.sizePolicy().verticalPolicy(),
        )
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(140)
        self.bar.hide()
        self.cancel = parts.button("", self.reject)
        self.cancel.setText(t("exporting.cancel"))
        self.go = parts.button("primary", self._pressed)
        self.go.setDefault(True)
        session.progressed.connect(self._show_progress)
        session.closing.connect(self.reject)

    def where(self) -> QHBoxLayout:
        """Return the line that says where the file goes, with the button that changes it."""
        made = parts.row(self.target, self.choose, gap=12)
        made.setStretch(0, 1)
        return made

    def foot(self) -> QFrame:
        """Return the foot: what is said, the progress, and the two buttons."""
        inner = parts.row(self.summary, self.bar, self.cancel, self.go, gap=12, margins=(24, 12, 24, 12))
        inner.setStretch(0, 1)
        return parts.box("foot", inner)

    def sum_up(self, words: str) -> None:
        """Say something in the foot."""
        if isinstance(self.summary, parts.Elided):
            self.summary.say(words)
        else:
            self.summary.setText(words)

    @property
    def working(self) -> bool:
        """Whether the file is being written."""
        return self._job is not None

    # -- what each of them does its own way --------------------------------------------------------------

    def _ask(self) -> None:
        """Ask where the file goes."""
        raise AssertionError("each dialog asks for its own kind of file")

    def begin(self) -> None:
        """Begin to write, by `write`."""
        raise AssertionError("each dialog writes its own kind of file")

    def fail(self, error: Known) -> None:
        """Say what went wrong."""
        self.sum_up("")
        self.trouble.setText(str(error))
        self.trouble.show()

    def clear_trouble(self) -> None:
        """Take away what went wrong before."""
        self.trouble.hide()

    # -- the course of it --------------------------------------------------------------------------------

    def _pressed(self) -> None:
        if self._done is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._done.parent)))
            self.accept()
        elif self._job is None:
            self.begin()

    def write(self, fn: Callable[..., Any], *args: Any, done: Callable[[Any], None], **named: Any) -> None:
        """Let the session call ``fn(workspace, *args, **named)`` and ``done(its answer)`` while this is open."""
        self._set_working(True)
        self._job = self._session.work(
            fn,
            *args,
            label=self.label,
            done=self._alive(done),
            failed=self._alive(self._fail),
            ended=self._ended,
            **named,
        )

    def finished_with(self, path: Path, words: str) -> None:
        """Say that the file is there; the button now opens its folder."""
        self._done = path
        self.sum_up(words)
        self.go.setText(t("exporting.open_folder"))
        self.cancel.setText(t("exporting.close"))

    def _ended(self) -> None:
        self._job = None
        if isValid(self) and not self._over:
            self._set_working(False)

    def _alive(self, answer: Callable[[Any], None]) -> Callable[[Any], None]:
        """Return ``answer`` for as long as the dialog is open."""
        return lambda what: answer(what) if isValid(self) and not self._over else None

    def _set_working(self, on: bool) -> None:
        self.bar.setVisible(on)
        self.bar.setRange(0, 0)
        self.go.setEnabled(not on)
        self.form.setEnabled(not on)
        if on:
            self.clear_trouble()

    def _show_progress(self, label: str, done: int, total: int, words: str) -> None:
        if self._job is not None and label == self.label:
            self.bar.setRange(0, total)
            self.bar.setValue(done)
            self.sum_up(words)

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, Known):
            self.fail(error)
            return
        self._job = None
        self.reject()
        report.show(error)

    def done(self, result: int) -> None:
        self._over = True
        super().done(result)

    def reject(self) -> None:
        if self._job is not None:
            self._job.stopped = True
        elif not self._over:  # a closed dialog still hears that the session closes
            super().reject()


def documents() -> Path:
    """Return the folder of the person's documents."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or ".")
