"""The one style sheet of the window, written with the names of the theme's tokens."""

from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.theme import Tokens

# Widgets name their part with the dynamic property "part"; nothing is styled by its place in the tree.
_SHEET = Template("""
QMainWindow, QDialog { background: $ground; }
QWidget { color: $text; }
QToolTip { background: $panel; color: $text; border: 1px solid $line; padding: 4px 8px; }

[part="bar"] { background: $panel; border-bottom: 1px solid $line; }
[part="panel"], [part="page"] { background: $panel; }
[part="ground"] { background: $ground; }
[part="foot"] { background: $panel; border-top: 1px solid $line; }
[part="card"] { background: $panel; border: 1px solid $line; border-radius: 6px; }
[part="rule"] { background: $line; border: 0; }
[part="popup"] { background: $panel; border: 1px solid $line; border-radius: 6px; }

QLabel[part="title"] { font-size: 16px; font-weight: 600; }
QLabel[part="hero"] { font-size: 24px; font-weight: 600; }
QLabel[part="strong"] { font-weight: 600; }
QLabel[part="quiet"] { color: $quiet; }
QLabel[part="small"] { color: $quiet; font-size: 12px; }
QLabel[part="head"] { color: $quiet; font-size: 12px; font-weight: 600; }
QLabel[part="red"] { color: $red; }
QLabel[part="link"] { color: $accent; }

QPushButton { background: $panel; border: 1px solid $line; border-radius: 6px; padding: 0 12px;
  min-height: 28px; max-height: 28px; }
QPushButton:hover { background: $over; }
QPushButton:pressed, QPushButton:checked { background: $picked; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $faint; }
QPushButton[part="primary"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[part="primary"]:hover { background: $accent_over; border-color: $accent_over; }
QPushButton[part="primary"]:focus { border-color: $text; }
QPushButton[part="primary"]:disabled { background: $line; border-color: $line; color: $quiet; }
QPushButton[part="link"] { background: transparent; border: 0; color: $accent; padding: 0; min-height: 20px; }
QPushButton[part="link"]:hover { text-decoration: underline; }
QPushButton[part="link"]:focus { text-decoration: underline; }
QPushButton[part="fact"] { background: transparent; border: 0; padding: 0; min-height: 20px; max-height: 20px;
  text-align: left; color: $accent; }
QPushButton[part="fact"]:hover, QPushButton[part="fact"]:focus { text-decoration: underline; }
QPushButton[part="row"] { background: transparent; border: 0; border-radius: 0; text-align: left; padding: 0 12px; }
QPushButton[part="row"]:hover { background: $over; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 0 8px;
  min-height: 26px; }
QToolButton:hover { background: $over; }
QToolButton:pressed { background: $picked; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $faint; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[part="icon"] { padding: 0; min-width: 20px; min-height: 20px; }
QToolButton[part="quiet"] { color: $quiet; }
QToolButton[part="head"] { color: $quiet; padding: 0 2px; }
QToolButton[part="outlined"] { background: $panel; border: 1px solid $line; }
QToolButton[part="outlined"]:hover { background: $over; }
QToolButton[part="outlined"]:disabled { color: $faint; }
QToolButton[part="place"] { padding: 0 13px; min-height: 28px; color: $quiet; }
QToolButton[part="place"]:checked { background: $picked; color: $text; font-weight: 600; }
QToolButton[part="view"] { padding: 0 2px; border-radius: 0; border: 0; border-bottom: 2px solid transparent;
  min-height: 32px; }
QToolButton[part="view"]:hover { background: transparent; color: $accent; }
QToolButton[part="view"]:focus { color: $accent; }
QToolButton[part="view"]:checked { font-weight: 600; border-bottom: 2px solid $accent; }
QToolButton[part="view"][tone="red"] { color: $red; }
QToolButton[part="chip"] { background: $picked; border: 0; border-radius: 4px; padding: 0 8px; min-height: 22px;
  max-height: 22px; font-size: 12px; }
QToolButton[part="segment"] { border-radius: 4px; padding: 0 10px; min-height: 24px; color: $quiet; }
QToolButton[part="segment"]:checked { background: $panel; color: $text; border: 1px solid $line; }

QLineEdit, QPlainTextEdit, QTextEdit { background: $panel; border: 1px solid $line; border-radius: 6px;
  padding: 0 8px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit { min-height: 28px; max-height: 28px; }
QPlainTextEdit, QTextEdit { padding: 4px 4px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: $accent; }
QLineEdit:disabled, QLineEdit:read-only { color: $quiet; background: $well; }
QLineEdit[part="search"] { background: $well; }
QLineEdit[part="search"]:focus { background: $panel; }
QLineEdit[part="filter"] { border-color: transparent; background: transparent; }
QLineEdit[part="filter"]:hover { border-color: $line; }
QLineEdit[part="filter"]:focus { border-color: $accent; background: $panel; }
QLineEdit[wrong="true"] { border-color: $red; }

QTreeView, QListView, QTableView { background: $panel; border: 0; outline: 0; gridline-color: transparent;
  selection-background-color: $picked; selection-color: $text; }
QTreeView::item, QListView::item { border: 0; }
QTableView[part="list"]::item { padding-left: 9px; }
QListWidget#backups::item { height: 28px; padding: 0 12px; }
QListWidget#backups::item:selected { background: $picked; color: $text; }
QHeaderView { background: $panel; border: 0; }
QHeaderView::section { background: $panel; color: $quiet; border: 0; border-bottom: 1px solid $line;
  padding: 0 12px; font-size: 12px; font-weight: 400; }
QHeaderView::section:hover { color: $text; background: $over; }
QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; height: 0; }
QTableCornerButton::section { background: $panel; border: 0; }

QScrollArea { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $thumb; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $quiet; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: $panel; }

QMenu { background: $panel; border: 1px solid $line; padding: 4px 0; }
QMenu::item { padding: 6px 24px 6px 12px; min-width: 160px; background: transparent; }
QMenu::item:selected { background: $picked; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 0; }
QMenu::icon { padding-left: 10px; }

QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QDockWidget { background: $panel; border: 0; }
QStatusBar { background: $panel; border-top: 1px solid $line; color: $quiet; min-height: 25px; max-height: 25px; }
QStatusBar::item { border: 0; }
QStatusBar QLabel { color: $quiet; font-size: 12px; }
QStatusBar QLabel[part="bad"] { color: $red; }
QStatusBar QToolButton { font-size: 12px; min-height: 20px; max-height: 20px; padding: 0 6px; }
QProgressBar { background: $line; border: 0; border-radius: 2px; min-height: 4px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QSplitter::handle { background: $line; }
QGroupBox { border: 0; }
QComboBox { background: $panel; border: 1px solid $line; border-radius: 6px; padding: 0 8px; min-height: 28px; }
QComboBox:focus { border-color: $accent; }
QComboBox QAbstractItemView { background: $panel; border: 1px solid $line; }
QSlider:horizontal { min-height: 16px; max-height: 16px; }
QSlider::groove:horizontal { height: 3px; border-radius: 1px; background: $line; }
QSlider::sub-page:horizontal { height: 3px; border-radius: 1px; background: $accent; }
QSlider::handle:horizontal { width: 10px; height: 10px; margin: -4px 0; border-radius: 5px; background: $panel;
  border: 1px solid $quiet; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { border: 1px solid $accent; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator:unchecked, QTreeView::indicator:unchecked, QListView::indicator:unchecked,
QTableView::indicator:unchecked { border: 1px solid $quiet; border-radius: 3px; background: $panel; }
QCheckBox::indicator:unchecked:hover { border-color: $accent; }
QCheckBox::indicator:unchecked:disabled { border-color: $faint; }
QTabBar::tab { background: transparent; border: 0; border-bottom: 2px solid transparent; padding: 4px 2px;
  margin-right: 16px; color: $quiet; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabWidget::pane { border: 0; }

[part="notice"] { background: $notice; border-bottom: 1px solid $line; }
[part="notice"][tone="info"] { background: $picked; }
[part="toast"] { background: $notice; border: 1px solid $line; border-radius: 8px; }
[part="toast"][tone="info"] { background: $panel; }
[part="drop"] { border: 1px dashed $dash; border-radius: 6px; color: $quiet; background: transparent; }
[part="drop"][over="true"] { border-color: $accent; background: $picked; }
""")


def sheet(tokens: "Tokens") -> str:
    """Return the style sheet of a theme."""
    from app.theme import mix

    more = {
        "faint": mix(tokens.quiet, tokens.panel, 0.55).name(),
        "thumb": mix(tokens.quiet, tokens.panel, 0.35).name(),
        "dash": mix(tokens.quiet, tokens.panel, 0.5).name(),
    }
    return _SHEET.substitute(asdict(tokens), **more)
