/* What the picture holds: kinds of road, place, facility, function, tier and status in sight, for the legend. */
"use strict";
(function (gewu) {
  const WAIT = 150; // ms after the last repaint
  let timer = 0;
  let turn = 0;
  let told = "";

  const meets = (tile, feature, seen) => {
    const { minX, minY, maxX, maxY } = feature.bbox;
    const { x, y } = tile.origin;
    const k = tile.scale;
    return (
      maxX * k + x >= seen.min.x &&
      minX * k + x <= seen.max.x &&
      maxY * k + y >= seen.min.y &&
      minY * k + y <= seen.max.y
    );
  };

  function collect(tiles, zoom, seen, layer, keyOf) {
    const found = new Set();
    for (const tile of tiles)
      for (const feature of tile.data.get(layer) || []) {
        const key = keyOf(feature.props);
        if (key && !found.has(key) && meets(tile, feature, seen)) found.add(key);
      }
    return [...found].sort();
  }

  function facility(props, zoom) {
    if (props.count) return null; // many as one: of no kind
    const { icons, icon_minzoom, dots_before } = gewu.symbols.facilities;
    const key = gewu.facilityKey(props.category);
    return zoom >= (icons[key].minzoom || icon_minzoom) - dots_before ? key : null;
  }

  const inside = (seen) => (one) => seen.contains(L.point(one.x, one.y));

  async function look() {
    const own = ++turn;
    if (!gewu.state.tiles || gewu.map._animatingZoom) return;
    const frame = gewu.overlay.frame();
    const tiles = await gewu.state.tiles.views.get("").getBbox(frame.zoom, frame);
    if (own !== turn || frame.zoom !== gewu.map.getZoom()) return;
    const { zoom } = frame;
    const seen = gewu.map.getPixelBounds();
    const { roads, places } = gewu.symbols;
    const show = gewu.visible;
    const of = (name, layer, keyOf) => (show.has(name) ? collect(tiles, zoom, seen, layer, keyOf) : []);
    const drawn = (table) => (props) => table[props.class] && zoom >= table[props.class].minzoom && props.class;
    const pins = show.has("task") ? gewu.pins.shown.filter(inside(seen)).map((one) => one.pin) : [];
    const marked = gewu.marks.layout(frame).filter(inside(seen));
    const holds = {
      task: [...new Set(pins.map((pin) => pin.status))].sort(),
      overdue: pins.some((pin) => pin.red),
      grid: of("grid", "grid", (props) => props.style),
      functions: gewu.choropleth.count ? [] : of("functions", "functions", (props) => props.function || "other"),
      road: of("road", "road", drawn(roads)),
      place: of("place", "place", drawn(places)),
      facility: !gewu.marks.on
        ? of("facility", "facility", (props) => facility(props, zoom))
        : show.has("facility")
          ? [...new Set(marked.map((mark) => mark.kind))].sort()
          : [],
    };
    const text = JSON.stringify(holds);
    if (text === told) return;
    told = text;
    gewu.tell("holds", holds);
  }

  gewu.tools.push({
    paint() {
      clearTimeout(timer);
      timer = setTimeout(() => look().catch(gewu.ignoreAbort), WAIT);
    },
  });
})(window.gewu);
