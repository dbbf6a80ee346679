/* Signs for many: a calm round badge with a count, for facilities and pins that crowd; a click on it goes nearer. */
"use strict";
(function (gewu) {
  gewu.countText = function (n) {
    if (n < 10000) return String(n);
    if (document.documentElement.lang === "en") return Math.round(n / 1000) + "k";
    return (n / 10000).toFixed(n < 1e5 ? 1 : 0) + "万";
  };

  const side = (n) => gewu.at(gewu.symbols.clusters.size, Math.log10(n));
  gewu.badgeSide = side;

  /* Stamp a badge; its rim has the colour of the most pressing of its things, if they have one. */
  gewu.stampCount = function (ctx, n, x, y, rim, pressing) {
    const style = gewu.symbols.clusters;
    const size = side(n);
    const text = gewu.countText(n);
    const colour = rim || gewu.colour(style.rim);
    const sprite = gewu.sprite(["count", text, size, colour, pressing].join(" "), size + 6, (pen) => {
      pen.beginPath();
      pen.arc(0, 0, size / 2, 0, 7);
      pen.fillStyle = gewu.fade(gewu.colour(style.fill), style.opacity);
      pen.fill();
      pen.lineWidth = pressing ? style.pressing_width : style.rim_width;
      pen.strokeStyle = colour;
      pen.stroke();
      pen.font = gewu.font(style.text, style.weight);
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillStyle = gewu.colour(style.ink);
      pen.fillText(text, 0, 0.5);
    });
    gewu.stamp(ctx, sprite, x, y);
  };

  /* One sign for the pins of each crowded square of the world: the same whatever part of it is in the picture. */
  gewu.pinsTogether = function (pins, frame) {
    const cell = gewu.symbols.clusters.pins_cell;
    const scale = 2 ** frame.zoom;
    const from = (v) => Math.floor(v / cell) * cell;
    const [minX, minY] = [from(frame.minX), from(frame.minY)];
    const [maxX, maxY] = [from(frame.maxX) + cell, from(frame.maxY) + cell];
    const cells = new Map();
    for (const pin of pins) {
      const x = pin.x * scale;
      const y = pin.y * scale;
      if (x < minX || x >= maxX || y < minY || y >= maxY) continue;
      const key = from(x) + ":" + from(y);
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push({ pin, x, y });
    }
    const shown = [];
    for (const members of cells.values()) {
      if (members.length <= gewu.symbols.clusters.pins_crowd) {
        shown.push(...members);
        continue;
      }
      const middle = (name) => {
        const low = from(members[0][name]);
        const mean = members.reduce((sum, one) => sum + one[name], 0) / members.length - low;
        return low + Math.min(Math.max(mean, cell * 0.22), cell * 0.78);
      };
      // The pins come in rising urgency: the last one is what somebody should know of first.
      const { pin } = members[members.length - 1];
      shown.push({ pin, x: middle("x"), y: middle("y"), count: members.length });
    }
    return shown;
  };

  /* The badge under a pixel of the container: { count, kind, at }, null for none. */
  gewu.clusterAt = function (point) {
    const map = gewu.map;
    const spot = point.add(map.getPixelOrigin()).subtract(map._getMapPanePos());
    const hits = (n, x, y) => Math.hypot(spot.x - x, spot.y - y) <= side(n) / 2 + 2;
    const found = (kind, count, x, y) => ({ kind, count, at: map.unproject([x, y]) });
    if (gewu.visible.has("task"))
      for (const { count, x, y } of gewu.pins.shown)
        if (count && hits(count, x, y)) return found("task", count, x, y);
    const layer = gewu.state.tiles;
    if (!layer || !gewu.visible.has("facility") || map.getZoom() < gewu.symbols.facilities.minzoom) return null;
    const [view] = layer.views.values();
    const zoom = map.getZoom();
    const near = { minX: spot.x - 30, minY: spot.y - 30, maxX: spot.x + 30, maxY: spot.y + 30 };
    for (const { dataTile, origin, scale } of view.dataTilesForBounds(zoom, near)) {
      const entry = view.tileCache.cache.get([dataTile.x, dataTile.y, dataTile.z].join(":"));
      for (const feature of (entry && entry.data.get("facility")) || []) {
        const { count } = feature.props;
        if (!count) continue;
        const at = feature.geom[0][0];
        const [x, y] = [at.x * scale + origin.x, at.y * scale + origin.y];
        if (hits(count, x, y)) return found("facility", count, x, y);
      }
    }
    return null;
  };

  /* A click on a badge goes nearer to what is in it; true if there was one. */
  gewu.openCluster = function (point) {
    const one = gewu.clusterAt(point);
    if (!one || gewu.map.getZoom() >= gewu.map.getMaxZoom()) return false;
    gewu.map.setView(one.at, Math.min(gewu.map.getMaxZoom(), gewu.map.getZoom() + 2));
    return true;
  };

  /* What the tip says over a badge; null where there is none. */
  gewu.clusterTip = function (point) {
    const one = gewu.clusterAt(point);
    return one && gewu.badgeWords[one.kind] ? gewu.badgeWords[one.kind].replace("{count}", one.count) : null;
  };

  gewu.badgeWords = {};
  gewu.commands.badge_words = ({ words }) => {
    gewu.badgeWords = words;
    // Large counts are written in the language's own way.
    if (gewu.state.tiles) gewu.state.tiles.rerenderTiles();
    if (gewu.overlay) gewu.overlay.redraw();
  };
})(window.gewu);
