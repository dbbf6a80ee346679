/* Base maps: pictures below the workspace's tiles, each a layer of its own in one pane; and the points of a scan. */
"use strict";
(function (gewu) {
  const PANE = "base";
  const TILE = 256;
  const OVERLAP = 0.75; // px
  const layers = new Map(); // id -> Leaflet layer
  const scan = { points: [], picking: false };
  let said = [];
  gewu.base = { layers, scan };

  /* Whether something lies under the workspace's tiles: then they have no paper of their own. */
  gewu.hasBase = () => said.some((one) => one.visible);

  /* A colour as it lies on the paper, or see-through where a base map lies beneath. */
  gewu.soft = function (colour, share) {
    return gewu.hasBase() ? gewu.fade(colour, share) : gewu.mix(colour, gewu.token("paper"), share);
  };

  gewu.ground = () => (gewu.hasBase() ? "" : gewu.token("paper"));

  function make(one) {
    const [west, south, east, north] = one.bounds;
    const layer = L.tileLayer(`app://map/base/${one.key}/{z}/{x}/{y}`, {
      pane: PANE,
      // Half a step less: at part zooms Leaflet draws the nearest level, and would take it away again below it.
      minZoom: one.levels[0] - 0.5,
      maxZoom: gewu.map.getMaxZoom(),
      maxNativeZoom: one.levels[1],
      bounds: L.latLngBounds([south, west], [north, east]),
      noWrap: true,
      opacity: one.opacity,
      keepBuffer: 1,
      updateInterval: 100,
      className: "gewu-base",
    });
    // At part zooms tiles are scaled, and their soft edges would let the paper through: they overlap a little.
    layer.on("tileloadstart", ({ tile }) => {
      tile.style.width = tile.style.height = `${TILE + OVERLAP}px`;
    });
    return layer;
  }

  /* Show exactly these, the first one on top. A layer of the same key stays, so that nothing flickers. */
  gewu.commands.base = function ({ maps }) {
    const had = gewu.hasBase();
    said = maps;
    const wanted = new Map(maps.filter((one) => one.visible).map((one) => [one.id, one]));
    for (const [id, layer] of layers) {
      if (wanted.has(id) && layer.gewuKey === wanted.get(id).key) continue;
      layer.remove();
      layers.delete(id);
    }
    maps.forEach((one, i) => {
      if (!one.visible) return;
      if (!layers.has(one.id)) {
        const layer = make(one);
        layer.gewuKey = one.key;
        layers.set(one.id, layer);
        layer.on("load", gewu.settle);
        layer.addTo(gewu.map);
      }
      layers.get(one.id).setOpacity(one.opacity).setZIndex(maps.length - i);
    });
    if (had !== gewu.hasBase()) gewu.repaint();
    else gewu.settle();
  };

  /* The numbered places of a scan that is being placed; ``chosen`` is drawn filled. */
  gewu.commands.base_points = function ({ points, picking }) {
    if (picking && !scan.picking) gewu.leaveAll();
    scan.points = points;
    scan.picking = picking;
    gewu.map.getContainer().classList.toggle("gewu-picking", picking);
    gewu.overlay.redraw();
  };

  function paint(ctx, frame) {
    for (const { lon, lat, number, chosen } of scan.points) {
      const p = gewu.project([lon, lat], frame);
      const accent = gewu.colour(gewu.symbols.selection.colour);
      gewu.spot(ctx, p, 9, chosen ? accent : gewu.token("panel"), accent, 2);
      ctx.font = gewu.font(11, 600);
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillStyle = chosen ? gewu.token("panel") : accent;
      ctx.fillText(String(number), p.x, p.y + 0.5);
    }
    ctx.textAlign = "start";
    ctx.textBaseline = "alphabetic";
  }

  function build(map) {
    map.createPane(PANE).style.zIndex = 150;
    const container = map.getContainer();
    // While a scan is placed a click on the map belongs to it alone: nothing is selected by it.
    const own = (event) => {
      if (!scan.picking || event.target.closest(".gewu-bar, .gewu-strip, .gewu-sums, .gewu-typed")) return;
      event.stopImmediatePropagation();
      if (event.type !== "click" || !gewu.clicks() || (map.dragging.moved && map.dragging.moved())) return;
      const { lat, lng } = map.mouseEventToLatLng(event);
      gewu.tell("base_picked", { lon: lng, lat });
    };
    for (const type of ["click", "dblclick", "contextmenu"]) container.addEventListener(type, own, true);
  }

  /* Enter takes the place in the middle of the map: for those who move it by its arrow keys. */
  function key(event) {
    if (!scan.picking || event.key !== "Enter") return false;
    const { lat, lng } = gewu.map.getCenter();
    gewu.tell("base_picked", { lon: lng, lat });
    return true;
  }

  /* What is out of its zooms loads nothing, and never says that it is done. */
  const busy = () =>
    [...layers.values()].some((layer) => layer.isLoading() && gewu.map.getZoom() >= layer.options.minZoom);

  /* Another tool begins: the map is its own until the scan asks for a place again. */
  function leave() {
    if (!scan.picking) return;
    gewu.commands.base_points({ points: scan.points, picking: false });
    gewu.tell("base_left");
  }

  gewu.tools.push({ build, paint, key, busy, leave, takes: () => scan.picking });
})(window.gewu);
