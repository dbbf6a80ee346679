/* Where a grid is named near in, when its own label point is out of the picture: well inside of what is seen of it. */
"use strict";
(function (gewu) {
  const FROM = 14; // zoom: further out a grid at the edge of the picture needs no name
  const STEP = 16; // px between the places that are looked at
  const LEAST = 40; // px around a place that a name needs
  const EDGE = 8; // px to the picture's edge
  const NAME = [72, 40]; // px beside and above a name's middle in which no other finds room
  const naming = { stood: new Map(), zoom: null };
  gewu.naming = naming;

  function inside(rings, x, y) {
    let odd = false;
    for (const ring of rings)
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const a = ring[i];
        const b = ring[j];
        if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) odd = !odd;
      }
    return odd;
  }

  /* The places of the picture that are free to write on: columns, rows, and which of them something stands on. */
  function lattice(covered) {
    const { min, max } = gewu.map.getPixelBounds();
    const wide = Math.max(0, Math.floor((max.x - min.x - 2 * EDGE) / STEP));
    const high = Math.max(0, Math.floor((max.y - min.y - 2 * EDGE) / STEP));
    const at = (i, j) => [min.x + EDGE + (i + 0.5) * STEP, min.y + EDGE + (j + 0.5) * STEP];
    const free = new Uint8Array(wide * high);
    for (let j = 0; j < high; j++)
      for (let i = 0; i < wide; i++) {
        const [x, y] = at(i, j);
        free[j * wide + i] = covered.every((b) => x < b[0] || x > b[2] || y < b[1] || y > b[3]);
      }
    return { wide, high, at, free };
  }

  /* For each place how far it is to the nearest that is not of the grid (two sweeps, in steps). */
  function depths({ wide, high }, own) {
    const deep = new Float32Array(wide * high);
    const value = (i, j) => (i < 0 || j < 0 || i >= wide || j >= high ? 0 : deep[j * wide + i]);
    for (let j = 0; j < high; j++)
      for (let i = 0; i < wide; i++)
        deep[j * wide + i] = own[j * wide + i]
          ? Math.min(value(i - 1, j) + 1, value(i, j - 1) + 1, value(i - 1, j - 1) + 1.4, value(i + 1, j - 1) + 1.4)
          : 0;
    for (let j = high - 1; j >= 0; j--)
      for (let i = wide - 1; i >= 0; i--)
        if (own[j * wide + i])
          deep[j * wide + i] = Math.min(
            deep[j * wide + i],
            value(i + 1, j) + 1,
            value(i, j + 1) + 1,
            value(i + 1, j + 1) + 1.4,
            value(i - 1, j + 1) + 1.4,
          );
    return deep;
  }

  /* Mark the places that lie in a grid, from its pieces in the tiles. */
  function cover(field, pieces) {
    const own = new Uint8Array(field.wide * field.high);
    const [x0, y0] = field.at(0, 0);
    const clamp = (value, most) => Math.max(0, Math.min(most, value));
    for (const { tile, feature } of pieces) {
      const k = tile.scale;
      const { minX, minY, maxX, maxY } = feature.bbox;
      const west = Math.max(minX * k, 0) + tile.origin.x;
      const north = Math.max(minY * k, 0) + tile.origin.y;
      const east = Math.min(maxX * k, tile.dim) + tile.origin.x;
      const south = Math.min(maxY * k, tile.dim) + tile.origin.y;
      const i1 = clamp(Math.ceil((east - x0) / STEP), field.wide);
      const j1 = clamp(Math.ceil((south - y0) / STEP), field.high);
      for (let j = clamp(Math.floor((north - y0) / STEP), field.high); j < j1; j++)
        for (let i = clamp(Math.floor((west - x0) / STEP), field.wide); i < i1; i++) {
          const n = j * field.wide + i;
          if (own[n] || !field.free[n]) continue;
          const [x, y] = field.at(i, j);
          if (x < west || x > east || y < north || y > south) continue;
          own[n] = inside(feature.geom, (x - tile.origin.x) / k, (y - tile.origin.y) / k);
        }
    }
    return own;
  }

  /* Where the name stood, if there is room still: names do not dance while panning. Else the deepest place. */
  function best(field, deep, before) {
    if (before) {
      const [x0, y0] = field.at(0, 0);
      const i = Math.round((before.x - x0) / STEP);
      const j = Math.round((before.y - y0) / STEP);
      const still = i >= 0 && j >= 0 && i < field.wide && j < field.high ? deep[j * field.wide + i] * STEP : 0;
      if (still >= LEAST * 0.8) return { x: before.x, y: before.y, room: still };
    }
    let most = 0;
    for (let n = 1; n < deep.length; n++) if (deep[n] > deep[most]) most = n;
    const room = deep[most] * STEP;
    if (!(room >= LEAST)) return null;
    const [x, y] = field.at(most % field.wide, Math.floor(most / field.wide));
    return { x, y, room };
  }

  /* No other name finds room where one stands. */
  function take(field, { x, y }) {
    field.free.forEach((free, n) => {
      if (!free) return;
      const [px, py] = field.at(n % field.wide, Math.floor(n / field.wide));
      if (Math.abs(px - x) < NAME[0] && Math.abs(py - y) < NAME[1]) field.free[n] = 0;
    });
  }

  /* Return [{props, x, y, room}] in pixels of the world for the grids of some styles of which something is seen, but
     not their own label point. Asked once the picture is at rest, never while it moves. */
  naming.places = function (tiles, zoom, styles) {
    if (zoom < FROM) return [];
    const covered = gewu.furniture.boxes();
    const { min, max } = gewu.map.getPixelBounds();
    const named = new Set();
    const pieces = new Map();
    const clear = (x, y) =>
      x > min.x + LEAST && x < max.x - LEAST && y > min.y + EDGE * 3 && y < max.y - EDGE * 3 &&
      covered.every((b) => x < b[0] - EDGE || x > b[2] + EDGE || y < b[1] - EDGE || y > b[3] + EDGE);
    for (const tile of tiles) {
      for (const { props, geom } of tile.data.get("grid_label") || []) {
        const x = geom[0][0].x * tile.scale + tile.origin.x;
        const y = geom[0][0].y * tile.scale + tile.origin.y;
        if (clear(x, y)) named.add(props.uuid);
      }
      for (const feature of tile.data.get("grid") || []) {
        const { uuid, style } = feature.props;
        if (!styles.has(style)) continue;
        if (!pieces.has(uuid)) pieces.set(uuid, []);
        pieces.get(uuid).push({ tile, feature });
      }
    }
    const before = naming.zoom === zoom ? naming.stood : new Map();
    naming.stood = new Map();
    naming.zoom = zoom;
    let field = null;
    const found = [];
    // Always in the same order: where two grids of different tiers have the same best place, the first keeps it.
    for (const [uuid, parts] of [...pieces].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (named.has(uuid)) continue;
      field = field || lattice(covered);
      const place = best(field, depths(field, cover(field, parts)), before.get(uuid));
      if (!place) continue;
      naming.stood.set(uuid, place);
      take(field, place);
      found.push({ props: parts[0].feature.props, x: place.x, y: place.y, room: place.room });
    }
    return found;
  };
})(window.gewu);
