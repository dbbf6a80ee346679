"""Every address of the page, and all those that must not exist."""

import json

import pytest

from app.map import pages


class Source:
    def tile(self, revision, system, z, x, y):
        return f"{revision} {system} {z} {x} {y}".encode()

    def base(self, key, z, x, y):
        return "image/png", f"{key} {z} {x} {y}".encode()

    def pins(self, query):
        return json.dumps(query).encode()


def get(url):
    return pages.content(url, Source())


def test_the_page_and_its_parts_are_there_with_their_types():
    assert get(pages.START)[0].startswith("text/html")
    assert get("app://map/map.js")[0].startswith("text/javascript")
    assert get("app://map/vendor/leaflet.css")[0].startswith("text/css")
    assert get("app://map/icons/plus.svg")[0] == "image/svg+xml"
    mime, body = get("app://map/symbols.json")
    assert mime.startswith("application/json")
    assert "statuses" in json.loads(body)


def test_everything_the_page_links_to_is_there():
    page = get(pages.START)[1].decode()
    links = [part.split('"')[0] for key in ('src="', 'href="') for part in page.split(key)[1:]]
    assert len(links) > 10
    for link in links:
        assert get(f"app://map/{link}")[1]


def test_the_page_has_no_inline_script_or_style():
    page = get(pages.START)[1].decode()
    assert all(tag.startswith(" src=") for tag in page.split("<script")[1:])
    assert "<style" not in page
    assert "style=" not in page
    assert "unsafe" not in pages.POLICY


def test_a_tile_reaches_the_source_with_its_numbers():
    assert get("app://map/tiles/7/four/14/13710/6705") == (pages.TILE, b"7 four 14 13710 6705")
    assert get("app://map/tiles/7/%E5%85%9A%E5%BB%BA/1/0/0")[1] == "7 党建 1 0 0".encode()


def test_a_tile_of_a_base_map_reaches_the_source():
    assert get("app://map/base/abc1x2/14/13710/6705") == ("image/png", b"abc1x2 14 13710 6705")


@pytest.mark.parametrize(
    "path",
    [
        "tiles/7/four/14/13710",
        "tiles/7/four/14/13710/6705/1",
        "tiles/-1/four/14/13710/6705",
        "tiles/7/four/14/13710/99999",
        "tiles/7/four/23/0/0",
        "tiles/7/four/1e1/0/0",
        "tiles/7/four/١/0/0",
        "tiles/x/four/1/0/0",
        "base/abc/14/13710",
        "base/abc/14/13710/6705/1",
        "base/abc/14/13710/99999",
        "base/a.c/1/0/0",
        "base//1/0/0",
        "base/甲/1/0/0",
        "base/abc/-1/0/0",
    ],
)
def test_a_tile_that_cannot_be_is_not_there(path):
    with pytest.raises(pages.NotHere):
        get(f"app://map/{path}")


def test_pins_get_their_query():
    assert json.loads(get("app://map/pins?view=%E6%88%91%E7%9A%84&bounds=1,2,3,4&empty=")[1]) == {
        "view": "我的",
        "bounds": "1,2,3,4",
        "empty": "",
    }


@pytest.mark.parametrize(
    "url",
    [
        "app://map/",
        "app://map",
        "app://map/../symbols.json",
        "app://map/..%2Fsymbols.json",
        "app://map/%2e%2e/%2e%2e/pyproject.toml",
        "app://map/icons/../../pyproject.toml",
        "app://map//etc/passwd",
        "app://map/%2Fetc%2Fpasswd",
        "app://map/C:/Windows/win.ini",
        "app://map/vendor\\leaflet.js",
        "app://map/vendor/leaflet.LICENSE",
        "app://map/vendor",
        "app://map/icons/icons.json",
        "app://map/map.js%00.html",
        "app://other/index.html",
        "app://map@other/index.html",
        "app:index.html",
        "file:///etc/passwd",
        "https://map/index.html",
        "",
    ],
)
def test_nothing_else_exists(url):
    with pytest.raises(pages.NotHere):
        get(url)


def test_what_the_source_raises_passes_through():
    class Broken(Source):
        def pins(self, query):
            raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        pages.content("app://map/pins", Broken())
