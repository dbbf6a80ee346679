"""The look of the window: the tokens of light and dark, the palette and the typeface made from them."""

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

import resources
from app.stylesheet import sheet

CHOICES = ("system", "light", "dark")
CJK = ("Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")
# Faces that a Linux desktop without a configured one falls back to; beside Chinese they look foreign.
PLAIN = ("DejaVu Sans", "Sans Serif", "Sans", "")
BASE = 13  # px


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, as ``#RRGGBB``; the names are those of the style sheet."""

    name: str
    ground: str
    panel: str
    line: str
    text: str
    quiet: str
    accent: str
    accent_over: str
    on_accent: str
    over: str
    picked: str
    well: str
    red: str
    amber: str
    green: str
    notice: str


LIGHT = Tokens(
    name="light", ground="#F6F7F8", panel="#FFFFFF", line="#E2E5E9", text="#1C2128", quiet="#5F6978",
    accent="#0F6CBD", accent_over="#115EA3", on_accent="#FFFFFF", over="#F1F3F5", picked="#E8F1FA",
    well="#F6F7F8", red="#C8102E", amber="#F2A900", green="#2E8540", notice="#FFF6E0",
)  # fmt: skip
DARK = Tokens(
    name="dark", ground="#1B1E23", panel="#23272E", line="#353B45", text="#E6E9EE", quiet="#98A2B3",
    accent="#4BA3F5", accent_over="#6CB4F7", on_accent="#101820", over="#2B3038", picked="#2A3646",
    well="#1B1E23", red="#FF6B6B", amber="#F2A900", green="#5CC77A", notice="#3A3222",
)  # fmt: skip

_current = LIGHT


def tokens() -> Tokens:
    """Return the tokens in use."""
    return _current


def wanted(choice: str) -> Tokens:
    """Return the tokens of a choice: ``system`` follows the system's colour scheme."""
    if choice == "system":
        hints = QGuiApplication.styleHints()
        return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def apply(choice: str) -> Tokens:
    """Dress the application in a theme (``system``, ``light`` or ``dark``); every widget follows at once."""
    global _current
    _current = wanted(choice)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    if not app.property("gewu-dressed"):
        # Once only: another style beneath widgets that wear a sheet brings Qt down.
        app.setStyle("fusion")
        app.setProperty("gewu-dressed", True)
    dress = sheet(_current)
    if app.styleSheet() != dress:
        app.setFont(face())
        app.setPalette(palette(_current))
        app.setStyleSheet(dress)
    return _current


def palette(tk: Tokens) -> QPalette:
    """Return the Qt palette of a theme, for what the style sheet does not reach."""
    made = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, tk.ground), (role.Base, tk.panel), (role.AlternateBase, tk.ground),
        (role.Button, tk.panel), (role.Text, tk.text), (role.WindowText, tk.text),
        (role.ButtonText, tk.text), (role.BrightText, tk.red), (role.Highlight, tk.accent),
        (role.HighlightedText, tk.on_accent), (role.Link, tk.accent), (role.LinkVisited, tk.accent),
        (role.ToolTipBase, tk.panel), (role.ToolTipText, tk.text), (role.PlaceholderText, tk.quiet),
        (role.Mid, tk.line), (role.Midlight, tk.line), (role.Dark, tk.line), (role.Light, tk.panel),
        (role.Shadow, tk.line), (role.Accent, tk.accent),
    ):  # fmt: skip
        made.setColor(which, QColor(colour))
    for which in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, mix(tk.quiet, tk.panel, 0.6))
    return made


def mix(front: str, back: str, part: float) -> QColor:
    """Return ``part`` of the front colour over the back one."""
    a, b = QColor(front), QColor(back)
    return QColor(*(round(x * part + y * (1 - part)) for x, y in zip(_rgb(a), _rgb(b), strict=True)))


def _rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


@cache
def families() -> tuple[str, ...]:
    """Return the faces to use, best first: the system's own, then one that has Chinese."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    known = set(QFontDatabase.families())
    chinese = [name for name in CJK if name in known] or ["Noto Sans CJK SC"]
    return tuple(dict.fromkeys([*chinese, system] if system in PLAIN else [system, *chinese]))


def face(pixels: int = BASE, strong: bool = False) -> QFont:
    """Return the interface face at a size in px, with figures of equal width."""
    font = QFont()
    font.setFamilies(list(families()))
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def icon(name: str, tone: str = "text") -> QIcon:
    """Return a drawn icon (a file of ``resources/icons``) tinted with a token; grey while disabled."""
    return _icon(name, getattr(_current, tone), mix(_current.quiet, _current.panel, 0.5).name())


@cache
def _icon(name: str, colour: str, faint: str) -> QIcon:
    made = QIcon()
    for size in (16, 20, 24, 32, 40, 48):
        made.addPixmap(_drawn(name, colour, size), QIcon.Mode.Normal)
        made.addPixmap(_drawn(name, faint, size), QIcon.Mode.Disabled)
    return made


@cache
def _drawn(name: str, colour: str, size: int) -> QPixmap:
    svg = resources.text("icons", f"{name}.svg")
    svg = svg.replace("currentColor", colour).replace('stroke-width="2"', 'stroke-width="1.75"')
    drawn = QPixmap(QSize(size, size))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    return drawn


def pixmap(name: str, size: int, ratio: float, tone: str = "quiet") -> QPixmap:
    """Return an icon as a picture of ``size`` logical px for a screen of this pixel ratio."""
    drawn = QPixmap(_drawn(name, getattr(_current, tone), round(size * ratio)))
    drawn.setDevicePixelRatio(ratio)
    return drawn
