"""How the program starts: what lasts is set aside for Python's collector, which stops every thread while it walks."""

import gc

from app import launch
from layers import exchange


def test_what_lasts_is_walked_no_more_not_even_after_an_import() -> None:
    before = gc.get_freeze_count()
    try:
        launch.settle()
        settled = gc.get_freeze_count()
        assert settled > max(before, 10_000)
        with exchange._old_at_rest():
            assert gc.get_freeze_count() >= settled
        assert gc.get_freeze_count() >= settled
    finally:
        if not before:
            gc.unfreeze()


def test_an_import_alone_leaves_nothing_set_aside() -> None:
    lasting = gc.get_freeze_count()
    with exchange._old_at_rest():
        assert gc.get_freeze_count() > lasting
    assert bool(gc.get_freeze_count()) == bool(lasting)
