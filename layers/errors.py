"""Every failure a person may meet: one small tree, each said in one sentence in both languages.

An error is raised with the key of its sentence (`resources/translations/errors.toml`) and the values in it.
`Known` failures lie in the world (a file, a disk, another desk, a rule) and are shown as a message;
anything else that escapes is a mistake of ours and becomes a crash report.
"""

from layers.words import t


class Known(Exception):
    """A failure that lies in the world, not in the program; ``str()`` is the sentence to show."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        return t(f"errors.{self.key}", **self.values)


class SourceError(Known):
    """A file from outside cannot be used: missing, empty, hostile, of another kind than it says."""


class WorkspaceError(Known):
    """The workspace cannot be opened or written: foreign, newer, damaged, held, full disk."""


class ForeignContent(WorkspaceError):
    """The file carries triggers, views or virtual tables that are not ours; a cleaned copy is offered."""


class Refused(Known):
    """A rule of the field forbids the change; the sentence says which and what to do."""


class Moved(Refused):
    """Undo would overwrite what somebody changed since; nothing was done."""


class Cancelled(Exception):
    """The person pressed Cancel; everything is as it was, nothing is shown."""
