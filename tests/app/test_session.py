"""Work goes one at a time and announces what it changed; looks that are overtaken are dropped."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QThread

from app import report
from app.session import EVERYTHING, Session, touches
from layers.domain.changes import Changes, Touched
from layers.errors import Cancelled, Refused


class Opened:
    """Stands for a workspace: only what the session itself asks of one."""

    read_only = False

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def session(qapp: Any) -> Iterator[Session]:
    made = Session()
    made.ws = Opened()  # type: ignore[assignment]
    yield made
    made.close()
    made.deleteLater()


def test_work_runs_elsewhere_and_answers_here(session: Session, qtbot: Any):
    threads: list[str] = []
    answers: list[Any] = []

    def fn(ws: Any, number: int, *, actor: str) -> tuple[int, str]:
        threads.append(threading.current_thread().name)
        return number + 1, actor

    here = QThread.currentThread()
    session.work(fn, 41, done=lambda result: answers.append((result, QThread.currentThread() is here)))
    assert session.busy
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [((42, "dispatcher"), True)]
    assert threads[0].startswith("gewu-work")
    assert not session.busy


def test_what_work_changed_is_announced_before_it_is_done(session: Session, qtbot: Any):
    order: list[str] = []
    changes = Changes("x", (Touched("task", "u", "update"),), frozenset({"task"}))
    session.changed.connect(lambda got: order.append("changed" if got is changes else "?"))
    session.work(lambda ws: changes, done=lambda _result: order.append("done"))
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["changed", "done"]


def test_work_is_done_one_after_the_other(session: Session, qtbot: Any):
    order: list[int] = []
    for number in range(20):
        session.work(lambda ws, number=number: order.append(number))
    qtbot.waitUntil(lambda: not session.busy)
    assert order == list(range(20))


def test_a_known_failure_is_a_sentence(session: Session, qtbot: Any):
    heard: list[tuple[str, str]] = []
    listener = lambda words, tone: heard.append((tone, words))  # noqa: E731
    report.board.message.connect(listener)

    def fail(ws: Any) -> None:
        raise Refused("no_title")

    session.work(fail)
    qtbot.waitUntil(lambda: bool(heard))
    report.board.message.disconnect(listener)
    assert heard == [("bad", str(Refused("no_title")))]


@pytest.mark.logs_errors
def test_a_mistake_of_ours_becomes_a_report(session: Session, qtbot: Any):
    heard: list[str] = []
    report.board.crashed.connect(heard.append)
    session.work(lambda ws: {}["nothing"])
    qtbot.waitUntil(lambda: bool(heard))
    report.board.crashed.disconnect(heard.append)
    assert "KeyError: 'nothing'" in heard[0]
    assert "Gewu" in heard[0]
    assert "SQLite" in heard[0]


def test_a_failure_can_be_answered_by_whoever_asked(session: Session, qtbot: Any):
    answered: list[BaseException] = []

    def fail(ws: Any) -> None:
        raise Refused("no_title")

    session.work(fail, failed=answered.append)
    qtbot.waitUntil(lambda: bool(answered))
    assert isinstance(answered[0], Refused)


def test_progress_is_shown_after_half_a_second_and_can_be_cancelled(session: Session, qtbot: Any, messages: Any):
    shown: list[tuple[str, int, int, str]] = []
    go_on = threading.Event()
    ended: list[str] = []

    def slow(ws: Any, progress: Any) -> None:
        try:
            for number in range(100_000):
                progress(number, 100_000, "网格")
                go_on.wait(0.001)
        except Cancelled:
            ended.append("cancelled")
            raise

    def see(*what: Any) -> None:
        shown.append(what)
        session.cancel()

    session.progressed.connect(see)
    with qtbot.waitSignal(session.rested, timeout=10_000):
        session.work(slow, label="check")
    assert ended == ["cancelled"]
    assert shown[0][0] == "check"
    assert shown[0][2:] == (100_000, "网格")
    assert messages == []


def test_short_work_shows_no_progress(session: Session, qtbot: Any):
    shown: list[Any] = []
    session.progressed.connect(lambda *what: shown.append(what))
    with qtbot.waitSignal(session.rested):
        session.work(lambda ws, progress: progress(1, 2, "x"))
    assert shown == []


def test_an_overtaken_look_is_dropped(session: Session, qtbot: Any):
    answers: list[int] = []
    free = threading.Event()
    session.look(lambda ws: free.wait(5), key="first", done=lambda _yes: None)
    for number in range(5):
        session.look(lambda ws, number=number: number, key="same", done=answers.append)
    free.set()
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [4]


def test_looks_of_different_keys_are_all_answered(session: Session, qtbot: Any):
    answers: list[str] = []
    for key in "abc":
        session.look(lambda ws, key=key: key, key=key, done=answers.append)
    qtbot.waitUntil(lambda: len(answers) == 3)
    assert answers == ["a", "b", "c"]


def test_a_slow_search_holds_nobody_up(session: Session, qtbot: Any):
    free = threading.Event()
    answers: list[str] = []
    session.look(lambda ws: free.wait(10), key="search", aside=True, done=lambda _yes: answers.append("search"))
    session.look(lambda ws: "card", key="card", done=answers.append)
    qtbot.waitUntil(lambda: answers == ["card"])
    free.set()
    qtbot.waitUntil(lambda: answers == ["card", "search"])


def test_leaving_drops_what_was_asked_and_closes_the_file(session: Session, qtbot: Any):
    answers: list[Any] = []
    ws: Any = session.ws
    free = threading.Event()
    session.look(lambda _ws: free.wait(5), key="slow", done=answers.append)
    session.leave()
    free.set()
    qtbot.waitUntil(lambda: ws.closed == 1)
    assert session.ws is None
    assert answers == []


def test_without_a_workspace_nothing_is_looked_up(session: Session):
    session.leave()
    asked: list[int] = []
    session.look(lambda ws: asked.append(1), key="x", done=lambda _nothing: None)
    assert asked == []


def test_changes_of_another_desk_touch_everything():
    assert touches(EVERYTHING, "grid")
    assert touches(Changes(tables=frozenset({"task"})), "task", "grid")
    assert not touches(Changes(tables=frozenset({"task"})), "grid")
