"""A picture of the map written out: as PDF, as PNG, on a printer, or as an image for preview and clipboard."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QImage, QImageWriter, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter

from app.chart import frame, layout
from app.chart.layout import Wish
from layers import map_picture, map_scene
from layers.domain.things import Bounds
from layers.errors import Refused, SourceError
from layers.map_scene import Extent, Scene
from layers.whole_files import write_whole
from layers.words import t
from layers.workspace import Progress, Workspace

DPI, INCH = 300, 25.4
WIDEST = 12_000  # px of a PNG: more takes half a gigabyte of memory
SUFFIXES = (".pdf", ".png")


def page(wish: Wish) -> QPageLayout:
    """Return the page of a wish, without margins of the printer's own: the sheet has its own."""
    way = QPageLayout.Orientation.Landscape if wish.lying else QPageLayout.Orientation.Portrait
    kind = QPageSize.PageSizeId.A3 if wish.paper == "A3" else QPageSize.PageSizeId.A4
    made = QPageLayout(QPageSize(kind), way, QMarginsF(0, 0, 0, 0))
    made.setMode(QPageLayout.Mode.FullPageMode)
    return made


def read(ws: Workspace, wish: Wish, size: QSizeF | None = None, progress: Progress | None = None) -> tuple[Scene, int]:
    """Return what lies on the sheet of a wish (or of another size in mm) and the N of its scale."""
    what, n = layout.extent(wish, layout.sheet(wish, size).map)
    return _scene(ws, what, wish, progress), n


def _scene(ws: Workspace, what: Extent, wish: Wish, progress: Progress | None = None) -> Scene:
    return map_picture.scene(
        ws, what, wish.system, wish.layers, wish.filter, wish.picked, wish.shade, wish.kinds, progress=progress
    )  # fmt: skip


def paint(
    painter: QPainter,
    wish: Wish,
    scene: Scene,
    n: int,
    size: QSizeF | None = None,
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Paint the sheet; the painter's unit is a millimetre."""
    frame.paint(painter, wish, layout.sheet(wish, size), scene, n, tick)


def pdf(ws: Workspace, wish: Wish, progress: Progress | None = None) -> bytes:
    """Return the sheet as a PDF of one page, its lines and letters as such. Raises ``Refused``, ``Cancelled``."""
    scene, n = read(ws, wish, progress=progress)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(page(wish))
    writer.setResolution(1200)
    writer.setTitle(wish.title)
    writer.setCreator(t("window.name"))
    put(writer, wish, scene, n, progress)
    del writer  # it writes the end of the file as it goes
    return bytes(buffer.data().data())


def put(
    device: QPagedPaintDevice,
    wish: Wish,
    scene: Scene,
    n: int,
    progress: Progress | None = None,
    size: QSizeF | None = None,
) -> None:
    """Paint the sheet on a printer or PDF. Raises ``SourceError`` if the printer does not begin, ``Cancelled``."""
    painter = QPainter()
    if not painter.begin(device):
        raise SourceError("no_print")
    try:
        painter.scale(device.logicalDpiX() / INCH, device.logicalDpiY() / INCH)
        paint(painter, wish, scene, n, size, _ticking(progress))
    finally:
        painter.end()


def print_on(ws: Workspace, printer: QPagedPaintDevice, wish: Wish, progress: Progress | None = None) -> int:
    """Print the sheet on the paper that the printer has; return N of its scale. Raises as `put` does.

    Qt lets a printer be painted from any thread.
    """
    page_layout = printer.pageLayout()
    page_layout.setMode(QPageLayout.Mode.FullPageMode)
    printer.setPageLayout(page_layout)
    size = page_layout.fullRect(QPageLayout.Unit.Millimeter).size()
    scene, n = read(ws, wish, size, progress)
    put(printer, wish, scene, n, progress, size)
    return n


def image(wish: Wish, scene: Scene, n: int, width: int, progress: Progress | None = None) -> QImage:
    """Return the sheet as a picture so many pixels wide. Raises ``Refused`` where it is too large."""
    factor = width / wish.size.width()
    made = _blank(width, round(wish.size.height() * factor), factor)
    painter = QPainter(made)
    try:
        painter.scale(factor, factor)
        paint(painter, wish, scene, n, tick=_ticking(progress))
    finally:
        painter.end()
    return made


def _blank(width: int, height: int, per_mm: float) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32) if max(width, height) <= WIDEST * 2 else QImage()
    if made.isNull():
        raise Refused("picture_too_large", width=width, most=WIDEST)
    made.fill(0xFFFFFFFF)
    made.setDotsPerMeterX(round(per_mm * 1000))
    made.setDotsPerMeterY(round(per_mm * 1000))
    return made


def png(ws: Workspace, wish: Wish, width: int = 0, progress: Progress | None = None) -> bytes:
    """Return the sheet as PNG, 300 dots an inch or so many pixels wide. Raises ``Refused``, ``Cancelled``."""
    wide = width or round(wish.size.width() / INCH * DPI)
    if not 200 <= wide <= WIDEST:
        raise Refused("picture_too_large", width=wide, most=WIDEST)
    scene, n = read(ws, wish, progress=progress)
    made = image(wish, scene, n, wide, progress)
    made.setText("Title", wish.title)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    if not writer.write(made):
        raise Refused("picture_too_large", width=wide, most=WIDEST)
    return bytes(buffer.data().data())


def write(ws: Workspace, path: Path, wish: Wish, width: int = 0, progress: Progress | None = None) -> Path:
    """Write a PDF or PNG, by its suffix; what stood there is replaced only once the new one is whole.

    Raises ``Refused`` (another suffix, too large), ``SourceError`` (not to be written), ``Cancelled``.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise Refused("picture_suffix", path=path.name)
    if not path.parent.is_dir():
        raise SourceError("no_folder", path=path.parent)
    made = pdf(ws, wish, progress) if path.suffix.lower() == ".pdf" else png(ws, wish, width, progress)
    if progress:
        progress(1, 1, t("pictures.writing", name=path.name))
    write_whole(path, made)
    return path


def view(ws: Workspace, bounds: Bounds, width: int, height: int, ratio: float, wish: Wish) -> QImage:
    """Return the map alone as it is seen, ``width`` by ``height`` pixels of the screen, ``ratio`` as fine, light."""
    return view_of(ws, bounds, width, height, ratio, wish)[0]


def view_of(ws: Workspace, bounds: Bounds, width: int, height: int, ratio: float, wish: Wish) -> tuple[QImage, bool]:
    """Return `view` and whether there is nothing in it."""
    what = map_scene.extent(bounds, width, height)
    scene = _scene(ws, what, wish)
    made = _blank(round(width * ratio), round(height * ratio), ratio * 96 / INCH)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(ratio, ratio)
    frame.plain(painter, scene, height, wish.bases)
    painter.end()
    return made, scene.empty


def _ticking(progress: Progress | None) -> Callable[[], None]:
    if progress is None:
        return lambda: None
    return lambda: progress(0, 0, t("pictures.drawing"))
