"""The base maps of the open workspace: opened, remembered for it in the user's settings, and told to the map."""

from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app import base_adding, base_crs, report
from app.map.view import MapView
from app.session import Session
from app.settings import Settings
from layers import basemaps, workspace
from layers.basemaps import Base, Found, Layer
from layers.domain.base_maps import near_enough
from layers.errors import Known
from layers.words import t

THREADS = 2  # as many as ask


@dataclass(frozen=True)
class Shown:
    """An open base map and the key in its addresses; the key changes when its tiles do."""

    key: str
    layer: Layer


class BaseMaps(QObject):
    """``maps`` are those of the open workspace, the top one first; ``changed`` says that something about them did.

    ``troubles`` has a sentence for each that cannot be shown now; ``lost`` has those whose file is not where it was,
    ``hints`` those that sound like GCJ-02.
    """

    changed = Signal()
    offered = Signal(str, str, object)  # a sentence, the words of a button, and what it does
    placing_wanted = Signal(object)  # a base map that is to be placed by points
    _faulty = Signal(str, str)

    def __init__(self, session: Session, settings: Settings, view: MapView) -> None:
        super().__init__(view)
        self._session, self._settings, self._view = session, settings, view
        self.maps: tuple[Base, ...] = ()
        self.troubles: dict[str, str] = {}
        self.hints: set[str] = set()
        self.lost: set[str] = set()
        self._open: dict[str, Shown] = {}
        self._by_key: dict[str, Shown] = {}  # read by the map's threads; replaced, never changed
        # Threads of Python's own: PROJ keeps a context per thread, which does not outlive one call on a thread of Qt's.
        self._pool: ThreadPoolExecutor | None = None
        self._keys = count(1)
        self._uuid = ""
        self._faulty.connect(self._fault)
        self._saving = QTimer(self, singleShot=True, interval=300)
        self._saving.timeout.connect(self.save)
        session.opened.connect(self._opened)
        session.closing.connect(self._closing)

    # -- which there are ---------------------------------------------------------------------------------

    def _opened(self) -> None:
        if self._session.ws is not None:
            self._session.look(workspace.settings, key="base-maps", done=self._recall)

    def _recall(self, kept: dict[str, str]) -> None:
        """Look for the files of what was kept: one may have been moved together with the workspace."""
        uuid = kept.get("workspace", "")
        raw = self._settings.json(f"base-maps/{uuid}", [])
        self._session.look(
            lambda ws: basemaps.recalled(raw, ws.path.parent), key="base-recall", aside=True,
            done=partial(self._recalled, uuid),
        )  # fmt: skip

    def _recalled(self, uuid: str, maps: tuple[Base, ...]) -> None:
        self._uuid = uuid
        if self.maps:
            self._saving.start()  # one was added meanwhile
        self.maps = (*self.maps, *maps)
        self.hints |= {base.id for base in maps if not base.origin and basemaps.sounds_shifted(base)}
        self._tell()
        for base in maps:
            if base.visible:
                self._start(base)

    def _closing(self) -> None:
        if self._saving.isActive():
            self.save()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
        for id_ in list(self._open):
            self._shut(id_)
        self.maps, self.troubles, self.hints, self.lost, self._uuid = (), {}, set(), set(), ""
        self._tell()

    def save(self) -> None:
        """Remember which base maps the workspace uses: in the settings of the user, not in the workspace."""
        self._saving.stop()
        if self._uuid:
            self._settings.set_json(f"base-maps/{self._uuid}", basemaps.written(self.maps))

    def get(self, id_: str) -> Base | None:
        """Return one of them."""
        return next((base for base in self.maps if base.id == id_), None)

    # -- adding ------------------------------------------------------------------------------------------

    @property
    def window(self) -> QWidget:
        """The window that asks."""
        return self._view.window()

    def choose(self, parent: QWidget) -> None:
        """Ask for a file and add it."""
        base_adding.choose(self, parent)

    def add(self, path: Path) -> None:
        """Look into a file and put it on top; what is wrong with it is one sentence in the message bar."""
        base_adding.add(self, self._session, path)

    def stray(self, paths: list[Path]) -> None:
        """Say what may become of pictures dropped while no task is shown."""
        base_adding.stray(self, paths)

    def seek(self, id_: str) -> None:
        """Let somebody show where the file of a base map is now."""
        base = self.get(id_)
        if base is not None:
            base_adding.seek(self, self._session, base)

    def place(self, path: Path) -> None:
        """Let somebody place an image by points."""
        self._session.look(
            lambda _ws: basemaps.scan(path), key="base-scan", done=self.placing_wanted.emit, aside=True
        )  # fmt: skip

    def choose_system(self, base: Base) -> None:
        """Let somebody say in which coordinate system an image lies."""
        base_crs.ask(self, self._session, self.window, base.path, None, base)

    def found(self, found: Found) -> None:
        """Put a base map on top that was looked into; a coordinate system told from its numbers is said."""
        base = found.base
        if found.mars:
            self.hints.add(base.id)
        self.put(base)
        self._start(base, fly=True)
        if found.guessed:
            system = basemaps.system_name(base.crs, base.origin)
            words = t("base3.guessed", name=base.name, system=system, reason=t(found.guessed))
            self.offered.emit(words, t("base3.change_system"), partial(self.choose_system, base))

    def put(self, base: Base, at: int = 0) -> None:
        """Put a base map at a place of the list, the top if not said."""
        if self._session.ws is not None:
            base = basemaps.at(base, base.path, self._session.ws.path.parent)
        self.maps = (*self.maps[:at], base, *self.maps[at:])
        self._noted()

    # -- changing ----------------------------------------------------------------------------------------

    def change(self, id_: str, fly: bool = False, **values: Any) -> None:
        """Change how a base map is shown (visible, opacity, name) or how it lies (path, origin, crs, points, fit)."""
        old = self.get(id_)
        if old is None:
            return
        new = basemaps.changed(old, **values)
        self.maps = tuple(new if base.id == id_ else base for base in self.maps)
        if new.origin:
            self.hints.discard(id_)
        moved = _lie(old) != _lie(new)
        if new.visible and (moved or id_ not in self._open):
            self._start(new, fly)
        self._noted()

    def move(self, id_: str, by: int) -> None:
        """Move a base map down by so many places (up if negative)."""
        self.maps = basemaps.moved(self.maps, id_, by)
        self._noted()

    def drop(self, id_: str) -> None:
        """Take a base map away without a word: it was only tried."""
        if self.get(id_) is None:
            return
        self.maps = tuple(one for one in self.maps if one.id != id_)
        self._shut(id_)
        self.troubles.pop(id_, None)
        self.lost.discard(id_)
        self._noted()

    def remove(self, id_: str) -> None:
        """Take a base map away, and offer to put it back; its file is not touched."""
        base = self.get(id_)
        if base is None:
            return
        at = self.maps.index(base)
        self.drop(id_)

        def back() -> None:
            if self.get(id_) is None and self._uuid:
                self.put(base, min(at, len(self.maps)))
                if base.visible:
                    self._start(base)

        self.offered.emit(t("basemaps.removed", name=base.name), t("basemaps.put_back"), back)

    def again(self, id_: str) -> None:
        """Read a base map once more: its file may be back."""
        base = self.get(id_)
        if base is not None:
            self._start(base)

    def fly(self, id_: str) -> None:
        """Go to where a base map lies."""
        shown = self._open.get(id_)
        if shown is not None:
            layer = shown.layer
            self._view.fly_to(near_enough(layer.bounds, layer.levels[0]), maxzoom=layer.levels[1])

    def can_fly(self, id_: str) -> bool:
        """Say whether a base map is open, so that its place is known."""
        return id_ in self._open

    # -- opening -----------------------------------------------------------------------------------------

    @property
    def cache(self) -> Path:
        """The folder of cut images: the user's, bounded, safe to delete."""
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
        return Path(place) / "Gewu" / "base-maps"

    def _start(self, base: Base, fly: bool = False) -> None:
        cache = self.cache
        done: Callable[[Layer], None] = partial(self._started, base, fly)
        failed = partial(self._failed, base.id)
        self._session.look(
            lambda _ws: basemaps.is_cut(base, cache), key=f"base-cut-{base.id}", aside=True, failed=failed,
            done=lambda cut: self._begin(base, cut, done, failed),
        )  # fmt: skip

    def _begin(self, base: Base, cut: bool, done: Callable[[Layer], None], failed: Callable[[Any], None]) -> None:
        cache = self.cache
        if cut:
            self._session.look(
                lambda _ws: basemaps.open_layer(base, cache), key=f"base-open-{base.id}", aside=True,
                done=done, failed=failed,
            )  # fmt: skip
            return

        # The first time a large image takes its while: with progress and Cancel, as all long work.
        def cutting(_ws: Any, progress: Any) -> Layer:
            return basemaps.open_layer(base, cache, progress, text=t("basemaps.cutting", name=base.name))

        self._session.work(cutting, label="base", done=done, failed=failed)

    def _started(self, base: Base, fly: bool, layer: Layer) -> None:
        now = self.get(base.id)
        if now is None or _lie(now) != _lie(base):
            layer.close()  # taken away or changed meanwhile
            return
        self._shut(base.id)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="gewu-base")
        self._open[base.id] = Shown(f"{base.id}x{next(self._keys)}", layer)
        self._by_key = {shown.key: shown for shown in self._open.values()}
        self.troubles.pop(base.id, None)
        self.lost.discard(base.id)
        self._tell()
        if fly and not self._seen(layer):
            self.fly(base.id)

    def _seen(self, layer: Layer) -> bool:
        seen, box = self._view.bounds, layer.bounds
        if seen is not None and self._view.zoom < layer.levels[0] - 0.5:
            return False
        return seen is None or (seen[0] < box[2] and box[0] < seen[2] and seen[1] < box[3] and box[1] < seen[3])

    def _failed(self, id_: str, error: BaseException) -> None:
        if isinstance(error, Known):
            self._shut(id_)
            (self.lost.add if error.key == "missing" else self.lost.discard)(id_)
            self._fault(id_, str(error))
        else:
            report.show(error)

    def _fault(self, id_: str, sentence: str) -> None:
        if self.get(id_) is not None and self.troubles.get(id_) != sentence:
            self.troubles[id_] = sentence
            self._tell()

    def _shut(self, id_: str) -> None:
        shown = self._open.pop(id_, None)
        if shown is not None:
            self._by_key = {one.key: one for one in self._open.values()}
            shown.layer.close()

    # -- the map -----------------------------------------------------------------------------------------

    def tile(self, key: str, z: int, x: int, y: int) -> tuple[str, bytes]:
        """Return a tile for the map's threads; one that cannot be read is see-through, and its list says why."""
        shown, pool = self._by_key.get(key), self._pool
        if shown is None or pool is None:
            return basemaps.NOTHING
        try:
            return pool.submit(shown.layer.tile, z, x, y).result()
        except (CancelledError, RuntimeError):  # the workspace was closed meanwhile
            if self._pool is pool:
                raise
            return basemaps.NOTHING
        except Known as error:
            if key in self._by_key:
                self._faulty.emit(key.partition("x")[0], str(error))
            return basemaps.NOTHING

    def on_map(self) -> list[tuple[Base, Shown]]:
        """Return those on the map now, the lowest first."""
        return [(one, self._open[one.id]) for one in reversed(self.maps) if one.visible and one.id in self._open]

    def _noted(self) -> None:
        self._saving.start()
        self._tell()

    def _tell(self) -> None:
        said = []
        for base in self.maps:
            shown = self._open.get(base.id)
            if shown is not None:
                said.append(
                    {"id": base.id, "key": shown.key, "bounds": shown.layer.bounds, "levels": shown.layer.levels,
                     "opacity": base.opacity, "visible": base.visible}
                )  # fmt: skip
        self._view.keep("base", maps=said)
        self.changed.emit()


def _lie(base: Base) -> tuple[object, ...]:
    """Return what its tiles are made of."""
    return base.path, base.origin, base.crs, base.points, base.fit
