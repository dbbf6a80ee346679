"""The page of the tables is the one the schema yields."""

import resources
from layers.store.documentation import page
from layers.store.schema import tables


def test_the_page_in_the_help_is_todays() -> None:
    assert resources.path("help", "tables.md").read_text(encoding="utf-8") == page()


def test_every_table_and_column_is_on_it() -> None:
    text = page()
    for item in tables().values():
        assert f"## {item.name} {item.title}" in text
        assert all(f"| {column.name} | {column.title} |" in text for column in item.columns)
