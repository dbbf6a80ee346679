"""The wire between program and page (QWebChannel): messages come in typed, commands go out as JSON."""

import json
import logging
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.map.messages import Failed, Unreadable, parse

log = logging.getLogger(__name__)


class Bridge(QObject):
    """The one object the page sees, as ``gewu.wire``: it calls ``tell`` and listens to ``command``."""

    command = Signal(str)
    said = Signal(object)  # a message, see `messages`

    @Slot(str)
    def tell(self, text: str) -> None:
        """Take a message of the page; a malformed one is logged as a mistake and dropped."""
        try:
            message = parse(text)
        except Unreadable:
            log.exception("The map page sent something unreadable")
            return
        if isinstance(message, Failed):
            log.error("The map page failed: %s", message.text)
        self.said.emit(message)

    def send(self, name: str, **values: Any) -> None:
        """Send one command to the page."""
        self.command.emit(json.dumps({"command": name, **values}, ensure_ascii=False, allow_nan=False))
