"""Switches the language of everything on the screen at once: our own words and those of Qt."""

from PySide6.QtCore import QEvent, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from layers import words

_qt = QTranslator()


def use(which: str) -> None:
    """Speak ``zh`` or ``en``; every widget is told by a LanguageChange event."""
    words.use(which)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    chinese = which == "zh"
    QLocale.setDefault(QLocale("zh_CN" if chinese else "en_GB"))
    app.removeTranslator(_qt)
    if chinese and _qt.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(_qt)
    for window in app.topLevelWidgets():
        app.sendEvent(window, QEvent(QEvent.Type.LanguageChange))
