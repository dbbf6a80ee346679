"""The symbol table says what the look of the field and of the design demand."""

import itertools
import re

import pytest

from layers.domain import flow, symbols
from layers.domain.symbols import at, grid_style, table, tier_minzoom

HEX = re.compile(r"#[0-9A-F]{6}([0-9A-F]{2})?")


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def colours(thing):
    if isinstance(thing, symbols.Colour):
        yield thing
    elif hasattr(thing, "__dataclass_fields__"):
        for name in thing.__dataclass_fields__:
            yield from colours(getattr(thing, name))
    elif hasattr(thing, "values"):
        for value in thing.values():
            yield from colours(value)


def lightness(colour):
    """Return CIE 1976 L* (0 to 100) of a colour: what is left of it in grey print."""
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


def shades(theme):
    """Return what stands side by side on a choropleth, from the paper over nothing at all to the most."""
    return [one.of(theme) for one in (table().tokens["paper"], table().zero, *table().ramp)]


@pytest.mark.parametrize("theme", [symbols.LIGHT, symbols.DARK])
def test_neighbouring_classes_are_told_apart_even_in_grey(theme):
    values = [lightness(colour) for colour in shades(theme)]
    steps = [b - a for a, b in itertools.pairwise(values)]
    away = 1 if theme == symbols.DARK else -1  # from the paper, one way only
    assert [round(step * away, 1) for step in steps if step * away < 5] == []
    assert [round(step * away, 1) for step in steps[2:] if step * away < 8] == []


@pytest.mark.parametrize("theme", [symbols.LIGHT, symbols.DARK])
@pytest.mark.parametrize("count", range(3, 8))
def test_however_many_classes_there_are_the_least_is_not_nothing(theme, count):
    chosen = [colour.of(theme) for colour in table().classes(count)]
    assert abs(lightness(chosen[0]) - lightness(table().tokens["land"].of(theme))) >= 8
    assert all(abs(lightness(a) - lightness(b)) >= 8 for a, b in itertools.pairwise(chosen))


def test_every_colour_is_one():
    found = list(colours(table()))
    assert len(found) > 100
    assert all(HEX.fullmatch(c.light) and HEX.fullmatch(c.dark) for c in found)


def test_every_status_has_its_shape_and_a_shape_of_its_own():
    statuses = table().statuses
    assert set(statuses) == set(flow.STATUSES)
    # Refused and void are drawn alike: both ended without being done.
    shapes = [glyph.parts for key, glyph in statuses.items() if key != "void"]
    assert len(set(shapes)) == len(shapes)


def test_the_colours_of_the_statuses_are_those_agreed():
    agreed = {
        "reported": "#7A8699", "verified": "#7A8699", "filed": "#0072B2", "dispatched": "#56B4E9",
        "handling": "#E69F00", "submitted": "#CC79A7", "checked": "#CC79A7", "closed": "#009E73",
        "suspended": "#8D99A6", "refused": "#9AA3AF", "void": "#9AA3AF",
    }  # fmt: skip
    assert {key: glyph.colour.light for key, glyph in table().statuses.items()} == agreed
    assert table().ring.colour.light == "#D55E00"
    assert table().lamps["red"].colour == symbols.Colour("#C8102E", "#FF6B6B")


def test_every_lamp_but_none_has_a_sign():
    assert set(table().lamps) == {"red", "amber", "green"}


def test_schema_classes_all_have_a_look():
    assert set(table().functions) == {
        "residential", "commercial", "industry", "school", "green", "water", "transport", "construction", "other"
    }  # fmt: skip
    assert set(table().roads) == {
        "main", "secondary", "branch", "back_street", "internal", "rail", "river", "frontage"
    }  # fmt: skip
    assert set(table().places) == {
        "estate", "building", "green", "woodland", "water", "market", "site", "under_bridge", "parking", "other"
    }  # fmt: skip


@pytest.mark.parametrize("theme", [symbols.LIGHT, symbols.DARK])
def test_names_can_be_read_on_their_paper(theme):
    paper = table().tokens["paper"].of(theme)
    inks = {"road": table().road_label}
    inks |= {key: style.label.colour for key, style in table().grids.items()}
    inks |= {key: style.label for key, style in table().places.items()}
    weak = {key: round(contrast(ink.of(theme), paper), 2) for key, ink in inks.items()}
    assert {key: value for key, value in weak.items() if value < 4.5} == {}


def test_paths_use_only_what_every_painter_knows():
    glyphs = [*table().statuses.values(), *table().lamps.values(), *table().facilities.values()]
    for part in (part for glyph in glyphs for part in glyph.parts):
        assert set(re.findall(r"[A-Za-z]", part.path)) <= set("MLCZ")
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", part.path)]
        assert all(0 <= n <= 16 for n in numbers)
        assert {part.fill, part.stroke} <= {"none", "colour", "paper", "outline", "ink"}


def test_facility_icons_are_found_by_the_longest_beginning():
    assert table().facility("01054").key == "charger"
    assert table().facility("02034").key == "access"
    assert table().facility("01003").key == "cover"
    assert table().facility("01777").key == "utility"
    assert table().facility("99").key == table().facility(None).key == table().facility("").key == "default"
    assert set(table().categories.values()) <= set(table().facilities)


def test_what_there_is_much_of_comes_later():
    assert table().facility_from("05999") == 14  # shelters
    assert table().facility_from("01998") == 16  # the 2,000 smoke sensors
    assert table().facility_from(None) >= table().facility_minzoom


def test_widths_grow_with_the_zoom_and_classes_keep_their_rank():
    for style in [*table().roads.values(), *table().grids.values()]:
        assert all(a[0] < b[0] and a[1] <= b[1] for a, b in itertools.pairwise(style.width))
    ranks = ["main", "secondary", "branch", "back_street", "internal"]
    for zoom in (14, 15, 16, 17, 18):
        widths = [at(table().roads[key].width, zoom) for key in ranks]
        assert widths == sorted(widths, reverse=True)
    assert at(table().grids["street"].width, 13) == 2.5
    assert at(table().grids["district"].width, 13) == 1.8
    assert at(table().grids["small"].width, 14) == 1.2
    assert at(table().grids["micro"].width, 14) == 0.7


def test_stops_are_joined_by_straight_lines_and_level_beyond():
    stops = ((10.0, 1.0), (12.0, 3.0))
    assert [at(stops, z) for z in (9, 10, 11, 12, 30)] == [1, 1, 2, 3, 3]


def test_tiers_are_styled_from_the_bottom():
    assert [grid_style(t, 4) for t in (1, 2, 3, 4)] == ["street", "district", "small", "micro"]
    assert [grid_style(t, 1) for t in (1,)] == ["micro"]
    assert [grid_style(t, 2) for t in (1, 2)] == ["small", "micro"]
    assert [grid_style(t, 3) for t in (1, 2, 3)] == ["district", "small", "micro"]
    assert [grid_style(t, 6) for t in range(1, 7)] == ["street", "district", "district", "district", "small", "micro"]


def test_a_tier_is_drawn_from_the_zoom_at_which_its_grids_can_be_told_apart():
    street = [41e6 / n for n in (1, 3, 22, 138)]
    assert [tier_minzoom(area, 31) for area in street] == [9, 10, 12, 13]
    assert tier_minzoom(400e6, 31) == 8  # a district of Shanghai
    assert tier_minzoom(0, 31) == 22


def test_an_unknown_function_looks_like_other():
    assert table().function_fill("moon", "dark") == table().function_fill("other", "dark")
    assert 0 < table().function_fill("green", "light")[1] < 1
