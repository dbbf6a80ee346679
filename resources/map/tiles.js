/* Which tiles are asked for and in which order, and how those that a change touches are swapped under the picture. */
"use strict";
(function (gewu) {
  const AT_ONCE = 3; // under way: two being made, one on its way
  const HEAVY = 500000; // corners of parsed tiles that are kept; those longest out of sight go first
  const NEAR = 0.35; // of the picture beyond its edge: what is drawn and named with it
  const AHEAD = 0.6; // the same for what is made when there is nothing else to do, for the next pan

  gewu.refreshing = 0; // tiles that are being swapped

  const edge = (x, z) => (x / 2 ** z) * 360 - 180;
  const north = (y, z) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z))) * 180) / Math.PI;

  /* Tiles are seen in what lies up to a quarter beside them: names of roads go on across the edge. */
  function touches(bounds, { z, x, y }) {
    if (!bounds) return true;
    const [w, s, e, n] = bounds;
    return (
      w <= edge(x + 1.26, z) &&
      e >= edge(x - 0.26, z) &&
      n >= north(y + 1.26, z) &&
      s <= north(y - 0.26, z)
    );
  }

  /* What protomaps-leaflet takes for an archive: gives the bytes of a tile, the nearest to the middle first, and
     calls off what has left the picture before its turn came. */
  class Tiles {
    constructor(address) {
      this.address = address;
      this.waiting = [];
      this.active = new Set();
    }

    getZxy(z, x, y) {
      return new Promise((resolve, reject) => {
        this.waiting.push({ z, x, y, resolve, reject });
        this.next();
      });
    }

    next() {
      while (this.active.size < AT_ONCE && this.waiting.length) {
        const view = sight();
        const order = this.waiting.map((one) => distance(view, one));
        const best = order.indexOf(Math.min(...order));
        const one = this.waiting.splice(best, 1)[0];
        if (order[best] === Infinity) one.reject(gone());
        else this.fetch(one);
      }
    }

    async fetch(one) {
      this.active.add(one);
      one.control = new AbortController();
      try {
        do {
          one.stale = false;
          const answer = await fetch(`${this.address}/${one.z}/${one.x}/${one.y}`, { signal: one.control.signal });
          one.data = await answer.arrayBuffer();
        } while (one.stale); // changed while it was on its way
        one.resolve({ data: one.data });
      } catch (error) {
        one.reject(error);
      }
      this.active.delete(one);
      this.next();
    }

    /* The map has come to rest: nobody makes any more what is out of it. */
    review() {
      const view = sight();
      const out = (one) => distance(view, one) === Infinity;
      for (const one of this.waiting.filter(out)) one.reject(gone());
      this.waiting = this.waiting.filter((one) => !out(one));
      for (const one of this.active) if (out(one)) one.control.abort();
    }

    touch(bounds) {
      for (const one of this.active) if (touches(bounds, one)) one.stale = true;
    }
  }

  const gone = () => new DOMException("out of the picture", "AbortError");
  gewu.tileSource = (address) => new Tiles(address);

  /* The picture as the map is going to show it: its zooms in tiles, and its box in the unit square of the world. */
  function sight(margin = AHEAD) {
    const map = gewu.map;
    const layer = gewu.state.tiles;
    const shown = layer && layer._tileZoom !== undefined ? layer._tileZoom : Math.round(map.getZoom());
    const box = map.getBounds().pad(margin);
    const a = map.project(box.getNorthWest(), 0);
    const b = map.project(box.getSouthEast(), 0);
    const depth = (zoom) => Math.max(0, Math.min(gewu.DATA_ZOOM, Math.ceil(zoom) - 1));
    return { zooms: [depth(shown), depth(map.getZoom())], box: [a.x, a.y, b.x, b.y].map((v) => v / 256) };
  }

  /* How far a tile is from the middle of the picture; nowhere in it is infinitely far. */
  function distance({ zooms, box: [x0, y0, x1, y1] }, { z, x, y }) {
    const size = 2 ** -z;
    const out = x * size > x1 || (x + 1) * size < x0 || y * size > y1 || (y + 1) * size < y0;
    // While the map flies, its box is still the old one: what lies at its next zoom is wanted wherever it is.
    if (!zooms.includes(z)) return Infinity;
    if (out) return zooms[0] === zooms[1] && !gewu.map._animatingZoom ? Infinity : 9;
    return Math.hypot((x + 0.5) * size - (x0 + x1) / 2, (y + 0.5) * size - (y0 + y1) / 2);
  }

  const caches = () => [...gewu.state.tiles.views.values()];
  const parse = (key) => {
    const [x, y, z] = key.split(":").map(Number);
    return { z, x, y };
  };

  /* Parsed tiles take far more room than their bytes: keep what can be seen and a little more. */
  gewu.trimTiles = function () {
    if (!gewu.state.tiles) return;
    const view = sight();
    for (const { tileCache } of caches()) {
      let sum = 0;
      const all = [...tileCache.cache].sort((a, b) => b[1].used - a[1].used);
      for (const [key, entry] of all) {
        if (entry.corners === undefined) {
          entry.corners = 0;
          for (const features of entry.data.values())
            for (const feature of features) entry.corners += feature.numVertices + 8;
        }
        sum += entry.corners;
        if (sum > HEAVY && distance(view, parse(key)) === Infinity) tileCache.cache.delete(key);
      }
    }
  };

  /* Make the tiles within bounds anew (all for null): the old ones stay in the picture until the new are there. */
  async function refresh(bounds) {
    const layer = gewu.state.tiles;
    if (!layer) return;
    const view = sight(NEAR);
    const jobs = [];
    for (const data of caches()) {
      const { tileCache } = data;
      tileCache.source.p.touch(bounds);
      for (const key of [...tileCache.cache.keys()]) {
        const at = parse(key);
        if (!touches(bounds, at)) continue;
        if (distance(view, at) === Infinity) tileCache.cache.delete(key);
        else jobs.push(swap(layer, data, key, at));
      }
    }
    if (!jobs.length) return;
    gewu.refreshing += jobs.length;
    await Promise.all(jobs.map((job) => job.catch(gewu.ignoreAbort).finally(() => gewu.refreshing--)));
    gewu.relabel();
  }

  async function swap(layer, data, key, at) {
    const { tileCache } = data;
    const fresh = await tileCache.source.get(at, tileCache.tileSize);
    tileCache.cache.set(key, { used: performance.now(), data: fresh });
    const shown = Object.values(layer._tiles).map(({ coords }) => layer._wrapCoords(coords));
    await Promise.all(
      shown
        .filter((coords) => coords.z === layer._tileZoom)
        .filter((coords) => {
          const tile = data.dataTileForDisplayTile(coords).dataTile;
          return tile.z === at.z && tile.x === at.x && tile.y === at.y;
        })
        .map((coords) => {
          const name = layer._tileCoordsToKey(coords);
          return layer._tiles[name] && layer.renderTile(coords, layer._tiles[name].el, name);
        }),
    );
  }

  let ahead = 0;

  /* The picture is complete: make what lies around it, one after the other, until somebody moves the map. */
  gewu.prefetch = async function () {
    const turn = ++ahead;
    const { x, y } = gewu.map.getSize().multiplyBy(AHEAD * 0.9);
    const { min, max } = gewu.map.getPixelBounds();
    const box = { minX: min.x - x, minY: min.y - y, maxX: max.x + x, maxY: max.y + y };
    const view = sight();
    for (const data of caches()) {
      const around = data
        .dataTilesForBounds(gewu.map.getZoom(), box)
        .map(({ dataTile }) => ({ dataTile, far: distance(view, dataTile) }))
        .sort((a, b) => a.far - b.far);
      for (const { dataTile } of around) {
        if (turn !== ahead) return;
        await data.tileCache.get(dataTile);
      }
    }
    gewu.trimTiles();
  };

  gewu.commands.touched = ({ bounds }) => refresh(bounds).catch(gewu.ignoreAbort);

  gewu.tools.push({
    busy: () => gewu.refreshing > 0,

    build(map) {
      map.on("movestart zoomstart", () => ahead++);
      map.on("moveend", () => {
        if (!gewu.state.tiles) return;
        for (const { tileCache } of caches()) tileCache.source.p.review();
        gewu.trimTiles();
      });
    },
  });
})(window.gewu);
