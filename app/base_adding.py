"""How base maps come to a workspace: chosen, dropped, looked into, and found again when their files were moved."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from app import base_crs, report
from app.session import Session
from layers import basemaps, workspace
from layers.basemaps import Base, Found, Undecided, Unplaced
from layers.errors import SourceError
from layers.words import t

if TYPE_CHECKING:
    from app.base_maps import BaseMaps

PATTERNS = "*.mbtiles *.pmtiles *.tif *.tiff *.jpg *.jpeg *.png *.webp"


def choose(bases: "BaseMaps", parent: QWidget) -> None:
    """Ask for a file and add it."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    folder = str(bases.maps[0].path.parent) if bases.maps else documents
    chosen = _asked(parent, t("window.do_add_base"), folder)
    if chosen is not None:
        bases.add(chosen)


def _asked(parent: QWidget, title: str, folder: str) -> Path | None:
    pattern = f"{t('basemaps.files')} ({PATTERNS});;{t('basemaps.all_files')} (*)"
    chosen, _ = QFileDialog.getOpenFileName(parent, title, folder, pattern)
    return Path(chosen) if chosen else None


def add(bases: "BaseMaps", session: Session, path: Path) -> None:
    """Look into a file and put it on top; what is wrong with it is one sentence in the message bar."""
    if session.ws is None:
        report.board.message.emit(t("basemaps.needs_workspace"), "bad")
        return

    def look(ws: workspace.Workspace) -> Found:
        return basemaps.look(path, street=workspace.extent(ws))

    def failed(error: BaseException) -> None:
        if isinstance(error, Undecided):
            base_crs.ask(bases, session, bases.window, path, error)
        elif isinstance(error, Unplaced):
            report.offer(error, t("basemaps.place"), partial(bases.place, path))
        else:
            report.show(error)

    session.look(look, key=f"base-add-{path}", done=bases.found, failed=failed, aside=True)


def stray(bases: "BaseMaps", paths: Sequence[Path]) -> None:
    """Say what may become of pictures that were dropped while no task is shown: photos, or a scan below the map."""
    error = SourceError("base_stray", path=paths[0].name)
    report.offer(error, t("basemaps.place"), partial(bases.place, paths[0]))


def seek(bases: "BaseMaps", session: Session, base: Base) -> None:
    """Ask where the file of a base map is now; others that were lost with it are found in the same place."""
    if session.ws is None:
        return
    title = t("base3.seek_title", name=base.name)
    chosen = _asked(bases.window, title, str(session.ws.path.parent / base.path.name))
    if chosen is None:
        return
    maps = bases.maps

    def done(found: tuple[Base, ...]) -> None:
        for one in found:
            bases.change(one.id, fly=one.id == base.id, path=one.path, beside=one.beside)
        if len(found) > 1:
            report.say(t("base3.found_again", count=len(found)))

    session.look(
        lambda ws: basemaps.sought(maps, base, chosen, ws.path.parent), key="base-seek", done=done,
        failed=report.show, aside=True,
    )  # fmt: skip
