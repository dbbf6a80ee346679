"""What an import of grids asks besides: the system, its tiers, and what the tier above is made by."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app import parts
from layers.words import t

WHOLE = "*"


class GridChoices(QWidget):
    """The choices for grids; ``changed`` says that other tiers would be made."""

    changed = Signal()

    def __init__(self, stem: str, workspace: str) -> None:
        super().__init__()
        self._stem, self._workspace = stem, workspace
        self._offers: list[tuple[object, str]] = []
        self._has_parents = False
        self._ours = False  # that all become one was our guess from the tiers, not chosen
        self.system = QLineEdit()
        self.system.setPlaceholderText(stem)
        self.tiers = QLineEdit()
        self.tiers.setPlaceholderText(t("importing.tiers_hint"))
        self.dissolve = parts.Choice("field")
        self.dissolve.setSizePolicy(self.dissolve.sizePolicy().Policy.Ignored, self.dissolve.sizePolicy().Policy.Fixed)
        self.dissolve.setMinimumHeight(30)
        self.upper = QLineEdit()
        self.upper.setPlaceholderText(t("importing.upper_hint", name=workspace))
        self.upper.setAccessibleName(t("importing.upper"))
        self.upper.hide()
        rows = []
        for key, *widgets in (
            ("importing.system", self.system), ("importing.tiers", self.tiers),
            ("importing.dissolve", self.dissolve, self.upper),
        ):  # fmt: skip
            widgets[0].setAccessibleName(t(key))
            rows.append(parts.column(parts.label("head", t(key)), *widgets, gap=3))
        self.setLayout(parts.column(*rows, gap=6, margins=(0, 0, 0, 2)))
        self.tiers.textChanged.connect(self._typed)
        self.dissolve.chosen.connect(self._chosen)
        self.upper.textChanged.connect(self.changed)

    def offer(self, fields: Iterable[str], mapped: Iterable[str]) -> None:
        """Offer the fields of another layer, of which some are mapped to columns of ours."""
        whole = [("", t("importing.dissolve_none")), (WHOLE, t("importing.dissolve_whole"))]
        self._offers = [*whole, *((name, t("importing.dissolve_field", name=name)) for name in list(fields)[:60])]
        self._has_parents = "parent" in set(mapped)
        self._ours = False
        self._pick("")
        self._typed()

    def _pick(self, value: object) -> None:
        self.dissolve.offer(self._offers, value)
        self.upper.setVisible(value == WHOLE)

    def _chosen(self, value: object) -> None:
        self._ours = False
        self._pick(value)
        self.changed.emit()

    def _typed(self) -> None:
        several = len(self.named()) > 1
        if several and self.dissolve.value == "" and not self._has_parents:
            self._ours = True
            self._pick(WHOLE)
        elif not several and self._ours:
            self._ours = False
            self._pick("")
        self.changed.emit()

    def named(self) -> list[str]:
        """Return the names of the tiers from the top, as far as they are given."""
        return [part.strip() for part in self.tiers.text().replace("／", "/").split("/") if part.strip()]

    def name(self) -> str:
        """Return the name of the grid system."""
        return self.system.text().strip() or self._stem

    def dissolved(self) -> list[str]:
        """Return what the tier above is made by: a field, the name of one grid over all, or nothing."""
        if self.dissolve.value == WHOLE:
            return [self.upper.text().strip() or self._workspace]
        return [str(self.dissolve.value)] if self.dissolve.value else []
