/* Facilities that a themed map marks at every zoom: their icons beneath names and pins. */
"use strict";
(function (gewu) {
  const marks = { on: false, all: [], shown: [] };
  gewu.marks = marks;

  const size = (frame) => Math.round(gewu.at(gewu.symbols.choropleth.mark_size, frame.zoom));

  gewu.commands.marks = function ({ on, items }) {
    const changed = on !== marks.on;
    marks.on = on;
    marks.all = items.map(([kind, lon, lat]) => {
      const at = gewu.map.project([lat, lon], 0);
      return { kind, x: at.x, y: at.y };
    });
    if (changed) gewu.repaint();
    else gewu.relabel();
    gewu.overlay.redraw();
  };

  marks.layout = function (frame) {
    const scale = 2 ** frame.zoom;
    marks.shown = marks.all
      .map(({ kind, x, y }) => ({ kind, x: x * scale, y: y * scale }))
      .filter((m) => m.x > frame.minX && m.x < frame.maxX && m.y > frame.minY && m.y < frame.maxY);
    return marks.shown;
  };

  /* The boxes that names keep clear of. */
  marks.boxes = function (frame) {
    if (!marks.on) return [];
    const half = size(frame) / 2;
    return marks.layout(frame).map(({ x, y }) => [x - half, y - half, x + half, y + half]);
  };

  gewu.tools.push({
    under(ctx, frame) {
      if (!marks.on || !gewu.visible.has("facility")) return;
      for (const { kind, x, y } of marks.layout(frame))
        gewu.stamp(ctx, gewu.facilitySprite(kind, size(frame)), x - frame.minX, y - frame.minY);
    },
  });
})(window.gewu);
