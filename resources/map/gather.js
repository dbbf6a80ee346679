/* Which names there are: gathered from the tiles of the picture, measured, with the room they may use. */
"use strict";
(function (gewu) {
  const scratch = document.createElement("canvas").getContext("2d");
  const widths = new Map();
  const CROWD = 60; // names of grids in one tile, from which on each keeps to its own grid
  const ROOMY = 26; // px around its point: enough for a name, whatever the zoom
  gewu.CJK = /^[\u2e80-\u9fff\uff08\uff09\u00b7]+$/;

  function width(text, font) {
    const key = font + text;
    if (!widths.has(key)) {
      if (widths.size > 5000) widths.clear();
      scratch.font = font;
      widths.set(key, scratch.measureText(text).width);
    }
    return widths.get(key);
  }

  const short = (code) => (code && code.includes("-") ? code.slice(code.lastIndexOf("-") + 1) : null);

  const MOST = 24; // characters of a name; see layers/domain/plain.py
  const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

  /* A name in one line, without signs that turn the direction of what follows, and not longer than can be read. */
  gewu.plainName = function (name) {
    const letters = [...(name || "").replace(TURNING, "").replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim()];
    if (letters.length <= MOST) return letters.join("");
    const tail = Math.floor(((MOST - 1) * 2) / 5);
    return letters.slice(0, MOST - 1 - tail).join("") + "…" + letters.slice(-tail).join("");
  };

  /* The lines of a grid's name: large tiers by name, small ones by their short code, with the name if it fits. */
  function gridText(props, style, zoom, free) {
    const size = gewu.at(style.label.size, zoom);
    const code = short(props.code);
    const figure = gewu.choropleth.figure(props);
    if (figure !== undefined) {
      const number = gewu.symbols.choropleth.number;
      const big = gewu.at(number.size, zoom);
      return [
        [figure, big, number.weight],
        [code || gewu.plainName(props.name) || props.code, big - 3, 400],
      ];
    }
    const large = props.style === "street" || props.style === "district";
    const said = gewu.plainName(props.name);
    if (large || !code) return [[said || code || props.code, size, style.label.weight]];
    const name = said.includes(code) ? said.replace(code, "").trim() : said;
    const first = [code, size, style.label.weight];
    const roomy = name && (zoom >= (props.style === "small" ? 14 : 16) || free >= ROOMY * 2.5);
    return roomy ? [first, [name, size - 1.5, 400]] : [first];
  }

  const metresPerPixel = (zoom) => gewu.metresPerPixel(gewu.map.getCenter().lat, zoom);

  function gridLabels(features, tile, zoom, out) {
    const scale = metresPerPixel(zoom);
    const crowded = features && features.length > CROWD;
    for (const feature of features || []) {
      const props = feature.props;
      const style = gewu.symbols.grid_styles[props.style];
      const label = style.label;
      const figure = gewu.choropleth.figure(props);
      const free = props.room / scale; // pixels around the point that belong to the grid
      // A district of a city has room for its name long before a street's micro grid has.
      const early = zoom < (label.minzoom || 0) && free < ROOMY;
      if (figure === undefined && (early || zoom > (label.maxzoom || 30))) continue;
      const lines = gridText(props, style, zoom, free);
      const one = pointLabel(
        "grid " + props.uuid,
        tile,
        feature,
        lines,
        label.priority,
        gewu.colour(label.colour),
        label.spacing,
      );
      const large = label.priority >= 80;
      // One of three districts is named whatever its shape; of a thousand only where the name stands in its own grid.
      if ((crowded || !large) && one.w / 2 > free * 1.1) {
        if (lines.length > 1)
          out.push(
            pointLabel(one.key, tile, feature, lines.slice(0, 1), label.priority, one.colour, label.spacing),
          );
        continue;
      }
      if (figure !== undefined) {
        // The number is what the map is about: it stands above the pins, before any name.
        Object.assign(one, { priority: 105, stubborn: true, above: true });
        one.colour = gewu.colour(gewu.symbols.choropleth.number.colour);
        one.near = Math.max(0, Math.min(free - one.h / 2, 60));
        out.push(one);
        continue;
      }
      one.stubborn = props.style !== "small" || zoom >= 14;
      // In an overview the districts' names matter more than any single pin.
      one.above = label.priority >= 90 && zoom < 14;
      one.near = Math.max(0, Math.min(free - one.h / 2, large ? 90 : 40));
      out.push(one);
    }
  }

  const WORLD = { scale: 1, origin: { x: 0, y: 0 } };

  /* Names of grids whose own label point is out of the picture take the place of those. */
  function strayLabels(tiles, zoom, out) {
    const styles = Object.entries(gewu.symbols.grid_styles).filter(([, style]) => zoom <= (style.label.maxzoom || 30));
    const places = gewu.naming.places(tiles, zoom, new Set(styles.map(([key]) => key)));
    if (!places.length) return out;
    const stray = places.map(({ props, x, y, room }) => ({
      props: { ...props, room: room * metresPerPixel(zoom) },
      geom: [[{ x, y }]],
    }));
    const keys = new Set(places.map(({ props }) => "grid " + props.uuid));
    const kept = out.filter((label) => !keys.has(label.key));
    gridLabels(stray, WORLD, zoom, kept);
    return kept;
  }

  function placeLabels(tile, zoom, out) {
    const style = gewu.symbols.place_label;
    const scale = metresPerPixel(zoom);
    for (const feature of tile.data.get("place_label") || []) {
      const look = gewu.symbols.places[feature.props.class] || gewu.symbols.places.other;
      const name = gewu.plainName(feature.props.name);
      if (zoom < look.label_minzoom || !name) continue;
      const size = gewu.at(style.size, zoom);
      const lines = wrap(name).map((text) => [text, size, style.weight]);
      const one = pointLabel(
        "place " + feature.props.uuid,
        tile,
        feature,
        lines,
        style.priority,
        gewu.colour(look.label),
        0.02,
      );
      if (one.w / 2 > (feature.props.room / scale) * 2.2 + 6) continue;
      one.near = 12;
      one.name = name;
      out.push(one);
    }
  }

  const wrap = (name) => {
    if (name.length < 8 || !gewu.CJK.test(name)) return [name];
    const half = Math.ceil(name.length / 2);
    return [name.slice(0, half), name.slice(half)];
  };

  function pointLabel(key, tile, feature, lines, priority, colour, spacing = 0) {
    const at = feature.geom[0][0];
    const rows = lines.map(([text, size, weight]) => {
      const font = gewu.font(size, weight);
      const gap = size * spacing;
      return { text, font, gap, w: width(text, font) + gap * (text.length - 1), h: size * 1.22 };
    });
    return {
      key,
      priority,
      colour,
      rows,
      x: at.x * tile.scale + tile.origin.x,
      y: at.y * tile.scale + tile.origin.y,
      w: Math.max(...rows.map((r) => r.w)),
      h: rows.reduce((sum, r) => sum + r.h, 0),
      near: 0,
    };
  }

  function roadLabels(tile, zoom, out) {
    const common = gewu.symbols.road_label;
    for (const feature of tile.data.get("road_label") || []) {
      const style = gewu.symbols.roads[feature.props.class];
      if (!style || !feature.props.name || zoom < style.label.minzoom) continue;
      const size = gewu.at(style.label.size, zoom);
      const font = gewu.font(size, style.label.weight || common.weight);
      const colour = gewu.colour(style.label.colour || common.colour);
      const name = gewu.plainName(feature.props.name);
      const gap = size * (style.kind === "water" ? 0.5 : common.spacing);
      const chars = [...name].map((c) => ({ c, w: width(c, font) + gap }));
      const total = chars.reduce((sum, c) => sum + c.w, 0);
      for (const path of feature.geom) {
        const points = path.map((p) => ({
          x: p.x * tile.scale + tile.origin.x,
          y: p.y * tile.scale + tile.origin.y,
        }));
        const run = [0];
        for (let i = 1; i < points.length; i++)
          run.push(run[i - 1] + Math.hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y));
        const length = run[run.length - 1];
        if (length < total + size) continue;
        const count = Math.max(1, Math.floor(length / common.repeat));
        for (let k = 0; k < count; k++) {
          out.push({
            key: "road " + name,
            name,
            line: true,
            tile,
            points,
            run,
            length,
            chars,
            total,
            size,
            font,
            colour,
            priority: style.label.priority,
            middle: ((k + 0.5) * length) / count,
            slack: length / count / 2,
          });
        }
      }
    }
  }

  /* The boxes of the facility icons of some tiles, which names keep clear of. */
  gewu.iconBoxes = function (tiles, zoom) {
    const { icons, icon_minzoom, icon_size } = gewu.symbols.facilities;
    const half = gewu.at(icon_size, zoom) / 2;
    const boxes = [];
    for (const tile of tiles)
      for (const feature of tile.data.get("facility") || []) {
        const least = icons[gewu.facilityKey(feature.props.category)].minzoom || icon_minzoom;
        if (zoom < least && !feature.props.count) continue;
        const x = feature.geom[0][0].x * tile.scale + tile.origin.x;
        const y = feature.geom[0][0].y * tile.scale + tile.origin.y;
        const r = feature.props.count ? gewu.badgeSide(feature.props.count) / 2 : half;
        boxes.push([x - r, y - r, x + r, y + r]);
      }
    return boxes;
  };

  /* Return all names of some tiles at a zoom, each once per tile, with the tile it came from. */
  gewu.gatherNames = function (tiles, zoom) {
    const found = [];
    const show = gewu.visible;
    for (const tile of tiles) {
      const from = found.length;
      if (show.has("grid_label")) gridLabels(tile.data.get("grid_label"), tile, zoom, found);
      if (show.has("road_label")) roadLabels(tile, zoom, found);
      if (show.has("place")) placeLabels(tile, zoom, found);
      const { x, y } = tile.origin;
      const own = { minX: x, minY: y, maxX: x + tile.dim, maxY: y + tile.dim };
      for (let i = from; i < found.length; i++) found[i].own = own;
    }
    return show.has("grid_label") ? strayLabels(tiles, zoom, found) : found;
  };
})(window.gewu);
