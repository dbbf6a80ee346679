"""What the program remembers between two days: layout, recent files, language, theme, post, columns."""

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QLocale, QSettings

from app import theme
from layers import words
from layers.domain import flow

RECENTS = 8


class Settings:
    """Typed access to the one settings file; a value that makes no sense any more counts as absent."""

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store or QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Gewu", "Gewu")

    def _text(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        value = str(self._store.value(key, default))
        return value if value in allowed else default

    @property
    def language(self) -> str:
        """The language of the window: the one chosen, else the system's, Chinese or English."""
        system = "zh" if QLocale.system().language() == QLocale.Language.Chinese else "en"
        return self._text("language", words.LANGUAGES, system)

    @language.setter
    def language(self, value: str) -> None:
        self._store.setValue("language", value)

    @property
    def theme(self) -> str:
        """``system``, ``light`` or ``dark``."""
        return self._text("theme", theme.CHOICES, "system")

    @theme.setter
    def theme(self, value: str) -> None:
        self._store.setValue("theme", value)

    @property
    def post(self) -> str:
        """Who sits at the desk: one of ``flow.POSTS``."""
        return self._text("post", flow.POSTS, "dispatcher")

    @post.setter
    def post(self, value: str) -> None:
        self._store.setValue("post", value)

    @property
    def recents(self) -> list[Path]:
        """The workspaces opened last, newest first; those that are gone are left out."""
        try:
            names = json.loads(str(self._store.value("recents", "[]")))
        except json.JSONDecodeError:
            return []
        return [path for name in names if isinstance(name, str) and (path := Path(name)).is_file()]

    def remember(self, path: Path) -> None:
        """Put a workspace first among the recent ones."""
        paths = [path.resolve(), *(one for one in self.recents if one != path.resolve())]
        self._store.setValue("recents", json.dumps([str(one) for one in paths[:RECENTS]]))

    def bytes(self, key: str) -> QByteArray:
        """Return a layout saved by Qt, empty if there is none."""
        value = self._store.value(f"layout/{key}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes(self, key: str, value: QByteArray) -> None:
        """Save a layout made by Qt."""
        self._store.setValue(f"layout/{key}", value)

    def names(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Return a list of words (shown columns, hidden map layers)."""
        value = self._store.value(f"names/{key}")
        return tuple(str(value).split()) if value is not None else default

    def set_names(self, key: str, value: tuple[str, ...]) -> None:
        """Save a list of words without blanks."""
        self._store.setValue(f"names/{key}", " ".join(value))

    def json(self, key: str, default: Any) -> Any:
        """Return what was saved as JSON; what cannot be read counts as absent."""
        value = self._store.value(f"json/{key}")
        try:
            return json.loads(str(value)) if value is not None else default
        except (ValueError, RecursionError):
            return default

    def set_json(self, key: str, value: Any) -> None:
        """Save plain lists, dictionaries, texts and numbers."""
        self._store.setValue(f"json/{key}", json.dumps(value, ensure_ascii=False))

    @property
    def folder(self) -> Path:
        """The folder of the settings file, for what is kept beside it."""
        return Path(self._store.fileName()).parent

    def save(self) -> None:
        """Write everything to the disk now."""
        self._store.sync()
