/* Measuring: the page takes the corners, the program decides the numbers; only the leg under the pointer is foretold. */
"use strict";
(function (gewu) {
  const finding = gewu.finding;
  const CATCH = 9; // px within which the first corner closes an area
  const SHAKE = 3; // px: nearer to the last corner nobody means another one
  const measure = { path: [], legs: [], closed: false, ended: false, asked: 0, sum: "", shown: "" };
  gewu.measure = measure;
  gewu.measuring = false;

  const round = (value) => Math.round(value * 1e9) / 1e9;
  const place = (latlng) => [round(latlng.lng), round(latlng.lat)];

  function start(path) {
    gewu.leaveAll();
    Object.assign(measure, { path, legs: [], closed: false, ended: false, sum: "" });
    gewu.measuring = true;
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
    gewu.tell("in_use", { on: false });
    measure.asked += 1;
    Object.assign(measure, { path: [], legs: [], closed: false, ended: false, sum: "" });
    finding.press(measure.button, false);
    gewu.map.getContainer().classList.remove("gewu-measuring");
    show();
  }

  function show() {
    const ready = gewu.measuring && measure.path.length > 1 && measure.sum;
    finding.hint(gewu.measuring && !ready ? finding.words.hint_measure : "");
    measure.text.textContent = ready ? measure.sum : "";
    measure.box.classList.toggle("gewu-on", Boolean(ready));
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
    if (measure.ended) Object.assign(measure, { path: [], legs: [], closed: false, ended: false, sum: "" });
    const at = place(latlng);
    const last = measure.path[measure.path.length - 1];
    if (last && near(last, latlng, SHAKE)) return; // the second half of a double click
    if (measure.path.length > 2 && near(measure.path[0], latlng, CATCH)) return end(true);
    measure.path.push(at);
    ask();
  }

  const near = (corner, latlng, reach) =>
    gewu.map.latLngToContainerPoint([corner[1], corner[0]]).distanceTo(gewu.map.latLngToContainerPoint(latlng)) < reach;

  function end(closed) {
    measure.closed = closed;
    measure.ended = measure.path.length > 1;
    ask();
  }

  /* Metres and bearing on GRS80 by the radii of the middle latitude: exact to a millionth for a leg of a street. */
  function foretell([lon1, lat1], [lon2, lat2]) {
    const rad = Math.PI / 180;
    const sin = Math.sin(((lat1 + lat2) / 2) * rad);
    const w = 1 - 0.006694380022900788 * sin * sin;
    const north = (6378137 * (1 - 0.006694380022900788) * (lat2 - lat1) * rad) / (w * Math.sqrt(w));
    const east = (6378137 * Math.sqrt(1 - sin * sin) * (lon2 - lon1) * rad) / Math.sqrt(w);
    return [Math.hypot(north, east), (Math.atan2(east, north) / rad + 360) % 360];
  }
  measure.foretell = foretell;

  const written = (metres) =>
    metres < 100 ? metres.toFixed(2) + " m" : metres < 1e4 ? metres.toFixed(1) + " m" : (metres / 1000).toFixed(2) + " km";

  function label(ctx, text, x, y, strong) {
    ctx.font = gewu.font(12, strong ? 600 : 400);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.strokeStyle = gewu.token("paper");
    ctx.lineWidth = 4;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = gewu.colour(gewu.symbols.selection.colour);
    ctx.fillText(text, x, y);
  }

  function paint(ctx, frame) {
    if (!gewu.measuring || !measure.path.length) return;
    const points = measure.path.map((at) => finding.project(at, frame));
    ctx.beginPath();
    finding.trace(ctx, frame, measure.path, measure.closed);
    if (measure.closed) {
      ctx.fillStyle = gewu.fade(gewu.colour(gewu.symbols.selection.colour), gewu.symbols.selection.fill);
      ctx.fill();
    }
    finding.stroke(ctx, 2);
    preview(ctx, points[points.length - 1]);
    for (const p of points) {
      ctx.beginPath();
      ctx.arc(p.x, p.y, 3.5, 0, 7);
      ctx.fillStyle = gewu.token("paper");
      ctx.fill();
      ctx.strokeStyle = gewu.colour(gewu.symbols.selection.colour);
      ctx.lineWidth = 2;
      ctx.stroke();
    }
    measure.legs.forEach((leg, i) => {
      const a = points[i];
      const b = points[(i + 1) % points.length];
      if (!a || !b || a.distanceTo(b) < 56) return; // no room to write
      label(ctx, leg.metres, (a.x + b.x) / 2, (a.y + b.y) / 2 - 8, true);
      label(ctx, leg.bearing, (a.x + b.x) / 2, (a.y + b.y) / 2 + 8, false);
      if (i) label(ctx, "∑ " + leg.total, b.x, b.y + 16, false);
    });
  }

  function preview(ctx, last) {
    if (measure.ended || !gewu.pointer) return;
    const at = gewu.map.containerPointToLatLng(gewu.pointer);
    const shift = gewu.map.containerPointToLayerPoint([0, 0]).subtract(gewu.overlay._bounds.min);
    const to = gewu.pointer.add(shift);
    ctx.beginPath();
    ctx.setLineDash([5, 5]);
    ctx.moveTo(last.x, last.y);
    ctx.lineTo(to.x, to.y);
    finding.stroke(ctx, 1.5);
    ctx.setLineDash([]);
    if (last.distanceTo(to) < 56) return;
    const [metres, bearing] = foretell(measure.path[measure.path.length - 1], place(at));
    label(ctx, `${written(metres)} · ${bearing.toFixed(1)}°`, to.x, to.y - 14, true);
  }

  Object.assign(gewu.commands, {
    measure({ place: from }) {
      if (gewu.measuring && !from) stop();
      else start(from ? [from] : []);
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
      measure.box = finding.make("div", "gewu-sums", map.getContainer());
      measure.box.setAttribute("role", "status");
      L.DomEvent.disableClickPropagation(measure.box);
      measure.text = finding.make("span", "gewu-sum", measure.box);
      finding.button(measure.box, "copy_result", "", () =>
        gewu.tell("copy_measure", { path: measure.path, closed: measure.closed }),
      );
      finding.button(measure.box, "done", "", stop);
      map.on("click", ({ latlng }) => gewu.measuring && gewu.clicks() && add(latlng));
      map.on("dblclick", () => gewu.measuring && !measure.ended && end(false));
      map.on("contextmenu", () => gewu.measuring && !measure.ended && end(false));
      map.on("mousemove", () => gewu.measuring && !measure.ended && measure.path.length && gewu.overlay.redraw());
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
        ask();
      } else if (event.key.toLowerCase() === "c" && event.ctrlKey && measure.path.length > 1)
        gewu.tell("copy_measure", { path: measure.path, closed: measure.closed });
      else return false;
      return true;
    },
  });
})(window.gewu);
