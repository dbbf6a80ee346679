/* Drawing and reshaping: shows the sketch that the program holds, and tells it every gesture. It decides nothing. */
"use strict";
(function (gewu) {
  const GRAB = 9; // px: how near the pointer must be to a corner to hold it
  const REACH = 11; // px: how far things are met from
  const STEP = 12; // px: how far an arrow key moves the cross
  const FINE = 1;
  const EDGE = 48; // px: the cross pans the map before it reaches its edge
  gewu.drawing = null;

  const now = gewu.sketching;
  let overlay = null;
  let note = null;
  let asked = false;
  let gone = 0; // the turn of the drawing that another tool of the page drove away

  function tell(what, at, extra) {
    const latlng = gewu.map.containerPointToLatLng(at || now.cross || gewu.pointer || gewu.map.getSize().divideBy(2));
    gewu.tell(
      "gesture",
      Object.assign(
        {
          what,
          lon: latlng.lng,
          lat: latlng.lat,
          reach: REACH * gewu.metresPerPixel(latlng.lat, gewu.map.getZoom()),
          free: false,
          corner: null,
          mid: false,
          text: "",
        },
        extra,
      ),
    );
  }

  /* Where things would snap to, at most once a frame. */
  function hover(free) {
    if (asked || !now.sketch) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      if (now.sketch) tell("hover", null, corner({ free: Boolean(free) }));
    });
  }

  const corner = (extra) =>
    now.held ? Object.assign({ corner: [now.held.path, now.held.at], mid: now.held.mid }, extra) : extra;

  Object.assign(gewu.commands, {
    sketch(said) {
      if (said.tool && said.turn === gone) return; // it has left, only the program does not know yet
      const began = said.tool && (!now.sketch || now.sketch.tool !== said.tool || !said.going);
      const had = now.sketch;
      now.sketch = said.tool ? said : null;
      gewu.drawing = now.sketch ? (now.sketch.drawing && now.sketch.tool === "new" ? now.sketch.kind : now.sketch.tool) : null;
      if (began) {
        now.cross = now.held = now.active = now.met = null;
        gewu.showTip(null);
        gewu.leaveTools();
        gewu.map.getContainer().focus({ preventScroll: true });
      }
      if (had && !now.sketch) {
        gewu.drawnAt = performance.now();
        now.cross = now.held = now.active = now.met = null;
        gewu.closeTyping(false);
      }
      if (now.active && now.sketch && !((now.sketch.paths[now.active.path] || []).length > now.active.at))
        now.active = now.held = null;
      // Another tool's hint is not ours to take away.
      if (had || now.sketch) gewu.showHint(now.sketch ? now.sketch.hint : "", gewu.drawing);
      gewu.map.getContainer().classList.toggle("gewu-drawing", Boolean(now.sketch && now.sketch.drawing));
      showNote();
      overlay.redraw();
      if (now.sketch) hover(false);
    },
    met(said) {
      if (!now.sketch) return;
      now.met = said;
      showNote();
      overlay.redraw();
    },
  });

  /* Another tool begins: the drawing leaves at once, and the program is told. */
  gewu.cancelDraw = function () {
    tell("leave");
    gone = now.sketch.turn;
    gewu.commands.sketch({ tool: null });
  };

  gewu.pressDraw = function (kind) {
    if (gewu.drawing === kind) tell("give_up");
    else gewu.tell("tool", { name: kind });
  };

  // -- mouse -----------------------------------------------------------------------------------------------

  function nearest(at) {
    if (!now.sketch || now.sketch.drawing) return null;
    let best = null;
    const look = (place, found) => {
      const away = gewu.onScreen(place).distanceTo(at) + (found.mid ? 2 : 0);
      if (away <= GRAB && (!best || away < best.away)) best = Object.assign({ away }, found);
    };
    now.sketch.paths.forEach((path, p) => {
      gewu.handles(path).forEach((i) => look(path[i], { path: p, at: i, mid: false }));
      // The corner that the keys have chosen is seen, and can be held, however dense the line.
      const { at: own, path: whose } = now.active || {};
      if (whose === p && path[own]) look(path[own], { path: p, at: own, mid: false });
      gewu.middles(path).forEach(([place, i]) => look(place, { path: p, at: i, mid: true }));
    });
    return best;
  }

  function listen(map) {
    const root = map.getContainer();
    const at = (event) => L.DomEvent.getMousePosition(event, root);
    const ours = (event) => now.sketch && !event.target.closest(".gewu-bar, .gewu-typed");
    map.on("click", (event) => {
      if (!now.sketch || !now.sketch.drawing || !gewu.clicks() || performance.now() - (gewu.droppedAt || -1e9) < 300) return;
      now.cross = null;
      tell("press", event.containerPoint, { free: event.originalEvent.shiftKey });
    });
    map.on("dblclick", () => now.sketch && now.sketch.drawing && tell("finish"));
    map.on("mousemove", (event) => {
      if (!now.sketch) return;
      now.cross = null;
      if (now.held && now.held.keys) now.held = null;
      gewu.hintAside(event.containerPoint);
      hover(event.originalEvent.shiftKey);
    });
    root.addEventListener(
      "mousedown",
      (event) => {
        if (!ours(event) || event.button !== 0) return;
        const found = nearest(at(event));
        if (!found) return;
        // A corner is held: the map must not move with it.
        event.stopPropagation();
        event.preventDefault();
        now.held = found;
        now.active = found.mid ? null : { path: found.path, at: found.at };
        root.focus({ preventScroll: true });
        overlay.redraw();
      },
      true,
    );
    document.addEventListener("mousemove", (event) => {
      if (!now.held || now.held.keys || !now.sketch) return;
      now.held.moved = now.held.moved || gewu.onScreen(place(now.held)).distanceTo(at(event)) > 3;
      if (!now.held.moved) return;
      gewu.pointer = at(event);
      hover(event.shiftKey);
    });
    document.addEventListener("mouseup", (event) => {
      if (!now.held || now.held.keys || !now.sketch) return;
      const dropped = now.held;
      const spot = at(event);
      gewu.droppedAt = performance.now();
      if (dropped.moved || dropped.mid) tell("drop", spot, corner({ free: event.shiftKey }));
      if (dropped.mid) now.active = { path: dropped.path, at: dropped.at + 1 };
      now.held = null;
      overlay.redraw();
    });
    root.addEventListener("contextmenu", (event) => {
      const found = ours(event) && nearest(at(event));
      if (found && !found.mid) tell("delete", at(event), { corner: [found.path, found.at] });
    });
  }

  const place = ({ path, at, mid }) => {
    const corners = now.sketch.paths[path];
    if (!mid) return corners[at];
    const [a, b] = [corners[at], corners[(at + 1) % corners.length]];
    return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  };

  // -- keys ------------------------------------------------------------------------------------------------

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  /* Keys while drawing; true if the key was one of ours. */
  gewu.drawKey = function (event) {
    if (!now.sketch || gewu.typing(event)) return false;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (command) {
      if (key === "z") tell(event.shiftKey ? "again" : "back");
      else if (key === "y") tell("again");
      else return false;
    } else if (ARROWS[key]) walk(ARROWS[key], event.shiftKey ? FINE : STEP);
    else if (key === "Escape") tell("give_up");
    else if (key === "Enter") enter();
    else if (key === " ") set();
    else if (key === "Backspace") tell("back");
    else if (key === "t" && now.sketch.drawing) tell("trace");
    else if (!now.sketch.drawing && (key === "PageDown" || key === "PageUp")) choose(key === "PageDown" ? 1 : -1);
    else if (!now.sketch.drawing && now.active && key === "Delete")
      tell("delete", null, { corner: [now.active.path, now.active.at] });
    else if (!now.sketch.drawing && now.active && key === "Insert") insert();
    else if (/^[0-9.]$/.test(key) && !now.sketch.picking) gewu.openTyping(key, (text) => tell("type", null, corner({ text })));
    else return false;
    return true;
  };

  function walk([dx, dy], step) {
    const size = gewu.map.getSize();
    if (!now.sketch.drawing && now.active && !now.held) {
      now.held = Object.assign({ mid: false, keys: true }, now.active);
      now.cross = gewu.onScreen(place(now.held));
    }
    if (!now.cross) now.cross = inside(gewu.pointer, size) ? gewu.pointer : size.divideBy(2);
    now.cross = now.cross.add([dx * step, dy * step]);
    const pan = L.point(
      now.cross.x < EDGE ? now.cross.x - EDGE : Math.max(0, now.cross.x - size.x + EDGE),
      now.cross.y < EDGE ? now.cross.y - EDGE : Math.max(0, now.cross.y - size.y + EDGE),
    );
    if (pan.x || pan.y) {
      gewu.map.panBy(pan, { animate: false });
      now.cross = now.cross.subtract(pan);
    }
    gewu.pointer = now.cross;
    now.fresh = true;
    hover(false);
    overlay.redraw();
  }

  const inside = (at, size) => at && at.x >= 0 && at.y >= 0 && at.x <= size.x && at.y <= size.y;

  /* Enter sets a corner where the cross was led to, and finishes where it has not been moved since. */
  function enter() {
    if (now.cross && now.fresh) set();
    else tell("finish");
  }

  function set() {
    now.fresh = false;
    if (now.sketch.drawing) tell("press", now.cross);
    else if (now.held && now.held.keys) tell("drop", now.cross, corner({}));
  }

  /* The next or last corner under the cross, from where the arrows lead it on. */
  function choose(step) {
    const all = now.sketch.paths.flatMap((path, p) => path.map((_, i) => ({ path: p, at: i })));
    const same = (one) => now.active && one.path === now.active.path && one.at === now.active.at;
    const here = now.active ? all.findIndex(same) : step > 0 ? -1 : 0;
    now.active = all[(here + step + all.length) % all.length];
    now.held = Object.assign({ mid: false, keys: true }, now.active);
    const spot = now.sketch.paths[now.active.path][now.active.at];
    if (!gewu.map.getBounds().pad(-0.1).contains([spot[1], spot[0]]))
      gewu.map.panTo([spot[1], spot[0]], { animate: false });
    now.cross = gewu.pointer = gewu.onScreen(spot);
    now.fresh = false;
    now.met = null;
    showNote();
    overlay.redraw();
  }

  function insert() {
    const at = gewu.onScreen(place({ path: now.active.path, at: now.active.at, mid: true }));
    tell("drop", at, { corner: [now.active.path, now.active.at], mid: true, free: true });
    now.active = { path: now.active.path, at: now.active.at + 1 };
    now.held = Object.assign({ mid: false, keys: true }, now.active);
    now.cross = gewu.pointer = at;
    now.fresh = false;
  }

  // -- what is seen ----------------------------------------------------------------------------------------

  function showNote() {
    const said = now.sketch && now.met && !gewu.typing() ? [now.met.words, now.met.text].filter(Boolean).join("\n") : "";
    note.textContent = said;
    note.classList.toggle("gewu-on", Boolean(said));
    if (!said) return;
    const size = gewu.map.getSize();
    const at = now.cross || gewu.pointer || L.point(0, 0);
    const flip = at.x + 18 + note.offsetWidth > size.x;
    note.style.left = Math.max(4, flip ? at.x - 14 - note.offsetWidth : at.x + 18) + "px";
    note.style.top = Math.max(4, Math.min(at.y + 18, size.y - note.offsetHeight - 4)) + "px";
  }

  gewu.tools.push({
    build(map) {
      overlay = new gewu.Overlay({ painters: [gewu.paintSketch] });
      overlay.addTo(map);
      note = document.createElement("div");
      note.className = "gewu-tip gewu-met";
      map.getContainer().appendChild(note);
      listen(map);
    },
  });
})(window.gewu);
