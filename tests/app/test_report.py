"""What reaches the log and the message bar: what Qt says in vain does not, a refused file is called by its name."""

import logging

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType

from app import report
from layers.domain.changes import Changes


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("This plugin does not support propagateSizeHints()", False),
        ("QVulkanInstance: Failed to initialize Vulkan", False),
        ("QWidget::setTabOrder: 'first' and 'second' must be in the same window", True),
    ],
)
def test_only_what_somebody_can_act_on_reaches_the_log(words: str, heard: bool, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING, "gewu"):
        report._qt_message(QtMsgType.QtWarningMsg, QMessageLogContext(), words)
    assert bool(caplog.records) == heard


def test_one_refusal_and_files_are_told_without_a_number(qapp, messages: list[tuple[str, str]]):
    uuids = ("a" * 36, "b" * 36)
    report.refused(Changes(refused=(("坏.jpg", "坏.jpg 不是可读的照片。"),)))
    report.refused(Changes(refused=((uuids[0], "已结案。"),)))
    report.refused(Changes(refused=tuple((uuid, "已结案。") for uuid in uuids)))
    assert [words for _tone, words in messages] == ["坏.jpg 不是可读的照片。", "已结案。", "2 件没有办理：已结案。"]
