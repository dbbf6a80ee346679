/* Names on the map: placed by priority without touching each other or the pins, and painted. */
"use strict";
(function (gewu) {
  const labels = { placed: [], zoom: null, turn: 0, done: true };
  gewu.labels = labels;
  const PAD = 3;
  // Where a name may move to, in shares of the free room around its point: near first.
  const AROUND = [[0, 0]];
  for (const r of [0.25, 0.5, 0.75, 1])
    for (const [x, y] of [
      [0, -1],
      [0, 1],
      [-1, 0],
      [1, 0],
      [-0.7, -0.7],
      [0.7, -0.7],
      [-0.7, 0.7],
      [0.7, 0.7],
      [-0.4, -0.9],
      [0.4, -0.9],
      [-0.4, 0.9],
      [0.4, 0.9],
      [-0.9, -0.4],
      [0.9, -0.4],
      [-0.9, 0.4],
      [0.9, 0.4],
    ])
      AROUND.push([x * r, y * r]);

  /* Boxes in cells of 64 pixels. */
  class Room {
    constructor() {
      this.cells = new Map();
    }

    *near([x0, y0, x1, y1]) {
      for (let i = x0 >> 6; i <= x1 >> 6; i++) for (let j = y0 >> 6; j <= y1 >> 6; j++) yield i + ":" + j;
    }

    free(box) {
      for (const key of this.near(box))
        for (const b of this.cells.get(key) || [])
          if (b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1]) return false;
      return true;
    }

    take(box) {
      for (const key of this.near(box)) {
        if (!this.cells.has(key)) this.cells.set(key, []);
        this.cells.get(key).push(box);
      }
    }
  }

  gewu.Room = Room;

  function along(label, s) {
    const { points, run } = label;
    let lo = 1;
    while (lo < run.length - 1 && run[lo] < s) lo++;
    const t = (s - run[lo - 1]) / (run[lo] - run[lo - 1] || 1);
    const a = points[lo - 1];
    const b = points[lo];
    return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t, angle: Math.atan2(b.y - a.y, b.x - a.x) };
  }

  const turned = (a, b) => Math.abs(Math.atan2(Math.sin(a - b), Math.cos(a - b)));

  /* Set the letters on the line around a place of it; null where it bends too much. */
  function letters(label, middle) {
    const from = middle - label.total / 2;
    if (from < 0 || from + label.total > label.length) return null;
    const a = along(label, from);
    const b = along(label, from + label.total);
    const whole = Math.atan2(b.y - a.y, b.x - a.x);
    if (Math.hypot(b.x - a.x, b.y - a.y) < label.total * 0.9) return null;
    // Steep Chinese names stand upright and read downwards, as on a printed street map.
    const upright = Math.abs(Math.sin(whole)) > 0.82 && gewu.CJK.test(label.name);
    const backwards = upright ? Math.sin(whole) < 0 : Math.cos(whole) < 0;
    const chars = backwards ? [...label.chars].reverse() : label.chars;
    const set = [];
    let s = from;
    let before = null;
    for (const { c, w } of chars) {
      const p = along(label, s + w / 2);
      if (before !== null && turned(p.angle, before) > 0.45) return null;
      before = p.angle;
      let angle = p.angle + (backwards ? Math.PI : 0);
      if (upright) angle -= Math.PI / 2;
      set.push({ c, x: p.x, y: p.y, angle });
      s += w;
    }
    return set;
  }

  function box(x, y, w, h) {
    return [x - w / 2 - PAD, y - h / 2 - PAD, x + w / 2 + PAD, y + h / 2 + PAD];
  }

  function placePoint(label, room, pins, named) {
    const twin =
      label.name && (named.get(label.name) || []).some((o) => Math.hypot(o.x - label.x, o.y - label.y) < 300);
    if (twin) return null; // a lake and its river need one name
    for (const careful of label.stubborn ? [true, false] : [true]) {
      for (const [sx, sy] of label.near ? AROUND : AROUND.slice(0, 1)) {
        const dx = sx * label.near;
        const dy = sy * label.near;
        const b = box(label.x + dx, label.y + dy, label.w, label.h);
        if (room.free(b) && (!careful || pins.free(b))) {
          room.take(b);
          if (label.name) named.set(label.name, [...(named.get(label.name) || []), label]);
          // Where no place is free of pins it stands below them: a pin is never covered.
          return Object.assign(label, { dx, dy, above: label.above && careful });
        }
      }
    }
    return null;
  }

  function placeLine(label, room, pins, named) {
    const reach = Math.max(0, label.slack - label.total / 2);
    const { minX, minY, maxX, maxY } = label.own;
    for (const share of [0, 0.3, -0.3, 0.6, -0.6, 0.9, -0.9]) {
      const set = letters(label, label.middle + reach * share);
      if (!set) continue;
      const mid = set[set.length >> 1];
      // Each tile names the stretch inside itself; what it sees beyond its edge is its neighbour's.
      if (mid.x < minX || mid.x >= maxX || mid.y < minY || mid.y >= maxY) continue;
      const others = named.get(label.name) || [];
      if (others.some((o) => Math.hypot(o.x - mid.x, o.y - mid.y) < gewu.symbols.road_label.repeat * 0.75))
        continue;
      const boxes = set.map((c) => [
        c.x - label.size * 0.62,
        c.y - label.size * 0.62,
        c.x + label.size * 0.62,
        c.y + label.size * 0.62,
      ]);
      if (!boxes.every((b) => room.free(b) && pins.free(b))) continue;
      boxes.forEach((b) => room.take(b));
      named.set(label.name, [...others, mid]);
      return Object.assign(label, { set });
    }
    return null;
  }

  function layout(tiles, frame) {
    const zoom = frame.zoom;
    const show = gewu.visible;
    const found = gewu.gatherNames(tiles, zoom);
    // What stands already keeps its place: names do not dance while panning.
    const stood = labels.zoom === zoom ? new Set(labels.placed.map((l) => l.key)) : new Set();
    found.sort(
      (a, b) =>
        b.priority + stood.has(b.key) * 0.5 - (a.priority + stood.has(a.key) * 0.5) ||
        (a.key < b.key ? -1 : 1),
    );
    const room = new Room();
    const pins = new Room();
    gewu.furniture.boxes().forEach((box) => room.take(box));
    const half = gewu.at(gewu.symbols.pins.size, zoom) / 2;
    if (show.has("task"))
      for (const { x, y, count } of gewu.pins.shown) {
        const r = count ? gewu.badgeSide(count) / 2 : half;
        pins.take([x - r, y - r, x + r, y + r]);
      }
    if (gewu.marks.on) gewu.marks.boxes(frame).forEach((box) => pins.take(box));
    else if (show.has("facility")) gewu.iconBoxes(tiles, zoom).forEach((box) => pins.take(box));
    const named = new Map();
    const seen = new Set();
    const placed = [];
    for (const label of found) {
      if (!label.line && seen.has(label.key)) continue;
      const done = label.line ? placeLine(label, room, pins, named) : placePoint(label, room, pins, named);
      if (!done) continue;
      if (!label.line) seen.add(label.key);
      placed.push(done);
    }
    labels.placed = placed;
    labels.zoom = zoom;
  }

  /* Gather the tiles of a frame and lay the names out anew; resolves when that is done. */
  labels.update = async function (view, frame) {
    const turn = ++labels.turn;
    labels.done = false;
    const tiles = await view.getBbox(frame.zoom, frame);
    if (turn !== labels.turn) return false;
    layout(tiles, frame);
    labels.done = true;
    return true;
  };

  /* Paint the names that stand below the pins, or those above them. */
  labels.paint = function (ctx, frame, above) {
    if (labels.zoom !== frame.zoom) return;
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.miterLimit = 2;
    const halo = gewu.token("halo");
    for (const label of [...labels.placed].reverse()) {
      if (Boolean(label.above) !== above) continue;
      ctx.strokeStyle = halo;
      ctx.fillStyle = label.colour;
      ctx.lineWidth = 4;
      if (label.line) paintLine(ctx, label, frame);
      else paintPoint(ctx, label, frame);
    }
  };

  function paintPoint(ctx, label, frame) {
    ctx.textAlign = "left";
    for (const draw of ["strokeText", "fillText"]) {
      let y = label.y + label.dy - label.h / 2 - frame.minY;
      for (const row of label.rows) {
        ctx.font = row.font;
        ctx.letterSpacing = row.gap + "px";
        ctx[draw](
          row.text,
          Math.round(label.x + label.dx - row.w / 2 - frame.minX),
          Math.round(y + row.h / 2),
        );
        y += row.h;
      }
    }
    ctx.letterSpacing = "0px";
  }

  function paintLine(ctx, label, frame) {
    ctx.textAlign = "center";
    ctx.font = label.font;
    for (const draw of ["strokeText", "fillText"]) {
      for (const { c, x, y, angle } of label.set) {
        ctx.save();
        ctx.translate(x - frame.minX, y - frame.minY);
        ctx.rotate(angle);
        ctx[draw](c, 0, 0);
        ctx.restore();
      }
    }
  }
})(window.gewu);
