"""The page that is sent: nothing in it is fetched, nothing in a name is markup, only its own scripts may run."""

import base64
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from layers.documents import signs, web_map
from layers.domain import symbols

NASTY = "</script><script>alert(1)</script><!--<b onload=x>'\"&\u2028"


def page(**changes):
    values = {
        "language": "zh", "title": "街道", "subtitle": "四级网格", "mark": "合成演示数据", "source": "来源",
        "legend_title": "图例", "bounds": (121.0, 31.0, 121.1, 31.1),
        "legend": [("task", "任务", [("filed", "待派遣")])],
        "groups": [], "facilities": [], "pins": [], "names": [],
    } | changes  # fmt: skip
    return web_map.Page(**values)


def scripts(html):
    return re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL)


def test_no_address_of_anything_is_in_the_page():
    html = web_map.html(page())
    assert set(re.findall(r"https?://[^\s\"'<>)]*", html)) <= {"http://www.w3.org/2000/svg"}
    assert re.search(r"<link|<script[^>]+src|<iframe|<object|<base|@import|url\(\s*[\"']?(?!#)", html) is None
    assert "sourceMappingURL" not in html


def test_only_the_scripts_of_the_page_may_run():
    html = web_map.html(page())
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    assert "default-src 'none'" in policy
    rule = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "unsafe" not in rule
    wanted = {base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts(html)}
    assert set(re.findall(r"'sha256-([^']*)'", rule)) == wanted
    assert html.index("Content-Security-Policy") < html.index("<script")


def test_names_are_text_wherever_they_stand():
    nasty = page(
        title=NASTY, subtitle=NASTY, mark=NASTY, source=NASTY, legend_title=NASTY,
        legend=[("task", NASTY, [("filed", NASTY)])],
        names=[{"kind": "grid", "lines": [NASTY]}], pins=[{"key": "filed", "title": NASTY, "rows": [[NASTY, NASTY]]}],
    )  # fmt: skip
    plain, html = web_map.html(page()), web_map.html(nasty)
    assert len(scripts(html)) == len(scripts(plain))
    assert html.count("<script") == plain.count("<script")
    assert "<b onload" not in html
    assert "&lt;script&gt;alert(1)" in html


JSON = st.recursive(
    st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(JSON)
def test_json_in_a_script_says_the_same_and_cannot_end_it(value):
    text = web_map.safe_json(value)
    assert json.loads(text) == value
    assert not set(text) & set("<>&\u2028\u2029")


def test_no_number_that_json_does_not_know():
    with pytest.raises(ValueError, match="JSON"):
        web_map.safe_json(float("nan"))


def test_the_signs_are_those_of_the_symbol_table():
    raw = json.loads(resources.text("symbols.json"))
    for key, glyph in raw["statuses"].items():
        for part in glyph["parts"]:
            assert f'd="{part["path"]}"' in signs.status(key)
        assert raw["overdue_ring"]["colour"][0] in signs.status(key, overdue=True)
    for key, icon in raw["facilities"]["icons"].items():
        assert icon["colour"][0] in signs.facility(key)
    table = symbols.table()
    for layer, keys in (
        ("task", [*table.statuses, "overdue"]), ("grid", table.grids), ("functions", table.functions),
        ("road", table.roads), ("place", table.places), ("facility", table.facilities),
    ):  # fmt: skip
        assert all(signs.swatch(layer, key).startswith("<svg") for key in keys)
