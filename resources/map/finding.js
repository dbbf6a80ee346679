/* What the finding tools share: their strip of buttons, their words, and the marks that the program asks for. */
"use strict";
(function (gewu) {
  const finding = { words: {}, buttons: {}, texts: [] };
  gewu.finding = finding;

  finding.make = function (tag, name, parent) {
    const element = document.createElement(tag);
    element.className = name;
    parent.appendChild(element);
    return element;
  };

  /* A button with a picture (icon) or with its words. */
  finding.button = function (parent, name, icon, act) {
    const button = finding.make("button", icon ? "gewu-button" : "gewu-press", parent);
    button.type = "button";
    button.dataset.name = name;
    if (icon) finding.make("span", "gewu-icon", button).style.maskImage = `url("icons/${icon}.svg")`;
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

  finding.hint = function (text) {
    gewu.hint.textContent = text || "";
    gewu.hint.classList.toggle("gewu-on", Boolean(text));
  };

  const project = (place, frame) => {
    const p = gewu.map.project([place[1], place[0]], frame.zoom);
    return L.point(p.x - frame.minX, p.y - frame.minY);
  };
  finding.project = project;

  finding.trace = function (ctx, frame, path, closed) {
    path.forEach((place, i) => {
      const p = project(place, frame);
      if (i) ctx.lineTo(p.x, p.y);
      else ctx.moveTo(p.x, p.y);
    });
    if (closed) ctx.closePath();
  };

  /* A line on its light casing, whatever lies beneath. */
  finding.stroke = function (ctx, width) {
    const style = gewu.symbols.selection;
    ctx.lineJoin = ctx.lineCap = "round";
    ctx.strokeStyle = gewu.fade(gewu.colour(style.casing), 0.8);
    ctx.lineWidth = width + 2.4;
    ctx.stroke();
    ctx.strokeStyle = gewu.colour(style.colour);
    ctx.lineWidth = width;
    ctx.stroke();
  };

  const marks = { many: [], buffer: null, spot: null, lit: null };
  finding.marks = marks;

  function flatten(geometry, out) {
    if (geometry.type === "GeometryCollection") geometry.geometries.forEach((one) => flatten(one, out));
    else out.push(geometry);
    return out;
  }

  Object.assign(gewu.commands, {
    many({ geometry }) {
      marks.many = geometry ? flatten(geometry, []) : [];
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
    const p = project(place, frame);
    ctx.moveTo(p.x + more, p.y);
    ctx.arc(p.x, p.y, more, 0, 7);
  }

  function paintMany(ctx, frame) {
    const reach = gewu.at(gewu.symbols.pins.size, frame.zoom) / 2 + 2.5;
    const accent = gewu.colour(gewu.symbols.selection.colour);
    ctx.beginPath();
    for (const { type, coordinates } of marks.many) if (type === "Point") ring(ctx, frame, coordinates, reach);
    ctx.fillStyle = gewu.fade(accent, 0.16);
    ctx.fill();
    finding.stroke(ctx, 1.5);
    ctx.beginPath();
    for (const { type, coordinates } of marks.many) {
      if (type === "LineString") finding.trace(ctx, frame, coordinates, false);
      else if (type === "MultiLineString") coordinates.forEach((path) => finding.trace(ctx, frame, path, false));
      else if (type === "Polygon") coordinates.forEach((path) => finding.trace(ctx, frame, path, true));
      else if (type === "MultiPolygon") coordinates.flat().forEach((path) => finding.trace(ctx, frame, path, true));
    }
    finding.stroke(ctx, 2);
  }

  function paintBuffer(ctx, frame) {
    const { type, coordinates } = marks.buffer;
    const style = gewu.symbols.selection;
    ctx.beginPath();
    (type === "Polygon" ? coordinates : coordinates.flat()).forEach((path) => finding.trace(ctx, frame, path, true));
    ctx.fillStyle = gewu.fade(gewu.colour(style.colour), style.fill);
    ctx.fill("evenodd");
    ctx.setLineDash([6, 4]);
    finding.stroke(ctx, 1.5);
    ctx.setLineDash([]);
  }

  function paintSpot(ctx, frame) {
    const p = project(marks.spot, frame);
    ctx.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      ctx.moveTo(p.x + dx * 4, p.y + dy * 4);
      ctx.lineTo(p.x + dx * 14, p.y + dy * 14);
    }
    ctx.moveTo(p.x + 9, p.y);
    ctx.arc(p.x, p.y, 9, 0, 7);
    finding.stroke(ctx, 1.75);
  }

  gewu.tools.push({
    build(map) {
      const strip = finding.make("div", "gewu-strip", map.getContainer());
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
        finding.stroke(ctx, 2);
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
