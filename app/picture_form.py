"""The form of a picture: kind of file, area, paper, scale, title, layers; remembers what was chosen the last time."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from math import cos, radians
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QSizePolicy, QWidget

from app import parts, text
from app.chart import frame, layout
from app.chart.layout import SCALES, Wish
from app.parts import Choice
from app.settings import Settings
from app.title_field import TitleField
from layers import indicators
from layers.domain.things import Bounds
from layers.map_picture import LAYERS
from layers.words import t

KINDS = ("pdf", "png", "html")
SHEETS = ("pdf", "png")
WIDTHS = (1920, 3508, 4961, 7016)
SETTING = "picture"
USUAL = ("pdf", "A4", "0", "legend", str(WIDTHS[1]))
FIELDS = ("kind", "area", "paper", "way", "scale", "width")
SHOWN = ("task", "grid", "functions", "road", "place", "facility")


class PictureForm(QWidget):
    """What somebody chooses. ``changed`` says that the picture would be another one, ``typed`` only its title."""

    changed = Signal()
    typed = Signal()

    def __init__(self, wish: Wish, areas: Mapping[str, Bounds], settings: Settings) -> None:
        super().__init__()
        self._wish, self._areas, self._settings = wish, {"view": wish.bounds, **areas}, settings
        self._options: dict[str, list[tuple[object, str]]] = {}
        self._rows: list[tuple[tuple[str, ...], QLabel, QWidget]] = []
        self.choices = {name: self._choice(name) for name in FIELDS}
        self.title = TitleField(wish.title, layout.LONGEST_TITLE)
        self.title.setObjectName("picture-title")
        self.title.setAccessibleName(t("pictures.title_label"))
        self.title.typed.connect(self.typed)
        self.legend = self._box("legend", t("pictures.with_legend"))
        self.personal = self._box("personal", t("pictures.personal"))
        self.note = parts.label("small", wrap=True)
        self.layers = {name: self._box(f"layer-{name}", t(f"pictures.legend_{name}")) for name in SHOWN}
        for name, box in self.layers.items():
            box.setChecked(name in wish.layers)
        # What the map shows besides its layers, where it does: shaded grids, base maps.
        self.shade = self._box("shade", t("boards3.layer_shade"))
        self.base = self._box("base", t("boards3.layer_base"))
        for box, there in ((self.shade, wish.shade.indicator), (self.base, wish.bases)):
            box.setChecked(True)
            box.setVisible(bool(there))
        layers = parts.label("head", t("pictures.layers"))
        self.setLayout(
            parts.column(self._grid(), self.legend, self.personal, self.note, 8, layers, self._boxes(), gap=8)
        )
        self._fill()
        for box in (self.legend, self.personal, *self.layers.values(), self.shade, self.base):
            box.toggled.connect(lambda _on: self._changed())

    def _choice(self, name: str) -> Choice:
        made = Choice("field")
        made.setObjectName(f"picture-{name}")
        made.setAccessibleName(t(f"pictures.{name}"))
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.chosen.connect(partial(self._chosen, name))
        return made

    def _box(self, name: str, words: str) -> QCheckBox:
        made = QCheckBox(words)
        made.setObjectName(f"picture-{name}")
        return made

    def _grid(self) -> QGridLayout:
        fields: tuple[tuple[tuple[str, ...], str, QWidget], ...] = (
            (KINDS, "kind", self.choices["kind"]), (KINDS, "title_label", self.title),
            (KINDS, "area", self.choices["area"]), (SHEETS, "paper", self.choices["paper"]),
            (SHEETS, "way", self.choices["way"]), (SHEETS, "scale", self.choices["scale"]),
            (("png",), "width", self.choices["width"]),
        )  # fmt: skip
        form = QGridLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.setColumnStretch(1, 1)
        for i, (kinds, key, field) in enumerate(fields):
            label = parts.label("quiet", t(f"pictures.{key}"))
            # Beside a field of several lines its label stands by the first.
            form.addWidget(label, i, 0, Qt.AlignmentFlag.AlignTop if field is self.title else Qt.AlignmentFlag(0))
            if field is self.title:
                label.setContentsMargins(0, 9, 0, 0)
            form.addWidget(field, i, 1)
            self._rows.append((kinds, label, field))
        return form

    def _boxes(self) -> QGridLayout:
        boxes = QGridLayout()
        boxes.setVerticalSpacing(6)
        for i, box in enumerate((*self.layers.values(), self.shade, self.base)):
            boxes.addWidget(box, i // 2, i % 2)
        return boxes

    def _fill(self) -> None:
        kept = self._settings.names(SETTING, USUAL)
        kind, paper, scale, legend, width = kept if len(kept) == len(USUAL) else USUAL
        self._offer("kind", [(one, t(f"pictures.kind_{one}")) for one in KINDS], kind)
        self._offer("area", [(one, t(f"pictures.area_{one}")) for one in self._areas], "view")
        self._offer("paper", [(one, one) for one in layout.PAPERS], paper)
        self._offer("way", [(True, t("pictures.landscape")), (False, t("pictures.portrait"))], self._wish.lying)
        scales: list[tuple[object, str]] = [(n, frame.text_scale(n)) for n in SCALES]
        self._offer("scale", [(0, t("pictures.fit")), *scales], int(scale) if scale.isdigit() else 0)
        widths: list[tuple[object, str]] = [(n, t("pictures.pixels", count=text.number(n))) for n in WIDTHS]
        self._offer("width", widths, int(width) if width.isdigit() else WIDTHS[1])
        self.legend.setChecked(legend != "bare")
        self._show_fields()

    def _offer(self, name: str, options: list[tuple[object, str]], value: object) -> None:
        self._options[name] = options
        known = [one for one, _words in options]
        self.choices[name].offer(options, value if value in known else known[0])

    def _chosen(self, name: str, value: object) -> None:
        self._offer(name, self._options[name], value)
        if name == "area":
            west, south, east, north = self._areas[str(value)]
            lying = self._wish.lying if value == "view" else (east - west) * cos(radians(south)) >= north - south
            self._offer("way", self._options["way"], lying)
        self._changed()

    def _changed(self) -> None:
        self._show_fields()
        self.changed.emit()

    def _show_fields(self) -> None:
        for kinds, label, field in self._rows:
            label.setVisible(self.kind in kinds)
            field.setVisible(self.kind in kinds)
        page = self.kind == "html"
        self.legend.setVisible(not page)
        self.base.setVisible(bool(self._wish.bases) and not page)
        self.personal.setVisible(page)
        self.note.setText(
            t("pictures.note_personal" if page and self.personal.isChecked() else f"pictures.note_{self.kind}")
        )

    def _value(self, name: str) -> Any:
        return self.choices[name].value

    # -- what is chosen ----------------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        """``pdf``, ``png`` or ``html``."""
        return str(self._value("kind"))

    @property
    def width_px(self) -> int:
        """Pixels across of a PNG, 0 for other kinds."""
        return int(self._value("width")) if self.kind == "png" else 0

    @property
    def wish(self) -> Wish:
        """The sheet that is wanted."""
        return replace(
            self._wish,
            bounds=self._areas[self._value("area")],
            title=self.title.text(),
            paper=self._value("paper"),
            lying=self._value("way"),
            scale=self._value("scale"),
            legend=self.legend.isChecked(),
            layers=tuple(name for name in LAYERS if self.layers[name].isChecked()),
            shade=self._wish.shade if self.shade.isChecked() else indicators.Wish(),
            bases=self._wish.bases if self.base.isChecked() else (),
        )

    def remember(self) -> None:
        """Keep for the next time what does not depend on the view."""
        wish = self.wish
        legend = "legend" if wish.legend else "bare"
        self._settings.set_names(SETTING, (self.kind, wish.paper, str(wish.scale), legend, str(self._value("width"))))
