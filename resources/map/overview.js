/* The north arrow, and the small map of the whole area with the picture's place in it. */
"use strict";
(function (gewu) {
  const WIDTH = 116; // px
  const EDGE = 6;
  const state = { bounds: null, areas: [], lines: [], open: true, room: true, words: {} };
  const ground = document.createElement("canvas"); // the area without the picture's place: painted once, not per frame
  let north, button, canvas, waiting;
  gewu.overview = state;

  /* The frame of the whole area in the unit square of the world, and the pixels that one unit takes. */
  function fit() {
    const [west, south, east, north_] = state.bounds;
    const a = gewu.map.project([north_, west], 0);
    const b = gewu.map.project([south, east], 0);
    const scale = Math.min((WIDTH - 2 * EDGE) / (b.x - a.x || 1e-9), 112 / (b.y - a.y || 1e-9));
    return { x: a.x, y: a.y, scale, width: (b.x - a.x) * scale, height: (b.y - a.y) * scale };
  }

  const whole = () => L.latLngBounds([state.bounds[1], state.bounds[0]], [state.bounds[3], state.bounds[2]]);

  function sharp(element, width, height) {
    const ratio = window.devicePixelRatio;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    element.style.width = width + "px";
    element.style.height = height + "px";
    const ctx = element.getContext("2d");
    ctx.scale(ratio, ratio);
    return ctx;
  }

  /* Where pixels of the small map lie for places: the same for the ground and what is drawn over it. */
  function placing() {
    const frame = fit();
    const left = (WIDTH - frame.width) / 2;
    return ([lon, lat]) => {
      const p = gewu.map.project([lat, lon], 0);
      return [(p.x - frame.x) * frame.scale + left, (p.y - frame.y) * frame.scale + EDGE];
    };
  }

  const height = () => Math.round(fit().height) + 2 * EDGE;

  /* A picture that holds everything needs nobody to say where in the whole it is. */
  function show() {
    const needed = state.bounds && !gewu.map.getBounds().contains(whole());
    canvas.hidden = !(state.open && needed && state.room);
    button.hidden = !(needed && state.room);
  }

  /* Something about it is another now. */
  function paint() {
    paintNorth();
    show();
    button.setAttribute("aria-expanded", String(state.open));
    button.classList.toggle("gewu-held", state.open);
    button.title = state.words[state.open ? "fold" : "open"] || "";
    button.setAttribute("aria-label", button.title);
    if (canvas.hidden) return;
    const ctx = sharp(ground, WIDTH, height());
    const put = placing();
    const trace = (path) => path.forEach((place, i) => ctx[i ? "lineTo" : "moveTo"](...put(place)));
    ctx.lineJoin = "round";
    for (const [kind, path] of state.lines) {
      const style = gewu.symbols.roads[kind];
      ctx.beginPath();
      trace(path);
      ctx.strokeStyle = gewu.colour(style.kind === "water" ? style.fill : style.casing);
      ctx.lineWidth = style.kind === "water" ? 1.4 : 0.8;
      ctx.stroke();
    }
    for (const [kind, path] of state.areas) {
      ctx.beginPath();
      trace(path);
      ctx.strokeStyle = gewu.colour(gewu.symbols.grid_styles[kind].colour);
      ctx.lineWidth = kind === "street" ? 1.4 : 0.6;
      ctx.stroke();
    }
    sharp(canvas, WIDTH, height());
    here();
  }

  /* The map has moved: at most once for each frame. */
  function moved() {
    if (waiting) return;
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      const hidden = canvas.hidden;
      show();
      if (canvas.hidden) return;
      if (hidden) paint();
      else here();
    });
  }

  function here() {
    const ctx = canvas.getContext("2d");
    const put = placing();
    ctx.clearRect(0, 0, WIDTH, height());
    ctx.drawImage(ground, 0, 0, WIDTH, height());
    const seen = gewu.map.getBounds();
    const [x0, y0] = put([seen.getWest(), seen.getNorth()]);
    const [x1, y1] = put([seen.getEast(), seen.getSouth()]);
    // A picture of a single house is still found.
    const grow = Math.max(0, 5 - Math.min(x1 - x0, y1 - y0)) / 2;
    const accent = gewu.token("accent");
    ctx.beginPath();
    ctx.rect(x0 - grow, y0 - grow, x1 - x0 + 2 * grow, y1 - y0 + 2 * grow);
    ctx.fillStyle = gewu.fade(accent, 0.12);
    ctx.fill();
    ctx.strokeStyle = accent;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }

  function paintNorth() {
    const ctx = sharp(north, 20, 32);
    const ink = gewu.token("ink");
    ctx.lineJoin = "round";
    ctx.beginPath();
    ctx.moveTo(10, 11);
    ctx.lineTo(16, 30);
    ctx.lineTo(10, 26);
    ctx.lineTo(4, 30);
    ctx.closePath();
    ctx.strokeStyle = gewu.token("halo");
    ctx.lineWidth = 3;
    ctx.stroke();
    ctx.fillStyle = gewu.token("paper");
    ctx.fill();
    ctx.strokeStyle = ink;
    ctx.lineWidth = 1;
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(10, 11);
    ctx.lineTo(10, 26);
    ctx.lineTo(4, 30);
    ctx.closePath();
    ctx.fillStyle = ink;
    ctx.fill();
    ctx.font = gewu.font(11, 600);
    ctx.textAlign = "center";
    ctx.textBaseline = "alphabetic";
    ctx.strokeStyle = gewu.token("halo");
    ctx.lineWidth = 3;
    ctx.strokeText(state.words.north || "N", 10, 9.5);
    ctx.fillText(state.words.north || "N", 10, 9.5);
    north.title = state.words.up || "";
  }

  /* The place of a pixel of the small map becomes the middle of the picture. */
  function go(event, animate) {
    const box = canvas.getBoundingClientRect();
    const frame = fit();
    const x = (event.clientX - box.left - (WIDTH - frame.width) / 2) / frame.scale + frame.x;
    const y = (event.clientY - box.top - EDGE) / frame.scale + frame.y;
    gewu.map.setView(gewu.map.unproject([x, y], 0), gewu.map.getZoom(), { animate });
  }

  function listen() {
    let held = false;
    let moved = false;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      held = true;
      moved = false;
      canvas.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!held) return;
      moved = true;
      go(event, false);
    });
    canvas.addEventListener("pointerup", (event) => {
      if (held && !moved) go(event, false);
      held = false;
    });
    canvas.addEventListener("pointercancel", () => (held = false));
    button.addEventListener("click", () => {
      state.open = !state.open;
      paint();
      gewu.tell("overview", { open: state.open });
    });
  }

  gewu.commands.overview = function ({ bounds, areas, lines, open, room, words }) {
    Object.assign(state, { bounds, areas, lines, open, room, words });
    paint();
  };

  gewu.tools.push({
    build(map) {
      const root = gewu.make("div", "gewu-corner", map.getContainer());
      L.DomEvent.disableClickPropagation(root);
      L.DomEvent.disableScrollPropagation(root);
      canvas = gewu.make("canvas", "gewu-overview", root);
      const foot = gewu.make("div", "gewu-foot", root);
      north = gewu.make("canvas", "gewu-north", foot);
      button = gewu.make("button", "gewu-button gewu-fold", foot);
      button.type = "button";
      const picture = gewu.make("span", "gewu-icon", button);
      picture.style.maskImage = 'url("icons/map.svg")';
      listen();
      map.on("move zoom resize", moved);
      paint();
    },
    paint() {
      const look = gewu.theme + window.devicePixelRatio;
      if (canvas && state.look !== look) paint();
      state.look = look;
    },
  });
})(window.gewu);
