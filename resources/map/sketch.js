/* What is seen of a drawing under way: its corners, what comes next, what was met, and the cross of the keys. */
"use strict";
(function (gewu) {
  const APART = 11; // px between two handles: a little more than a handle is wide
  const ROOM = 45; // px between two corners that leave room for a handle half way
  /* What the program says (sketch: tool, kind, drawing, picking, paths, closed, ghosts, hint, typed), where the
     pointer means to be (met: lon, lat, kind, words, text, guides, preview, whole), the cross that the arrow keys move
     (px), whether it was moved since the last corner, the corner that is held, and the one that keys speak of. */
  const now = { sketch: null, met: null, cross: null, fresh: false, held: null, active: null };
  gewu.sketching = now;

  /* Half way between two corners, where there is room for a handle. */
  gewu.middles = function (path) {
    const found = [];
    if (now.sketch.kind === "point") return found;
    const last = now.sketch.closed ? path.length : path.length - 1;
    for (let i = 0; i < last; i++) {
      const [a, b] = [path[i], path[(i + 1) % path.length]];
      if (gewu.onScreen(a).distanceTo(gewu.onScreen(b)) > ROOM) found.push([[(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], i]);
    }
    return found;
  };

  /* Which corners of a path have a handle at this zoom: no two nearer than the pointer can tell apart, so that dense
     lines stay legible and what is shown can be hit. Closer in there are more of them, at the closest zoom all. */
  const thinned = new WeakMap(); // path → { zoom, at }
  gewu.handles = function (path) {
    const zoom = gewu.map.getZoom();
    const known = thinned.get(path);
    if (known && known.zoom === zoom) return known.at;
    const at = [];
    const taken = new Map(); // cell → the handles in it
    const last = path.length - 1;
    const spots = path.map((one) => gewu.map.project([one[1], one[0]], zoom));
    const free = (p) => {
      const [cx, cy] = [Math.floor(p.x / APART), Math.floor(p.y / APART)];
      for (let x = cx - 1; x <= cx + 1; x++)
        for (let y = cy - 1; y <= cy + 1; y++)
          if ((taken.get(x + "," + y) || []).some((other) => other.distanceTo(p) < APART)) return false;
      const key = cx + "," + cy;
      taken.set(key, [...(taken.get(key) || []), p]);
      return true;
    };
    // An open line's ends are what people look for first.
    if (!now.sketch.closed && last > 0) [0, last].forEach((i) => free(spots[i]));
    const all = zoom >= gewu.map.getMaxZoom();
    spots.forEach((p, i) => {
      const end = !now.sketch.closed && (i === 0 || i === last);
      if (all || end || free(p)) at.push(i);
    });
    thinned.set(path, { zoom, at });
    return at;
  };

  const seen = (p, frame) => p.x > -9 && p.y > -9 && p.x < frame.maxX - frame.minX + 9 && p.y < frame.maxY - frame.minY + 9;

  function handle(ctx, p, size, colour, filled) {
    ctx.beginPath();
    ctx.rect(p.x - size / 2, p.y - size / 2, size, size);
    ctx.fillStyle = filled ? colour : gewu.token("paper");
    ctx.fill();
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }

  gewu.paintSketch = function (ctx, frame) {
    if (!now.sketch) return;
    const colour = gewu.colour(gewu.symbols.selection.colour);
    ghosts(ctx, frame, colour);
    if (now.sketch.drawing) paintDrawing(ctx, frame, colour);
    else paintShape(ctx, frame, colour);
    guides(ctx, frame, colour);
    if (now.cross) crosshair(ctx, frame, colour);
    const { met } = now;
    if (met && met.kind && !now.sketch.picking) sign(ctx, gewu.project([met.lon, met.lat], frame), met.kind, colour);
  };

  /* The rest of the drawing: to be moved, or chosen to be merged. */
  function ghosts(ctx, frame, colour) {
    for (const { paths, closed } of now.sketch.ghosts || []) {
      for (const path of paths) {
        const moved = now.sketch.tool === "move_shape" && now.sketch.paths[0].length ? shift(path) : path;
        gewu.trace(ctx, frame, [moved], closed);
        if (closed) {
          ctx.fillStyle = gewu.fade(colour, 0.1);
          ctx.fill();
        }
        gewu.stroke(ctx, 2, [6, 5]);
      }
    }
  }

  function shift(path) {
    const from = now.sketch.paths[0][0];
    const to = now.met ? [now.met.lon, now.met.lat] : from;
    return path.map((one) => [one[0] + to[0] - from[0], one[1] + to[1] - from[1]]);
  }

  function paintDrawing(ctx, frame, colour) {
    const path = now.sketch.paths[0];
    const { met } = now;
    const next = met ? (met.preview && met.preview.length ? met.preview : [[met.lon, met.lat]]) : [];
    const whole = met && met.whole ? met.preview : [...path, ...next];
    if (now.sketch.picking || !path.length) return;
    if (now.sketch.closed && whole.length > 2) {
      gewu.trace(ctx, frame, [whole], true);
      ctx.fillStyle = gewu.fade(colour, gewu.symbols.selection.fill);
      ctx.fill();
    }
    const ahead = met && met.whole ? met.preview : [path[path.length - 1], ...next];
    gewu.trace(ctx, frame, [ahead], Boolean(met && met.whole));
    gewu.stroke(ctx, 2, [5, 5]);
    gewu.trace(ctx, frame, [path], false);
    gewu.stroke(ctx, 2.5);
    path.forEach((one, i) => handle(ctx, gewu.project(one, frame), 7, colour, i === path.length - 1));
  }

  function paintShape(ctx, frame, colour) {
    const spot = now.held && now.met ? [now.met.lon, now.met.lat] : null;
    now.sketch.paths.forEach((path, number) => {
      let shown = path;
      if (spot && now.held.path === number)
        shown = now.held.mid
          ? [...path.slice(0, now.held.at + 1), spot, ...path.slice(now.held.at + 1)]
          : path.map((one, i) => (i === now.held.at ? spot : one));
      gewu.trace(ctx, frame, [shown], now.sketch.closed);
      if (now.sketch.closed) {
        ctx.fillStyle = gewu.fade(colour, 0.08);
        ctx.fill();
      }
      gewu.stroke(ctx, 2.5);
      if (!spot)
        gewu.middles(path).forEach(([one]) => {
          gewu.spot(ctx, gewu.project(one, frame), 3, gewu.token("paper"), gewu.fade(colour, 0.8), 1.25);
        });
      for (const i of gewu.handles(path)) {
        const held = spot && now.held.path === number && !now.held.mid && now.held.at === i;
        const on = now.active && now.active.path === number && now.active.at === i;
        const p = gewu.project(path[i], frame);
        if (!held && !on && seen(p, frame)) handle(ctx, p, 8, colour, false);
      }
      // The corner that keys or hand speak of is always seen, however dense the line.
      if (spot && now.held.path === number) handle(ctx, gewu.project(spot, frame), 10, colour, true);
      else if (now.active && now.active.path === number && path[now.active.at])
        handle(ctx, gewu.project(path[now.active.at], frame), 10, colour, true);
    });
  }

  function guides(ctx, frame, colour) {
    for (const [a, b] of (now.met && now.met.guides) || []) {
      gewu.trace(ctx, frame, [[a, b]], false);
      ctx.setLineDash([2, 4]);
      ctx.strokeStyle = gewu.fade(colour, 0.75);
      ctx.lineWidth = 1.25;
      ctx.stroke();
      ctx.setLineDash([]);
    }
  }

  function crosshair(ctx, frame, colour) {
    const at = gewu.map.containerPointToLatLng(now.cross);
    gewu.cross(ctx, gewu.project([at.lng, at.lat], frame));
    gewu.stroke(ctx, 2);
  }

  /* What was met, by its shape: square corner, crossed edge, x where edges cross, a right angle's mark, a dot ahead. */
  function sign(ctx, p, kind, colour) {
    const s = 7;
    ctx.beginPath();
    if (kind === "vertex") ctx.rect(p.x - s, p.y - s, 2 * s, 2 * s);
    else if (kind === "intersection") {
      ctx.moveTo(p.x - s, p.y - s);
      ctx.lineTo(p.x + s, p.y + s);
      ctx.moveTo(p.x - s, p.y + s);
      ctx.lineTo(p.x + s, p.y - s);
    } else if (kind === "edge") {
      ctx.moveTo(p.x - s, p.y);
      ctx.lineTo(p.x + s, p.y);
      ctx.moveTo(p.x, p.y - s);
      ctx.lineTo(p.x, p.y + s);
    } else if (kind.startsWith("right")) {
      ctx.moveTo(p.x - s, p.y - s);
      ctx.lineTo(p.x - s, p.y + s);
      ctx.lineTo(p.x + s, p.y + s);
      ctx.moveTo(p.x - s, p.y);
      ctx.lineTo(p.x, p.y);
      ctx.lineTo(p.x, p.y + s);
    } else ctx.arc(p.x, p.y, 4, 0, 7);
    gewu.stroke(ctx, 2);
  }
})(window.gewu);
