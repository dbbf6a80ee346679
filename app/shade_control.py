"""Chooses by which indicator the grids are shaded, in how many classes, made how, of which tier."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QFrame, QSizePolicy

from app import parts
from app.follows import Follows
from app.shades import Shades
from layers import indicators
from layers.domain.classes import FEWEST, METHODS, MOST
from layers.domain.things import System
from layers.words import t


class ShadeControl(Follows, QFrame):
    """Quiet while nothing is shaded: one choice. The others come with it."""

    def __init__(self, shades: Shades) -> None:
        super().__init__()
        self.setProperty("part", "panel")
        self._shades = shades
        self._systems: tuple[System, ...] = ()
        self._system = ""
        self.head = parts.label("head")
        self.indicator, self.method = parts.Choice("field"), parts.Choice("field")
        self.count, self.tier = parts.Choice("field"), parts.Choice("field")
        self.nothing = parts.label("small", wrap=True)
        self._more = (self.method, self.count, self.tier)
        for name, part, one in (
            ("indicator", "indicator", self.indicator), ("method", "method", self.method),
            ("count", "count", self.count), ("tier", "tier", self.tier),
        ):  # fmt: skip
            one.setObjectName(f"shade-{name}")
            one.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            one.chosen.connect(lambda value, part=part: self._choose(part, value))
        classes = parts.row(self.method, self.count, gap=4)
        classes.setStretch(0, 4)
        classes.setStretch(1, 3)
        self.setLayout(
            parts.column(
                self.head, self.indicator, classes, self.tier, self.nothing,
                gap=4, margins=(0, 4, 0, 4),
            )
        )  # fmt: skip
        shades.wished.connect(self._show)
        shades.changed.connect(self._show)
        self.dressed()

    def show_systems(self, systems: Iterable[System]) -> None:
        """Know the systems and their tiers."""
        self._systems = tuple(systems)
        self._show()

    def show_system(self, code: str) -> None:
        """Offer the tiers of another system."""
        self._system = code
        self._show()

    def _choose(self, part: str, value: Any) -> None:
        self._shades.use(replace(self._shades.wish, **{part: value}))

    def _show(self) -> None:
        wish = self._shades.wish
        names = ("", *indicators.INDICATORS)
        self.indicator.offer([(one, t(f"cartography.indicator_{one or 'none'}")) for one in names], wish.indicator)
        self.method.offer([(one, t(f"cartography.method_{one}")) for one in METHODS], wish.method)
        counts = range(FEWEST, MOST + 1)
        self.count.offer([(n, t("cartography.count_n", count=n)) for n in counts], wish.count)
        tiers = next((one.tiers for one in self._systems if one.code == self._system), ())
        known = wish.tier if any(tier.tier == wish.tier for tier in tiers) else 0
        self.tier.offer([(0, t("cartography.tier_auto")), *((tier.tier, tier.name) for tier in tiers)], known)
        for one in self._more:
            one.setVisible(bool(wish.indicator))
        self.nothing.setText(t("cartography.nothing"))
        self.nothing.setVisible(self._shades.without_grids)
        self.tier.setVisible(bool(wish.indicator) and len(tiers) > 1)

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        self.head.setText(t("cartography.shading"))
        for part, one in (
            ("shading", self.indicator), ("method", self.method), ("count", self.count), ("tier", self.tier),
        ):  # fmt: skip
            one.setAccessibleName(t(f"cartography.{part}"))
            one.setToolTip(t(f"cartography.{part}"))
        self._show()
