/* Task pins: fetched as GeoJSON, counted together when there are too many, stamped with their status shape. */
"use strict";
(function (gewu) {
  const pins = { query: null, all: [], complete: true, asked: 0, shown: [], done: true };
  gewu.pins = pins;

  pins.ask = async function () {
    const turn = ++pins.asked;
    if (!pins.query) {
      pins.all = [];
      pins.complete = pins.done = true;
      return pins.changed();
    }
    pins.done = pins.complete = false; // who moves on before the answer asks again, for where they are then
    const b = gewu.overlayBounds();
    const query = new URLSearchParams(pins.query);
    query.set(
      "bounds",
      [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((v) => v.toFixed(7)).join(","),
    );
    query.set("zoom", gewu.map.getZoom());
    const answer = await (await fetch("pins?" + query)).json();
    if (turn !== pins.asked) return undefined; // somebody asked again meanwhile
    const order = Object.keys(gewu.symbols.statuses);
    const rank = (p) =>
      (gewu.symbols.statuses[p.status].quiet ? 0 : 100 - order.indexOf(p.status)) +
      (p.lamp === "red" ? 200 : 0);
    pins.complete = answer.complete !== false;
    pins.done = true;
    pins.all = answer.features
      .filter((f) => f.geometry && gewu.symbols.statuses[f.properties.status])
      .map((f) => {
        const [lon, lat] = f.geometry.coordinates;
        const at = gewu.map.project([lat, lon], 0);
        return {
          id: f.id,
          x: at.x,
          y: at.y,
          status: f.properties.status,
          red: f.properties.lamp === "red",
          rank: rank(f.properties),
        };
      })
      .sort((a, b) => a.rank - b.rank || a.y - b.y);
    return pins.changed();
  };

  /* The map has moved: only a source that gave a part, or has not answered for where the map was, is asked again. */
  pins.moved = function () {
    if (pins.query && (!pins.complete || !pins.done)) pins.ask().catch(gewu.ignoreAbort);
  };

  /* Choose what is drawn in a frame: all, or past a number one sign for those of a crowded square. */
  pins.layout = function (frame) {
    const scale = 2 ** frame.zoom;
    const inside = [];
    if (pins.all.length > gewu.symbols.pins.thin_above)
      return (pins.shown = gewu.pinsTogether(pins.all, frame));
    for (const pin of pins.all) {
      const x = pin.x * scale;
      const y = pin.y * scale;
      if (x > frame.minX && x < frame.maxX && y > frame.minY && y < frame.maxY) inside.push({ pin, x, y });
    }
    return (pins.shown = inside);
  };

  function sprite(pin, size) {
    const glyph = gewu.symbols.statuses[pin.status];
    const ring = gewu.symbols.overdue_ring;
    const drawn = glyph.quiet && !pin.red ? size * 0.78 : size;
    return gewu.sprite("pin " + pin.status + pin.red, Math.ceil(size * 1.7 + 6), (ctx) => {
      const scale = drawn / 16;
      if (pin.red) {
        ctx.beginPath();
        ctx.arc(0, 0, ring.radius * (size / 16), 0, 7);
        ctx.fillStyle = gewu.fade(gewu.token("paper"), 0.55);
        ctx.fill();
        ctx.strokeStyle = gewu.colour(ring.colour);
        ctx.lineWidth = ring.width;
        ctx.stroke();
      }
      ctx.scale(scale, scale);
      ctx.translate(-8, -8);
      // A light rim lifts the shape off whatever lies beneath.
      ctx.lineJoin = ctx.lineCap = "round";
      ctx.strokeStyle = gewu.fade(gewu.token("paper"), 0.9);
      ctx.lineWidth = (gewu.symbols.pins.halo * 2) / scale + 1;
      for (const part of glyph.parts)
        if (part.stroke === "outline" || part.stroke === "colour") ctx.stroke(gewu.path(part.path));
      gewu.paintGlyph(ctx, glyph);
    });
  }

  pins.paint = function (ctx, frame) {
    const size = gewu.at(gewu.symbols.pins.size, frame.zoom);
    for (const { pin, x, y, count } of pins.shown) {
      const of = pin.red ? gewu.symbols.overdue_ring : gewu.symbols.statuses[pin.status];
      const colour = gewu.colour(of.colour);
      if (count) gewu.stampCount(ctx, count, x - frame.minX, y - frame.minY, colour, pin.red);
      else gewu.stamp(ctx, sprite(pin, size), x - frame.minX, y - frame.minY);
    }
    const own = gewu.selection.pin;
    if (!own || !gewu.symbols.statuses[own.status]) return;
    const at = gewu.map.project([own.lat, own.lon], frame.zoom);
    gewu.stamp(ctx, sprite(own, size), at.x - frame.minX, at.y - frame.minY);
  };
})(window.gewu);
