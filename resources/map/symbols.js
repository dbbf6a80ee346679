/* The symbol table in the page: colours by theme, widths by zoom, glyphs as small pictures. */
"use strict";
(function (gewu) {
  const FACES = '"Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';
  const sprites = new Map();
  const paths = new Map();

  gewu.theme = "light";

  gewu.loadSymbols = async function () {
    gewu.symbols = await (await fetch("symbols.json")).json();
  };

  gewu.colour = function (pair) {
    return pair[gewu.theme === "dark" ? 1 : 0];
  };

  gewu.token = function (name) {
    return gewu.colour(gewu.symbols.themes[name]);
  };

  const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

  /* An opaque colour as seen through: neighbours then meet without a darker seam. */
  gewu.mix = function (over, under, share) {
    const a = channels(over);
    const b = channels(under);
    return (
      "#" +
      a
        .map((v, i) =>
          Math.round(v * share + b[i] * (1 - share))
            .toString(16)
            .padStart(2, "0"),
        )
        .join("")
    );
  };

  gewu.fade = function (colour, alpha) {
    return "rgba(" + channels(colour).join(",") + "," + alpha + ")";
  };

  gewu.font = function (size, weight) {
    return weight + " " + size + "px " + FACES;
  };

  gewu.path = function (text) {
    if (!paths.has(text)) paths.set(text, new Path2D(text));
    return paths.get(text);
  };

  /* Paint a glyph in its box of 16 at the origin. */
  gewu.paintGlyph = function (ctx, glyph, roles) {
    const known = Object.assign(
      {
        colour: gewu.colour(glyph.colour),
        ink: gewu.colour(glyph.colour),
        paper: gewu.token("glyph_paper"),
        outline: gewu.token("outline"),
      },
      roles,
    );
    ctx.lineCap = "round";
    ctx.lineJoin = "round";
    for (const part of glyph.parts) {
      const path = gewu.path(part.path);
      if (part.fill !== "none") {
        ctx.fillStyle = known[part.fill];
        ctx.fill(path);
      }
      if (part.stroke !== "none") {
        ctx.lineCap = part.dash ? "butt" : "round";
        ctx.setLineDash(part.dash || []);
        ctx.strokeStyle = known[part.stroke];
        ctx.lineWidth = part.width;
        ctx.stroke(path);
        ctx.setLineDash([]);
      }
    }
  };

  /* A picture drawn once per size and theme; paint(ctx) draws around the origin. */
  gewu.sprite = function (key, size, paint) {
    const ratio = window.devicePixelRatio;
    const name = [key, size, ratio, gewu.theme].join("|");
    let sprite = sprites.get(name);
    if (!sprite) {
      sprite = document.createElement("canvas");
      sprite.width = sprite.height = Math.ceil(size * ratio);
      sprite.side = sprite.width / ratio;
      const ctx = sprite.getContext("2d");
      ctx.scale(ratio, ratio);
      ctx.translate(sprite.side / 2, sprite.side / 2);
      paint(ctx);
      sprites.set(name, sprite);
    }
    return sprite;
  };

  /* Stamp a sprite with its middle at a place, on whole device pixels so that it stays sharp. */
  gewu.stamp = function (ctx, sprite, x, y) {
    const ratio = window.devicePixelRatio;
    const snap = (v) => Math.round((v - sprite.side / 2) * ratio) / ratio;
    ctx.drawImage(sprite, snap(x), snap(y), sprite.side, sprite.side);
  };

  gewu.facilityKey = function (category) {
    const table = gewu.symbols.facilities.categories;
    for (let n = (category || "").length; n > 0; n--) {
      const key = table[category.slice(0, n)];
      if (key) return key;
    }
    return "default";
  };
})(window.gewu);
