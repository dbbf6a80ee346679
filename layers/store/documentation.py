"""The schema as a page to read: made from the one definition, so that it cannot drift."""

from layers.store.schema import VERSION, Table, tables


def page() -> str:
    """Return the Markdown page of all tables and columns; `resources/help/tables.md` holds it."""
    parts = [
        "# 网格库的表 · The tables of a workspace",
        "",
        f"Schema version {VERSION}. Made by `python -m layers.store.documentation`; a test compares it.",
        "Every table has `fid` (local) and, unless plain, `uuid` and `ver`; geometry is `geom` in EPSG:4490.",
        "",
    ]
    for item in tables().values():
        parts += _section(item)
    return "\n".join(parts)


def _section(item: Table) -> list[str]:
    kind = item.geometry or ("plain" if item.plain else "attributes")
    lines = [f"## {item.name} {item.title} ({kind})", "", "| column | 中文 | type | values |", "|---|---|---|---|"]
    for column in item.columns:
        type_ = column.type + (", required" if column.required else "")
        values = " ".join(f"`{word}`" for word in column.choices)
        lines.append(f"| {column.name} | {column.title} | {type_} | {values} |")
    if item.key:
        lines += ["", f"Key: `{item.key}`"]
    if item.unique:
        lines += ["", "Unique: " + "; ".join(f"`{columns}`" for columns in item.unique)]
    return [*lines, ""]


def main() -> None:
    """Write the page where the help looks for it."""
    import resources

    resources.path("help", "tables.md").write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
