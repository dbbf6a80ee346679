"""A lane: one thread that does jobs in order and hands each answer back on the window's thread."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from layers.errors import Cancelled


class Job:
    """One piece of work under way: what it is doing, how far it is, and whether it shall stop."""

    def __init__(self, label: str = "") -> None:
        self.label = label
        self.done = 0
        self.total = 0
        self.text = ""
        self.stopped = False

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Note how far the work is; called by the work itself, on its own thread.

        Raises ``Cancelled`` once somebody pressed Cancel.
        """
        if self.stopped:
            raise Cancelled
        self.done, self.total, self.text = done, total, text


class Lane(QObject):
    """One thread with its queue; lives as long as its owner and is closed by it."""

    _answered = Signal(object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, fn: Callable[[], Any], answer: Callable[[Any, BaseException | None], None]) -> None:
        """Do ``fn`` on the lane's thread and call ``answer(result, error)`` on the window's."""
        future = self._pool.submit(fn)
        future.add_done_callback(lambda done: self._answered.emit(answer, done))

    def _deliver(self, answer: Callable[[Any, BaseException | None], None], future: "Future[Any]") -> None:
        if future.cancelled():
            return
        error = future.exception()
        answer(None if error else future.result(), error)

    def close(self) -> None:
        """Let the job under way end, drop those that wait, and end the thread."""
        self._pool.shutdown(wait=True, cancel_futures=True)
