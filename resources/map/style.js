/* The paint rules of the tiles, built from the symbol table: fills, water, roads, borders, facilities. */
"use strict";
(function (gewu) {
  const trace = (ctx, geom) => {
    ctx.beginPath();
    for (const path of geom) {
      ctx.moveTo(path[0].x, path[0].y);
      for (let i = 1; i < path.length; i++) ctx.lineTo(path[i].x, path[i].y);
    }
  };

  /* A symbolizer of protomaps-leaflet that strokes; width may depend on the zoom. */
  const stroke = (colour, width, options = {}) => ({
    before(ctx, z) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = typeof width === "function" ? width(z) : width;
      ctx.lineJoin = "round";
      ctx.lineCap = options.cap || "round";
      ctx.globalAlpha = options.alpha === undefined ? 1 : options.alpha;
      ctx.setLineDash(options.dash || []);
    },
    draw(ctx, geom) {
      trace(ctx, geom);
      ctx.stroke();
    },
  });

  const fill = (colourOf, edge) => ({
    before(ctx) {
      ctx.globalAlpha = 1;
      ctx.setLineDash([]);
      ctx.lineJoin = "round";
      ctx.lineWidth = edge || 0;
    },
    draw(ctx, geom, z, feature) {
      trace(ctx, geom);
      ctx.fillStyle = colourOf(feature.props);
      ctx.fill("evenodd");
      if (edge) {
        ctx.strokeStyle = ctx.fillStyle;
        ctx.stroke();
      }
    },
  });

  const rule = (dataLayer, minzoom, filter, symbolizer) => ({ dataLayer, minzoom, filter, symbolizer });
  const byOrder = (table) => Object.entries(table).sort((a, b) => a[1].order - b[1].order);
  const widthOf =
    (stops, extra = 0) =>
    (z) =>
      gewu.at(stops, z) + extra;

  function functions(symbols) {
    const share = gewu.colour(symbols.function_opacity);
    const known = {};
    for (const [key, pair] of Object.entries(symbols.functions))
      known[key] = gewu.soft(gewu.colour(pair), share);
    const colourOf = (props) => known[props.function] || known.other;
    // Half a pixel of its own colour closes the hairline that antialiasing leaves between neighbours.
    return [rule("functions", 0, undefined, fill(colourOf, gewu.hasBase() ? 0 : 0.7))];
  }

  function classes(symbols) {
    const base = gewu.hasBase(); // what lies below must shine through
    const seen = (colour) => (base ? gewu.fade(colour, 0.65) : colour);
    const { tier, of, zero } = gewu.choropleth;
    const colourOf = gewu.choropleth.colourOf(
      gewu.choropleth.colours().map(seen),
      seen(gewu.colour(symbols.choropleth.zero)),
    );
    const is = (z, feature) =>
      feature.props.tier === tier && (of.has(feature.props.uuid) || zero.has(feature.props.uuid));
    return [rule("grid", 0, is, fill((props) => colourOf(props.uuid), base ? 0 : 0.7))];
  }

  function places(symbols, only) {
    const rules = [];
    for (const [key, style] of Object.entries(symbols.places).reverse()) {
      if (only && !only.includes(key)) continue;
      const is = (z, feature) => feature.props.class === key;
      const flat = gewu.soft(gewu.colour(style.fill), style.opacity);
      rules.push(
        rule(
          "place",
          style.minzoom,
          is,
          fill(() => flat),
        ),
      );
      rules.push(
        rule("place", style.minzoom, is, stroke(gewu.colour(style.stroke), 0.8, { dash: style.dash })),
      );
    }
    return rules;
  }

  /* On a shade the streets are there for finding one's way, not for being looked at. */
  function roads(symbols, shaded) {
    const alpha = shaded ? symbols.choropleth.street_opacity : 1;
    const layers = { water: [], casing: [], fill: [], rail: [], dashed: [] };
    for (const [key, style] of byOrder(symbols.roads)) {
      const is = (z, feature) => feature.props.class === key;
      const colour = gewu.colour(style.fill);
      const casing = gewu.colour(style.casing);
      const put = (layer, symbolizer) => layers[layer].push(rule("road", style.minzoom, is, symbolizer));
      if (style.kind === "water") {
        put("water", stroke(casing, widthOf(style.width, 1.2)));
        put("water", stroke(colour, widthOf(style.width)));
      } else if (style.kind === "rail") {
        put("rail", stroke(casing, widthOf(style.width, 1), { cap: "butt" }));
        put("rail", stroke(colour, widthOf(style.width, -0.6), { cap: "butt", dash: style.dash }));
      } else if (style.kind === "dashed") {
        put("dashed", stroke(colour, widthOf(style.width), { cap: "butt", dash: style.dash }));
      } else {
        const casingWidth = (z) => gewu.at(style.width, z) + (z < 14 ? 1 : 1.4);
        if (!shaded) put("casing", stroke(casing, casingWidth));
        put("fill", stroke(colour, widthOf(style.width), { alpha }));
      }
    }
    return [...layers.water, ...layers.casing, ...layers.fill, ...layers.rail, ...layers.dashed];
  }

  function grids(symbols) {
    const rules = [];
    for (const [key, style] of byOrder(symbols.grid_styles)) {
      const is = (z, feature) => feature.props.style === key;
      const colour = gewu.colour(style.colour);
      if (style.glow) {
        const band = stroke(colour, (z) => gewu.at(style.width, z) * 3 + 4, { alpha: style.glow });
        rules.push(rule("grid", 0, is, band));
      }
      rules.push(rule("grid", 0, is, stroke(colour, widthOf(style.width))));
    }
    return rules;
  }

  /* The icon of a kind of facility on its small disc. */
  gewu.facilitySprite = function (key, size) {
    const glyph = gewu.symbols.facilities.icons[key];
    return gewu.sprite("icon " + key, size + 4, (ctx) => {
      ctx.beginPath();
      ctx.arc(0, 0, size / 2 + 0.5, 0, 7);
      ctx.fillStyle = gewu.token("panel");
      ctx.fill();
      ctx.strokeStyle = gewu.fade(gewu.colour(glyph.colour), 0.45);
      ctx.lineWidth = 1;
      ctx.stroke();
      ctx.scale((size - 3) / 16, (size - 3) / 16);
      ctx.translate(-8, -8);
      gewu.paintGlyph(ctx, glyph);
    });
  };

  function facilities(symbols) {
    const style = symbols.facilities;
    const dot = (props, size) => {
      const key = gewu.facilityKey(props.category);
      const colour = gewu.colour(style.icons[key].colour);
      return gewu.sprite("dot " + key, size * 2 + 3, (ctx) => {
        ctx.beginPath();
        ctx.arc(0, 0, size, 0, 7);
        ctx.fillStyle = gewu.fade(colour, 0.85);
        ctx.strokeStyle = gewu.token("paper");
        ctx.lineWidth = 0.8;
        ctx.fill();
        ctx.stroke();
      });
    };
    const draw = (ctx, geom, z, feature) => {
      if (feature.props.count) {
        ctx.globalAlpha = 1;
        return gewu.stampCount(ctx, feature.props.count, geom[0][0].x, geom[0][0].y);
      }
      const least = style.icons[gewu.facilityKey(feature.props.category)].minzoom || style.icon_minzoom;
      if (z < least - style.dots_before) return;
      const sprite =
        z < least
          ? dot(feature.props, gewu.at(style.dot, z))
          : gewu.facilitySprite(gewu.facilityKey(feature.props.category), Math.round(gewu.at(style.icon_size, z)));
      ctx.globalAlpha = 1;
      for (const path of geom) for (const point of path) gewu.stamp(ctx, sprite, point.x, point.y);
    };
    return [rule("facility", style.minzoom, undefined, { draw })];
  }

  gewu.paintRules = function (visible) {
    const symbols = gewu.symbols;
    const rules = [];
    // A shade is read by its colour: what else would tint the grids gives way.
    const shaded = gewu.choropleth.count > 0;
    if (shaded) rules.push(...classes(symbols));
    else if (visible.has("functions")) rules.push(...functions(symbols));
    if (visible.has("place")) rules.push(...places(symbols, shaded && symbols.choropleth.places));
    if (visible.has("road")) rules.push(...roads(symbols, shaded));
    if (visible.has("grid")) rules.push(...grids(symbols));
    if (visible.has("facility") && !gewu.marks.on) rules.push(...facilities(symbols));
    return rules;
  };
})(window.gewu);
