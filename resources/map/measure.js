/* Measuring: the page takes the corners, the program says every number, that of the leg under the pointer as well. */
"use strict";
(function (gewu) {
  const finding = gewu.finding;
  const CATCH = 9; // px within which the first corner closes an area
  const SHAKE = 3; // px: nearer to the last corner nobody means another one
  const FRESH = { legs: [], closed: false, ended: false, looking: false, ahead: "", sum: "" };
  const measure = Object.assign({ path: [], asked: 0, written: [] }, FRESH);
  gewu.measure = measure;
  gewu.measuring = false;

  const round = (value) => Math.round(value * 1e9) / 1e9;
  const place = (latlng) => [round(latlng.lng), round(latlng.lat)];

  function start(path) {
    gewu.leaveAll();
    Object.assign(measure, FRESH, { path });
    gewu.measuring = true;
    gewu.tell("measuring", { on: true });
    gewu.tell("in_use", { on: true });
    finding.press(measure.button, true);
    gewu.map.getContainer().classList.add("gewu-measuring");
    gewu.map.getContainer().focus({ preventScroll: true });
    gewu.showTip(null);
    show();
  }

  function stop() {
    if (!gewu.measuring) return;
    gewu.measuring = false;
    gewu.tell("measuring", { on: false });
    gewu.tell("in_use", { on: false });
    measure.asked += 1;
    Object.assign(measure, FRESH, { path: [] });
    finding.press(measure.button, false);
    gewu.map.getContainer().classList.remove("gewu-measuring");
    show();
  }

  function show() {
    const ready = gewu.measuring && measure.path.length > 1 && measure.sum;
    gewu.sayHint(gewu.measuring && !ready ? finding.words.hint_measure : "");
    measure.text.textContent = ready ? measure.sum : "";
    measure.box.classList.toggle("gewu-on", Boolean(ready));
    gewu.rise(measure.box);
    gewu.overlay.redraw();
  }

  function ask() {
    if (measure.path.length < 2) {
      Object.assign(measure, { legs: [], sum: "" });
      measure.asked += 1;
      return show();
    }
    gewu.tell("measure", { turn: ++measure.asked, path: measure.path, closed: measure.closed });
    return gewu.overlay.redraw();
  }

  function add(latlng) {
    if (measure.ended) Object.assign(measure, FRESH, { path: [] });
    const at = place(latlng);
    const last = measure.path[measure.path.length - 1];
    if (last && near(last, latlng, SHAKE)) return; // the second half of a double click
    if (measure.path.length > 2 && near(measure.path[0], latlng, CATCH)) return end(true);
    measure.path.push(at);
    Object.assign(measure, { ahead: "", looking: false });
    ask();
    look();
  }

  const near = (corner, latlng, reach) =>
    gewu.map.latLngToContainerPoint([corner[1], corner[0]]).distanceTo(gewu.map.latLngToContainerPoint(latlng)) < reach;

  function end(closed) {
    measure.closed = closed;
    measure.ended = measure.path.length > 1;
    ask();
  }

  /* What shall be written, the most wanted first: [text, x, y, strong]. */
  function wanted(points, ahead) {
    const legs = measure.legs.map((leg, i) => ({ leg, i, a: points[i], b: points[(i + 1) % points.length] }));
    const whole = legs.filter(({ a, b }) => a && b).sort((one, two) => two.a.distanceTo(two.b) - one.a.distanceTo(one.b));
    const middle = ({ a, b }) => a.add(b).divideBy(2);
    const lengths = whole.map((one) => [one.leg.metres, middle(one).x, middle(one).y - 8, true]);
    const bearings = whole.map((one) => [one.leg.bearing, middle(one).x, middle(one).y + 8, false]);
    const sums = whole
      .filter(({ i }) => i)
      .sort((one, two) => two.i - one.i)
      .map(({ leg, b }) => ["∑ " + leg.total, b.x, b.y + 16, false]);
    return [...(ahead ? [ahead] : []), ...lengths, ...sums, ...bearings];
  }

  /* Write what has room: never over a corner or over what is written already. */
  function write(ctx, points, ahead) {
    const room = new gewu.Room();
    for (const p of points) room.take([p.x - 5, p.y - 5, p.x + 5, p.y + 5]);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    measure.written = wanted(points, ahead).filter(([text, x, y, strong]) => {
      ctx.font = gewu.font(12, strong ? 600 : 400);
      const half = ctx.measureText(text).width / 2 + 3;
      const box = [x - half, y - 8, x + half, y + 8];
      if (!room.free(box)) return false;
      room.take(box);
      ctx.fillStyle = gewu.fade(gewu.token("paper"), 0.86);
      ctx.beginPath();
      ctx.roundRect(box[0], box[1], box[2] - box[0], box[3] - box[1], 4);
      ctx.fill();
      ctx.fillStyle = gewu.colour(gewu.symbols.selection.colour);
      ctx.fillText(text, x, y);
      return true;
    });
  }

  function paint(ctx, frame) {
    measure.written = [];
    if (!gewu.measuring || !measure.path.length) return;
    const points = measure.path.map((at) => gewu.project(at, frame));
    gewu.trace(ctx, frame, [measure.path], measure.closed);
    if (measure.closed) {
      ctx.fillStyle = gewu.fade(gewu.colour(gewu.symbols.selection.colour), gewu.symbols.selection.fill);
      ctx.fill();
    }
    gewu.stroke(ctx, 2);
    const ahead = preview(ctx, points[points.length - 1]);
    const edge = gewu.colour(gewu.symbols.selection.colour);
    for (const p of points) gewu.spot(ctx, p, 3.5, gewu.token("paper"), edge, 2);
    write(ctx, points, ahead);
  }

  /* The leg that would come next; what is to be written of it, null for nothing yet. */
  function preview(ctx, last) {
    if (measure.ended || !gewu.pointer) return null;
    const shift = gewu.map.containerPointToLayerPoint([0, 0]).subtract(gewu.overlay._bounds.min);
    const to = gewu.pointer.add(shift);
    ctx.beginPath();
    ctx.moveTo(last.x, last.y);
    ctx.lineTo(to.x, to.y);
    gewu.stroke(ctx, 1.5, [5, 5]);
    return measure.ahead && last.distanceTo(to) > SHAKE ? [measure.ahead, to.x, to.y - 18, true] : null;
  }

  /* How far the pointer is, asked at most once a frame and never before the last answer. */
  function look() {
    if (!gewu.measuring || measure.ended || !measure.path.length || !gewu.pointer) return;
    gewu.overlay.redraw();
    if (measure.looking) return;
    measure.looking = true;
    requestAnimationFrame(() => {
      measure.looking = gewu.measuring && !measure.ended && measure.path.length > 0;
      if (!measure.looking) return;
      const at = gewu.map.containerPointToLatLng(gewu.pointer);
      gewu.tell("measure_ahead", { from: measure.path[measure.path.length - 1], to: place(at) });
    });
  }

  Object.assign(gewu.commands, {
    measure({ place: from }) {
      if (gewu.measuring && !from) stop();
      else start(from ? [from] : []);
    },
    measured_ahead({ words, to }) {
      measure.looking = false;
      measure.ahead = words;
      gewu.overlay.redraw();
      const now = gewu.pointer && place(gewu.map.containerPointToLatLng(gewu.pointer));
      if (now && (now[0] !== to[0] || now[1] !== to[1])) look();
    },
    measured({ turn, legs, sum }) {
      if (turn !== measure.asked) return;
      Object.assign(measure, { legs, sum });
      show();
    },
  });

  gewu.tools.push({
    build(map) {
      measure.button = finding.button(finding.strip, "ruler", "ruler", () => (gewu.measuring ? stop() : start([])));
      measure.box = gewu.make("div", "gewu-sums", map.getContainer());
      measure.box.setAttribute("role", "status");
      L.DomEvent.disableClickPropagation(measure.box);
      measure.text = gewu.make("span", "gewu-sum", measure.box);
      finding.button(measure.box, "copy_result", "", () =>
        gewu.tell("copy_measure", { path: measure.path, closed: measure.closed }),
      );
      finding.button(measure.box, "done", "", stop);
      gewu.tell("measuring", { on: false }); // whatever a page before this one has said
      map.on("click", ({ latlng }) => gewu.measuring && gewu.clicks() && add(latlng));
      map.on("dblclick", () => gewu.measuring && !measure.ended && end(false));
      map.on("contextmenu", () => gewu.measuring && !measure.ended && end(false));
      map.on("mousemove", look);
      map.on("resize", () => gewu.measuring && show());
    },
    takes: () => gewu.measuring,
    leave: stop,
    paint,
    key(event) {
      if (!gewu.measuring) return false;
      if (event.key === "Escape") stop();
      else if (event.key === "Enter") {
        // With the keys alone the corners are set at the middle of the picture, which the arrows move.
        if (event.shiftKey) end(measure.path.length > 2);
        else end(false);
      } else if (event.key === " ") add(gewu.map.getCenter());
      else if (event.key === "Backspace" && !measure.ended) {
        measure.path.pop();
        Object.assign(measure, { ahead: "", looking: false });
        ask();
        look();
      } else if (event.key.toLowerCase() === "c" && event.ctrlKey && measure.path.length > 1)
        gewu.tell("copy_measure", { path: measure.path, closed: measure.closed });
      else return false;
      return true;
    },
  });
})(window.gewu);
