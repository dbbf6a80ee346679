"""The line at the bottom: coordinates, scale, the grids' counts, tasks, what is under way, saved or not."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QStatusBar, QWidget

from app import parts, text
from app.follows import Follows
from app.parts import Elided
from layers.domain.things import System
from layers.words import t


class StatusBar(Follows, QStatusBar):
    """The line. ``cancel_wanted`` asks the work under way to stop."""

    cancel_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.where = parts.label()
        self.where.setMinimumWidth(138)
        self.crs = parts.label()
        self.scale = parts.label()
        self.scale.setMinimumWidth(72)
        self.grids = parts.label()
        self.tasks = parts.label()
        self.doing = Elided()
        self.doing.setMinimumWidth(160)
        self.bar = QProgressBar()
        self.bar.setFixedWidth(120)
        self.bar.setTextVisible(False)
        self.stop = parts.tool("icon", self.cancel_wanted.emit)
        self.stop.setProperty("part", "outlined")
        self.work = QWidget()
        self.work.setLayout(parts.row(self.doing, self.bar, self.stop, gap=8))
        self.work.hide()
        self.synthetic = parts.label()
        self.saved = parts.label()
        left = QWidget()
        left.setLayout(
            parts.row(self.where, self.crs, self.scale, self.grids, self.tasks, gap=16, margins=(12, 0, 0, 0))
        )
        self.addWidget(left)
        right = QWidget()
        right.setLayout(parts.row(self.work, self.synthetic, self.saved, gap=16, margins=(0, 0, 12, 0)))
        self.addPermanentWidget(right)
        self._systems: Sequence[System] = ()
        self._count: int | None = None
        self._state = ("", "")
        self._synthetic = False
        self.dressed()

    def show_place(self, lon: float, lat: float) -> None:
        """Show the coordinates under the pointer, in degrees of EPSG:4490."""
        self.crs.setText("CGCS2000")
        self.where.setText(text.place(lon, lat))

    def show_scale(self, metres_per_pixel: float) -> None:
        """Show the map's scale."""
        self.scale.setText(text.scale(metres_per_pixel, self.logicalDpiX() or 96))

    def show_systems(self, systems: Sequence[System]) -> None:
        """Show each system's counts from the top down, with ✓ when they are as planned."""
        self._systems = systems
        said = [f"{one.summary} {one.mark}".strip() for one in systems]
        self.grids.setText("   ".join(said))
        tips = []
        for one in systems:
            tiers = "，".join(f"{tier.name} {tier.count}/{tier.expected or '—'}" for tier in one.tiers)
            tips.append(f"{one.name}：{tiers}")
        self.grids.setToolTip(text.tip("\n".join(tips)))
        wrong = any(one.as_planned is False for one in systems)
        parts.set_tone(self.grids, "part", "bad" if wrong else "")

    def show_tasks(self, count: int | None) -> None:
        """Show how many tasks there are."""
        self._count = count
        self.tasks.setText(t("window.tasks_count", count=text.number(count)) if count is not None else "")

    def show_synthetic(self, yes: bool) -> None:
        """Say, for as long as it is open, that the workspace holds no real data."""
        self._synthetic = yes
        self.synthetic.setText(t("window.synthetic") if yes else "")
        self.synthetic.setVisible(yes)

    def show_state(self, key: str, tip: str = "") -> None:
        """Show whether everything is saved, being saved, or only looked at (keys of the translations)."""
        self._state = (key, tip)
        self.saved.setText(t(key) if key else "")
        self.saved.setToolTip(tip)

    def show_progress(self, label: str, done: int, total: int, said: str) -> None:
        """Show what is under way and how far it is, with Cancel."""
        what = t(f"window.work_{label}") if label else t("window.work")
        share = f" {100 * done // total} %" if total else ""
        self.doing.say(f"{what}{share}{' · ' + said if said else ''}")
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.work.show()
        self.saved.hide()

    def rest(self) -> None:
        """Show that nothing is under way any more."""
        self.work.hide()
        self.saved.show()

    def clear_map(self) -> None:
        """Forget what the map said: the workspace was closed."""
        for one in (self.where, self.crs, self.scale, self.grids, self.tasks, self.saved):
            one.clear()

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        self.stop.setText(t("window.cancel"))
        self.crs.setToolTip(t("window.crs_tip"))
        self.show_systems(self._systems)
        self.show_tasks(self._count)
        self.show_state(*self._state)
        self.show_synthetic(self._synthetic)
