/* Choosing many: a lasso drawn by hand, a box drawn with Shift. The program says what lies inside. */
"use strict";
(function (gewu) {
  const finding = gewu.finding;
  const KINDS = ["task", "facility", "road_section", "place", "grid"];
  const NEAR = 3; // px between two corners of a lasso
  const LEAST = 5; // px: a shorter drag is a click
  const sweep = { on: false, kind: "task", path: null, box: false, how: "new", buttons: {} };
  gewu.sweep = sweep;

  const round = (value) => Math.round(value * 1e8) / 1e8;

  function choose(kind) {
    sweep.kind = kind;
    for (const name of KINDS) sweep.buttons[name].setAttribute("aria-pressed", String(name === kind));
  }

  function turn(on) {
    if (on) gewu.leaveAll();
    if (on !== sweep.on) gewu.tell("in_use", { on });
    sweep.on = on;
    if (!on) drop();
    finding.press(sweep.button, on);
    sweep.row.classList.toggle("gewu-on", on);
    gewu.map.getContainer().classList.toggle("gewu-choosing", on);
    gewu.showTip(null);
    gewu.sayHint(on ? finding.words.hint_lasso : "");
    if (on) gewu.map.getContainer().focus({ preventScroll: true });
  }

  function drop() {
    if (!sweep.path) return;
    sweep.path = null;
    gewu.map.dragging.enable();
    gewu.overlay.redraw();
  }

  /* With Ctrl or Alt a lasso adds to what is chosen or takes away, whether or not the button is pressed. */
  const wanted = (event) =>
    event.button === 0 && !gewu.drawing && !gewu.taken() && (sweep.on || event.shiftKey || event.ctrlKey || event.altKey);

  function down(event) {
    if (!wanted(event) || event.target.closest(".gewu-bar, .gewu-strip, .gewu-sums")) return;
    sweep.path = [gewu.map.mouseEventToContainerPoint(event)];
    sweep.box = event.shiftKey;
    sweep.how = event.altKey ? "take" : event.ctrlKey ? "add" : "new";
    gewu.map.dragging.disable();
    gewu.showTip(null);
    event.preventDefault();
    event.stopPropagation();
    gewu.map.getContainer().focus({ preventScroll: true });
  }

  function move(event) {
    if (!sweep.path) return;
    const at = gewu.map.mouseEventToContainerPoint(event);
    if (sweep.box) sweep.path[1] = at;
    else if (sweep.path[sweep.path.length - 1].distanceTo(at) >= NEAR) sweep.path.push(at);
    gewu.overlay.redraw();
  }

  /* The corners of the shape in pixels of the picture. */
  function corners() {
    if (!sweep.box) return sweep.path;
    const [a, b] = sweep.path;
    return [a, L.point(b.x, a.y), b, L.point(a.x, b.y)];
  }

  const size = (path) => {
    const box = L.bounds(path).getSize();
    return Math.max(box.x, box.y);
  };

  function up(event) {
    if (!sweep.path) return;
    if (event.clientX !== undefined) move(event);
    const path = sweep.path.length > 1 ? corners() : [];
    const small = path.length < 3 || size(path) < LEAST;
    drop();
    if (small) return; // a click, which the map tells itself
    gewu.drawnAt = performance.now();
    tell(path, sweep.how);
    if (sweep.how === "new") turn(false);
  }

  function tell(path, how) {
    const ring = path.map((p) => {
      const at = gewu.map.containerPointToLatLng(p);
      return [round(at.lng), round(at.lat)];
    });
    ring.push(ring[0]);
    gewu.tell("swept", { ring, how, kind: sweep.kind, zoom: gewu.map.getZoom() });
  }

  Object.assign(gewu.commands, {
    lasso() {
      turn(!sweep.on);
    },
  });

  gewu.tools.push({
    build(map) {
      sweep.row = gewu.make("div", "gewu-kinds", finding.strip);
      for (const kind of KINDS) {
        const button = finding.button(sweep.row, "kind_" + kind, "", () => choose(kind));
        button.className = "gewu-kind";
        sweep.buttons[kind] = button;
      }
      gewu.make("hr", "gewu-upright", sweep.row);
      sweep.button = finding.button(finding.strip, "lasso", "lasso", () => turn(!sweep.on));
      choose("task");
      const root = map.getContainer();
      root.addEventListener("mousedown", down, true);
      window.addEventListener("mousemove", move);
      window.addEventListener("mouseup", up);
    },
    takes: () => Boolean(sweep.path),
    leave: () => (sweep.on || sweep.path) && turn(false),
    paint(ctx) {
      if (!sweep.path || sweep.path.length < 2) return;
      const shift = gewu.map.containerPointToLayerPoint([0, 0]).subtract(gewu.overlay._bounds.min);
      ctx.save();
      ctx.translate(shift.x, shift.y);
      ctx.beginPath();
      corners().forEach((p, i) => (i ? ctx.lineTo(p.x, p.y) : ctx.moveTo(p.x, p.y)));
      ctx.closePath();
      ctx.fillStyle = gewu.fade(gewu.colour(gewu.symbols.selection.colour), gewu.symbols.selection.fill);
      ctx.fill();
      gewu.stroke(ctx, 1.5);
      ctx.restore();
    },
    key(event) {
      if (event.key === "Escape" && (sweep.path || sweep.on)) {
        turn(false);
        return true;
      }
      if (!sweep.on) return false;
      if (event.key === "Enter") {
        const { x, y } = gewu.map.getSize();
        tell([L.point(0, 0), L.point(x, 0), L.point(x, y), L.point(0, y)], event.ctrlKey ? "add" : "new");
        turn(false);
      } else if (event.key.toLowerCase() === "k" && !event.ctrlKey && !event.altKey) {
        // The arrows move the picture, here as everywhere.
        const step = event.shiftKey ? KINDS.length - 1 : 1;
        choose(KINDS[(KINDS.indexOf(sweep.kind) + step) % KINDS.length]);
      } else return false;
      return true;
    },
  });
})(window.gewu);
