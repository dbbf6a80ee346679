/* One canvas above the tiles: selection, names and pins, redrawn whole whenever one of them changes. */
"use strict";
(function (gewu) {
  const SMALL = 160; // px of height below which names and pins would fill the whole picture
  gewu.Overlay = L.Renderer.extend({
    options: { padding: 0.3, pane: "overlayPane" },

    initialize(options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._painters = options.painters;
    },

    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.className = "gewu-overlay";
      this._ctx = this._container.getContext("2d");
    },

    _destroyContainer() {
      this._container.remove();
      delete this._container;
      delete this._ctx;
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = window.devicePixelRatio;
      const canvas = this._container;
      L.DomUtil.setPosition(canvas, this._bounds.min);
      const width = Math.round(size.x * ratio);
      const height = Math.round(size.y * ratio);
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
        canvas.style.width = size.x + "px";
        canvas.style.height = size.y + "px";
      }
      this.fire("frame");
      this.redraw();
    },

    /* Repaint with what is known now. */
    redraw() {
      if (!this._ctx || !this._bounds) return;
      const ratio = window.devicePixelRatio;
      const ctx = this._ctx;
      const frame = this.frame();
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
      // A thumbnail beside a full-height table only says where one is.
      const small = this._map.getSize().y < SMALL;
      for (const painter of small ? [gewu.selection.paint] : this._painters) {
        ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
        ctx.globalAlpha = 1;
        ctx.setLineDash([]);
        painter(ctx, frame);
      }
    },

    /* The picture in pixels of the whole world at this zoom. Painters take minX, minY off before they draw:
       a canvas counts in single precision, which is 2 pixels coarse at street zooms. */
    frame() {
      const origin = this._map.getPixelOrigin();
      return {
        zoom: this._zoom,
        minX: this._bounds.min.x + origin.x,
        minY: this._bounds.min.y + origin.y,
        maxX: this._bounds.max.x + origin.x,
        maxY: this._bounds.max.y + origin.y,
      };
    },
  });

  /* The selected thing: accent line on a light casing, a thin fill, hatching. `pin` is a selected task's own
     sign: it is drawn whatever the other pins are narrowed or thinned to. */
  gewu.selection = {
    geometry: null,
    pin: null,

    paint(ctx, frame) {
      const geometry = gewu.selection.geometry;
      if (geometry) paintGeometry(ctx, frame, geometry);
    },
  };

  /* What was drawn for a task that is not saved yet: it stays until the form is closed. */
  gewu.draft = {
    geometry: null,

    paint(ctx, frame) {
      const { geometry, pin } = gewu.draft;
      if (!geometry) return;
      if (geometry.type !== "Point") paintGeometry(ctx, frame, geometry);
      dot(ctx, frame, pin);
    },
  };

  function dot(ctx, frame, place) {
    const p = gewu.project(place, frame);
    ring(ctx, frame, place);
    gewu.spot(ctx, p, 5, gewu.colour(gewu.symbols.selection.colour), gewu.token("paper"), 1.5);
  }

  function paintGeometry(ctx, frame, geometry) {
    const { type, coordinates, geometries } = geometry;
    if (type === "GeometryCollection") geometries.forEach((part) => paintGeometry(ctx, frame, part));
    else if (type === "Point") ring(ctx, frame, coordinates);
    else if (type === "MultiPoint") coordinates.forEach((place) => ring(ctx, frame, place));
    else (type.endsWith("Polygon") ? area : line)(ctx, frame, gewu.paths(type, coordinates));
  }

  function area(ctx, frame, rings) {
    const style = gewu.symbols.selection;
    const accent = gewu.colour(style.colour);
    gewu.trace(ctx, frame, rings, true);
    ctx.fillStyle = gewu.fade(accent, style.fill);
    ctx.fill("evenodd");
    ctx.save();
    ctx.clip("evenodd");
    hatch(ctx, frame, rings, style, accent);
    ctx.restore();
    gewu.trace(ctx, frame, rings, true);
    gewu.stroke(ctx, style.width);
  }

  function hatch(ctx, frame, rings, style, accent) {
    let box = L.bounds([]);
    for (const place of rings.flat()) box.extend(gewu.project(place, frame));
    const minX = Math.max(box.min.x, 0);
    const maxX = Math.min(box.max.x, frame.maxX - frame.minX);
    const minY = Math.max(box.min.y, 0);
    const maxY = Math.min(box.max.y, frame.maxY - frame.minY);
    const gap = style.hatch_gap * Math.SQRT2;
    // The lines hang on the world, not on the picture: they stand still while panning.
    const shift = (frame.minX + frame.minY) % gap;
    ctx.beginPath();
    for (let c = Math.floor((minX + minY) / gap) * gap - shift; c <= maxX + maxY; c += gap) {
      ctx.moveTo(c - minY, minY);
      ctx.lineTo(c - maxY, maxY);
    }
    ctx.strokeStyle = gewu.fade(accent, style.hatch);
    ctx.lineWidth = style.hatch_width;
    ctx.stroke();
  }

  function line(ctx, frame, paths) {
    gewu.trace(ctx, frame, paths, false);
    const style = gewu.symbols.selection;
    ctx.lineJoin = ctx.lineCap = "round";
    ctx.strokeStyle = gewu.fade(gewu.colour(style.colour), 0.18);
    ctx.lineWidth = 13;
    ctx.stroke();
    gewu.stroke(ctx, style.width);
  }

  function ring(ctx, frame, place) {
    const style = gewu.symbols.selection;
    const p = gewu.project(place, frame);
    ctx.beginPath();
    ctx.arc(p.x, p.y, gewu.at(gewu.symbols.pins.size, frame.zoom) / 2 + 7, 0, 7);
    ctx.fillStyle = gewu.fade(gewu.colour(style.colour), 0.2);
    ctx.fill();
    gewu.stroke(ctx, style.width);
  }
})(window.gewu);
