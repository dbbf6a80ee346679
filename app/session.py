"""The open workspace as the window sees it: work that changes it, looks that read it, and what changed."""

import inspect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app import report
from app.worker import Job, Lane
from layers import demo, workspace
from layers.domain.changes import Changes
from layers.errors import Cancelled, Known

SHOW_AFTER = 500  # ms: shorter work shows nothing
DAILY = 120_000  # ms: how often we ask whether the day's backup is due; not at once, opening has enough to do
# What a screen must suppose when somebody else changed the file: anything.
EVERYTHING = Changes(tables=frozenset({"*"}))

Done = Callable[[Any], None]


def touches(changes: Changes, *tables: str) -> bool:
    """Say whether the changes may concern any of the tables; another desk's may always."""
    return changes is EVERYTHING or changes.touches(*tables)


def _shut(ws: workspace.Workspace) -> None:
    """Close a workspace while the window goes: what cannot be tidied up is said, and stops nobody."""
    try:
        ws.close()
    except Known as error:
        report.show(error)


class Session(QObject):
    """Owns the workspace and the two threads that touch it.

    Everything that changes the workspace goes through ``work``: one thread, one thing at a time, announced
    by ``changed``. Everything that only reads goes through ``look``: another thread, and an answer that a
    newer question has overtaken is dropped.
    """

    began = Signal()  # a workspace is being opened
    opened = Signal()
    closing = Signal()
    changed = Signal(object)
    progressed = Signal(str, int, int, str)
    rested = Signal()
    desk_asked = Signal()  # who else holds the workspace is known anew
    minute = Signal()  # a minute has gone: tasks become overdue by themselves, and everything says so at once

    def __init__(self, post: str = "dispatcher", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ws: workspace.Workspace | None = None
        self.post = post
        self._work = Lane("gewu-work", self)
        self._look = Lane("gewu-look", self)
        self._aside = Lane("gewu-aside", self)
        self._unasked = Lane("gewu-unasked", self)
        self._jobs: list[Job] = []
        self._asked: dict[str, int] = {}
        self._seen = QTimer(self, interval=100)
        self._seen.timeout.connect(self._show_progress)
        self._waited = 0
        self._daily = QTimer(self, interval=DAILY)
        self._daily.timeout.connect(self._back_up)
        self._minute = QTimer(self, interval=60_000)
        self._minute.timeout.connect(lambda: self.ws is not None and self.minute.emit())
        self._minute.start()
        self._saving = False  # whether the day's backup is under way
        self._closed = False

    # -- what is open ------------------------------------------------------------------------------------

    @property
    def writable(self) -> bool:
        """Whether something is open and may be changed from here."""
        return self.ws is not None and not self.ws.read_only

    @property
    def busy(self) -> bool:
        """Whether work is under way or waiting."""
        return bool(self._jobs)

    def open(self, path: Path, done: Done | None = None, failed: Done | None = None) -> None:
        """Open a workspace instead of the present one; a file that cannot be opened leaves all as it is."""
        self._start(partial(workspace.open, path), "open", partial(self._enter, done), failed)
        self.began.emit()

    def create(self, path: Path, name: str, area_code: str, done: Done | None = None) -> None:
        """Make an empty workspace and open it."""
        make = partial(workspace.create, path, name=name, area_code=area_code)
        self._start(make, "create", partial(self._enter, done))

    def open_demo(self, path: Path, done: Done | None = None) -> None:
        """Write the demonstration street to ``path``, whose folder is made if need be, and open it."""

        def make(progress: Callable[[int, int, str], None]) -> workspace.Workspace:
            demo.write(path, progress=progress, parents=True)
            return workspace.open(path)

        self._start(partial(make), "demo", partial(self._enter, done))

    def open_cleaned(self, path: Path, target: Path, done: Done | None = None) -> None:
        """Make a copy without foreign triggers and views, and open that."""

        def make() -> workspace.Workspace:
            workspace.clean_copy(path, target)
            return workspace.open(target)

        self._start(partial(make), "open", partial(self._enter, done))

    def _enter(self, done: Done | None, ws: workspace.Workspace) -> None:
        self._leave()
        self.ws = ws
        self._daily.start()
        self.opened.emit()
        if done:
            done(ws)

    def restore(self, saved: Path, path: Path, done: Done | None = None) -> None:
        """Put a backup in the place of a workspace, which is closed for that if it is open here, and open it.

        What was there becomes a backup; if nothing can be restored, it is opened again as it is.
        """

        def put() -> workspace.Workspace:
            workspace.restore(saved, path)
            return workspace.open(path)

        def failed(error: BaseException) -> None:
            self._failed(error)
            if here:
                self.open(path)

        def begin(error: BaseException | None) -> None:
            if error is not None:
                failed(error)
            else:
                self._start(partial(put), "restore", partial(self._enter, done), failed)

        here = self.ws is not None and self.ws.path == path
        if here:
            self._leave(begin)
        else:
            begin(None)

    def _leave(self, after: Callable[[BaseException | None], None] | None = None) -> None:
        if self.ws is None:
            return
        self.closing.emit()
        self._daily.stop()
        for key in self._asked:
            self._asked[key] += 1
        old, self.ws = self.ws, None
        tell = after or self._failed
        waits = [self._unasked, self._aside] if self._saving else [self._aside]

        # Behind everything that still reads it; closing folds the journal back into one file.
        def then(_result: Any, _error: BaseException | None) -> None:
            if self._closed:  # the window went meanwhile, and its threads with it
                _shut(old)
            elif waits:
                waits.pop(0).run(lambda: None, then)
            else:
                self._look.run(old.close, lambda _result, error: tell(error))

        then(None, None)

    def _back_up(self) -> None:
        """Make the day's backup if it is due and nobody is at work; a folder that takes none is said once."""
        if self.ws is None or not self.writable or self.busy or self._saving:
            return
        self._saving = True

        def told(_made: Any, error: BaseException | None) -> None:
            self._saving = False
            if error is not None:
                self._daily.stop()
                self._failed(error)

        self._unasked.run(partial(workspace.backup_if_due, self.ws), told)

    def leave(self) -> None:
        """Close the workspace and go back to the welcome page."""
        self._leave()
        self.opened.emit()

    def close(self) -> None:
        """Stop everything and close the workspace: the window goes."""
        if self._closed:
            return
        self._closed = True
        self._daily.stop()
        self._seen.stop()
        for job in self._jobs:
            job.stopped = True
        self._work.close()
        self._look.close()
        self._aside.close()
        self._unasked.close()
        if self.ws is not None:
            self.closing.emit()
            _shut(self.ws)
            self.ws = None

    # -- work: changes the workspace ---------------------------------------------------------------------

    def work(
        self,
        fn: Callable[..., Any],
        *args: Any,
        label: str = "",
        done: Done | None = None,
        failed: Done | None = None,
        ended: Callable[[], None] | None = None,
        **named: Any,
    ) -> Job:
        """Call ``fn(workspace, *args, **named)`` on the one thread that writes.

        A function that names ``actor`` or ``progress`` gets them. What it changed is announced by
        ``changed`` before ``done(result)`` is called. A known failure is shown in the message bar (unless
        ``failed`` wants it), anything else becomes a crash report, a cancelled one nothing. ``ended`` is called
        before any of them. The job can be stopped by whoever started it.
        """
        return self._start(partial(fn, self.ws, *args, **named), label, done, failed, ended)

    def cancel(self) -> None:
        """Ask the work under way to stop."""
        if self._jobs:
            self._jobs[0].stopped = True

    def _start(
        self,
        call: "partial[Any]",
        label: str,
        done: Done | None = None,
        failed: Done | None = None,
        ended: Callable[[], None] | None = None,
    ) -> Job:
        job = Job(label)
        takes = inspect.signature(call).parameters
        if "progress" in takes and "progress" not in call.keywords:
            call = partial(call, progress=job.progress)
        if "actor" in takes and "actor" not in call.keywords:
            call = partial(call, actor=self.post)
        self._jobs.append(job)
        self._seen.start()
        self._work.run(call, partial(self._finish, job, done, failed, ended))
        return job

    def _finish(
        self,
        job: Job,
        done: Done | None,
        failed: Done | None,
        ended: Callable[[], None] | None,
        result: Any,
        error: BaseException | None,
    ) -> None:
        self._jobs.remove(job)
        if not self._jobs:
            self._seen.stop()
        self._waited = 0
        self.rested.emit()
        if ended is not None:
            ended()
        if error is not None:
            if failed is not None and not isinstance(error, Cancelled):
                failed(error)
            else:
                self._failed(error)
            return
        changes = result if isinstance(result, Changes) else getattr(result, "changes", None)
        if isinstance(changes, Changes):
            self.changed.emit(changes)
            report.refused(changes)
        if done:
            done(result)

    def _show_progress(self) -> None:
        self._waited += self._seen.interval()
        if self._jobs and self._waited >= SHOW_AFTER:
            job = self._jobs[0]
            self.progressed.emit(job.label, job.done, job.total, job.text)

    # -- looks: only read --------------------------------------------------------------------------------

    def look(
        self,
        fn: Callable[..., Any],
        *args: Any,
        key: str,
        done: Done,
        failed: Done | None = None,
        aside: bool = False,
        **named: Any,
    ) -> None:
        """Call ``fn(workspace, *args, **named)`` on the reading thread and ``done(result)`` with the answer.

        ``key`` names the question: of several under way only the last is answered. What may take its time
        (searching, locating) is read ``aside``, on a thread of its own, so that nobody waits for it.
        """
        if self.ws is None:
            return
        number = self._asked[key] = self._asked.get(key, 0) + 1
        call = partial(fn, self.ws, *args, **named)

        def fresh() -> Any:
            return call() if self._asked[key] == number else None

        def answer(result: Any, error: BaseException | None) -> None:
            if self._asked[key] != number:
                return
            if error is None:
                done(result)
            elif failed is not None:
                failed(error)
            else:
                self._failed(error)

        (self._aside if aside else self._look).run(fresh, answer)

    def _failed(self, error: BaseException | None) -> None:
        if error is not None:
            report.show(error)
