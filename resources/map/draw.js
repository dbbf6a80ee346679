/* Drawing gestures by geoman: every finished shape is told to the program and taken off the page again. */
"use strict";
(function (gewu) {
  const SHAPES = { point: "Marker", line: "Line", polygon: "Polygon" };
  const KINDS = { Marker: "point", Line: "line", Polygon: "polygon" };
  gewu.drawing = null;

  const round = (value) => Math.round(value * 1e8) / 1e8;
  const place = (latlng) => [round(latlng.lng), round(latlng.lat)];

  gewu.startDraw = function (kind) {
    stop();
    const accent = gewu.token("accent");
    gewu.map.pm.enableDraw(SHAPES[kind], {
      snappable: false,
      continueDrawing: false,
      tooltips: false,
      finishOn: kind === "point" ? undefined : "dblclick",
      allowSelfIntersection: true,
      markerStyle: { icon: L.divIcon({ className: "gewu-cross", iconSize: [22, 22] }), draggable: false },
      templineStyle: { color: accent, weight: 2, radius: 5 },
      hintlineStyle: { color: accent, weight: 2, dashArray: "5 5" },
      pathOptions: { color: accent, weight: 3, fillOpacity: 0.12 },
    });
    gewu.drawing = kind;
    gewu.showTip(null);
    gewu.showHint(kind);
    gewu.map.getContainer().focus({ preventScroll: true });
  };

  /* Give up; says so only if something was under way. */
  gewu.cancelDraw = function () {
    const kind = gewu.drawing;
    stop();
    if (kind) gewu.tell("cancelled", { kind });
  };

  gewu.pressDraw = function (kind) {
    if (gewu.drawing === kind) gewu.cancelDraw();
    else gewu.tell("tool", { name: kind });
  };

  function stop() {
    if (!gewu.drawing) return;
    gewu.drawing = null;
    gewu.map.pm.disableDraw();
    gewu.showHint(null);
  }

  function geometry(kind, layer) {
    if (kind === "point") return { type: "Point", coordinates: place(layer.getLatLng()) };
    const path = (kind === "line" ? layer.getLatLngs() : layer.getLatLngs()[0]).map(place);
    if (kind === "line") return { type: "LineString", coordinates: path };
    return { type: "Polygon", coordinates: [[...path, path[0]]] };
  }

  function finish() {
    const shape = gewu.map.pm.Draw[SHAPES[gewu.drawing]];
    if (gewu.drawing !== "point" && shape._layer.getLatLngs().length >= (gewu.drawing === "line" ? 2 : 3))
      shape._finishShape();
  }

  gewu.buildDraw = function () {
    L.PM.setOptIn(true);
    gewu.map.on("pm:create", ({ shape, layer }) => {
      layer.remove();
      const kind = KINDS[shape];
      gewu.drawnAt = performance.now();
      stop();
      gewu.tell("drawn", { kind, geometry: geometry(kind, layer) });
    });
  };

  /* Keys while drawing; true if the key was one of ours. */
  gewu.drawKey = function (event) {
    if (!gewu.drawing) return false;
    if (event.key === "Escape") gewu.cancelDraw();
    else if (event.key === "Enter") finish();
    else if (event.key === "Backspace" && gewu.drawing !== "point") {
      const shape = gewu.map.pm.Draw[SHAPES[gewu.drawing]];
      if (shape._layer.getLatLngs().length > 1) shape._removeLastVertex();
    } else return false;
    return true;
  };
})(window.gewu);
