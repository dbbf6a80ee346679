"""A fresh workspace file for every test of the store, closed when the test ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely

from layers.domain.clock import stamp
from layers.store.geopackage import Store, create


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "网格库 测试.gpkg"
    create(target, {"name": "测试"})
    return target


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store(path)
    yield opened
    opened.close()


def new_task(store: Store, **values: object) -> str:
    at = stamp()
    row = {
        "kind": "case",
        "title": "暴露垃圾",
        "status": "reported",
        "reported_at": at,
        "last_step": "report",
        "last_by": "dispatcher",
        "last_at": at,
        "geom": shapely.Point(121.25, 31.02),
        **values,
    }
    with store.step("新建", "dispatcher") as writing:
        return writing.insert("task", row)


def step(store: Store, uuid: str, status: str, name: str, reason: str | None = None, **values: object) -> None:
    from layers.store import rows
    from layers.store.journal import later

    row = rows.raw(store.read(), "task", uuid)
    assert row is not None
    with store.step(name, "dispatcher") as writing:
        writing.update(
            "task",
            uuid,
            {
                "status": status,
                "last_step": name,
                "last_by": "dispatcher",
                "last_reason": reason,
                "last_at": later(row["last_at"]),
                **values,
            },
        )


@pytest.fixture
def task(store: Store) -> str:
    return new_task(store)
