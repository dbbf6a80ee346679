/* What the finding tools share: their strip of buttons, their words, and the marks that the program asks for. */
"use strict";
(function (gewu) {
  const finding = { words: {}, buttons: {}, texts: [] };
  gewu.finding = finding;

  /* A button with a picture (icon) or with its words. */
  finding.button = function (parent, name, icon, act) {
    const button = gewu.make("button", icon ? "gewu-button" : "gewu-press", parent);
    button.type = "button";
    button.dataset.name = name;
    if (icon) gewu.make("span", "gewu-icon", button).style.maskImage = `url("icons/${icon}.svg")`;
    button.addEventListener("click", act);
    finding.texts.push([button, name, Boolean(icon)]);
    return button;
  };

  finding.press = function (button, pressed) {
    button.classList.toggle("gewu-pressed", pressed);
    button.setAttribute("aria-pressed", String(pressed));
  };

  gewu.commands.find_words = function ({ words }) {
    finding.words = words;
    for (const [button, name, pictured] of finding.texts) {
      if (pictured) button.title = words[name];
      else button.textContent = words[name];
      button.setAttribute("aria-label", words[name]);
    }
  };

  const RINGS = 300; // chosen points in the picture, above which each is a dot: so many rings would bury the map
  const CELL = 12; // px: one soft disc of a crowd
  const marks = { many: [], points: [], buffer: null, spot: null, lit: null };
  finding.marks = marks;

  function flatten(geometry, out) {
    if (geometry.type === "GeometryCollection") geometry.geometries.forEach((one) => flatten(one, out));
    else out.push(geometry);
    return out;
  }

  Object.assign(gewu.commands, {
    many({ geometry }) {
      marks.many = geometry ? flatten(geometry, []) : [];
      marks.points = marks.many
        .filter(({ type }) => type === "Point")
        .map(({ coordinates: [lon, lat] }) => gewu.map.project([lat, lon], 0));
      gewu.overlay.redraw();
    },
    buffer({ geometry }) {
      marks.buffer = geometry;
      gewu.overlay.redraw();
    },
    spot({ place }) {
      marks.spot = place;
      gewu.overlay.redraw();
    },
    light({ place }) {
      marks.lit = place;
      gewu.overlay.redraw();
    },
  });

  function ring(ctx, frame, place, more) {
    const p = gewu.project(place, frame);
    ctx.moveTo(p.x + more, p.y);
    ctx.arc(p.x, p.y, more, 0, 7);
  }

  /* The chosen points in the picture: a ring round each of a few, a soft tint with dots for a crowd. */
  function paintPoints(ctx, frame) {
    const scale = 2 ** frame.zoom;
    const reach = gewu.at(gewu.symbols.pins.size, frame.zoom) / 2 + 2.5;
    const accent = gewu.colour(gewu.symbols.selection.colour);
    const width = frame.maxX - frame.minX + reach;
    const height = frame.maxY - frame.minY + reach;
    const seen = marks.points
      .map((at) => ({ x: at.x * scale - frame.minX, y: at.y * scale - frame.minY }))
      .filter(({ x, y }) => x > -reach && y > -reach && x < width && y < height);
    const crowd = (marks.crowd = seen.length > RINGS);
    const discs = new Map();
    for (const one of seen) {
      const key = crowd ? Math.floor((one.x + frame.minX) / CELL) + ":" + Math.floor((one.y + frame.minY) / CELL) : one;
      if (!discs.has(key)) discs.set(key, one);
    }
    ctx.beginPath();
    for (const { x, y } of discs.values()) {
      ctx.moveTo(x + reach, y);
      ctx.arc(x, y, reach, 0, 7);
    }
    ctx.fillStyle = gewu.fade(accent, crowd ? 0.2 : 0.16);
    ctx.fill();
    if (!crowd) return gewu.stroke(ctx, 1.5);
    ctx.fillStyle = gewu.fade(accent, 0.7);
    for (const { x, y } of seen) ctx.fillRect(x - 1, y - 1, 2, 2);
    return undefined;
  }

  function paintMany(ctx, frame) {
    paintPoints(ctx, frame);
    ctx.beginPath();
    for (const { type, coordinates } of marks.many) {
      const closed = type.endsWith("Polygon");
      for (const places of gewu.paths(type, coordinates)) gewu.lead(ctx, frame, places, closed);
    }
    gewu.stroke(ctx, 2);
  }

  function paintBuffer(ctx, frame) {
    const { type, coordinates } = marks.buffer;
    const style = gewu.symbols.selection;
    gewu.trace(ctx, frame, gewu.paths(type, coordinates), true);
    ctx.fillStyle = gewu.fade(gewu.colour(style.colour), style.fill);
    ctx.fill("evenodd");
    gewu.stroke(ctx, 1.5, [6, 4]);
  }

  function paintSpot(ctx, frame) {
    const p = gewu.project(marks.spot, frame);
    gewu.cross(ctx, p);
    ctx.moveTo(p.x + 9, p.y);
    ctx.arc(p.x, p.y, 9, 0, 7);
    gewu.stroke(ctx, 1.75);
  }

  gewu.tools.push({
    build(map) {
      const strip = gewu.make("div", "gewu-strip", map.getContainer());
      strip.setAttribute("role", "toolbar");
      L.DomEvent.disableClickPropagation(strip);
      L.DomEvent.disableScrollPropagation(strip);
      finding.strip = strip;
      // An Escape that no tool had use for lets go of what is selected, as it does everywhere in the window.
      window.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        gewu.tell("escape");
      });
    },
    paint(ctx, frame) {
      if (marks.buffer) paintBuffer(ctx, frame);
      if (marks.many.length) paintMany(ctx, frame);
      if (marks.spot) paintSpot(ctx, frame);
      if (marks.lit) {
        ctx.beginPath();
        ring(ctx, frame, marks.lit, gewu.at(gewu.symbols.pins.size, frame.zoom) / 2 + 6);
        gewu.stroke(ctx, 2);
      }
    },
    /* The menu key and Shift+F10 ask what is at the cross-hair: the middle of the picture. */
    key(event) {
      if (event.key !== "ContextMenu" && !(event.key === "F10" && event.shiftKey)) return false;
      const middle = gewu.map.getCenter();
      gewu.tell("here", { lon: middle.lng, lat: middle.lat });
      return true;
    },
  });
})(window.gewu);
