/* Places on the canvas: where one lies, lines through several, and the stroke on a light casing that all tools share. */
"use strict";
(function (gewu) {
  /* A place [lon, lat] in the pixels of a frame of the overlay. */
  gewu.project = function (place, frame) {
    const p = gewu.map.project([place[1], place[0]], frame.zoom);
    return L.point(p.x - frame.minX, p.y - frame.minY);
  };

  /* A place in the pixels of the window on the map. */
  gewu.onScreen = (place) => gewu.map.latLngToContainerPoint([place[1], place[0]]);

  /* The lists of places in the coordinates of a line or an area, of one part or many; none of points. */
  gewu.paths = function (type, coordinates) {
    if (type === "LineString") return [coordinates];
    if (type === "MultiLineString" || type === "Polygon") return coordinates;
    return type === "MultiPolygon" ? coordinates.flat() : [];
  };

  /* Lead the path that is begun on through places. */
  gewu.lead = function (ctx, frame, places, closed) {
    places.forEach((place, i) => {
      const p = gewu.project(place, frame);
      if (i) ctx.lineTo(p.x, p.y);
      else ctx.moveTo(p.x, p.y);
    });
    if (closed) ctx.closePath();
  };

  /* Begin a path anew and lead it through each list of places. */
  gewu.trace = function (ctx, frame, paths, closed) {
    ctx.beginPath();
    for (const places of paths) gewu.lead(ctx, frame, places, closed);
  };

  /* Stroke the path that is begun, on a casing that shows it whatever lies beneath. */
  gewu.stroke = function (ctx, width, dash) {
    const style = gewu.symbols.selection;
    ctx.lineJoin = ctx.lineCap = "round";
    ctx.setLineDash([]);
    ctx.strokeStyle = gewu.fade(gewu.colour(style.casing), 0.8);
    ctx.lineWidth = width + 2.4;
    ctx.stroke();
    ctx.setLineDash(dash || []);
    ctx.strokeStyle = gewu.colour(style.colour);
    ctx.lineWidth = width;
    ctx.stroke();
    ctx.setLineDash([]);
  };

  /* A round spot: what stands at a place. */
  gewu.spot = function (ctx, p, radius, fill, edge, width) {
    ctx.beginPath();
    ctx.arc(p.x, p.y, radius, 0, 7);
    ctx.fillStyle = fill;
    ctx.fill();
    ctx.strokeStyle = edge;
    ctx.lineWidth = width;
    ctx.stroke();
  };

  /* The arms of a cross round a place, which stays free. */
  gewu.cross = function (ctx, p) {
    ctx.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      ctx.moveTo(p.x + dx * 4, p.y + dy * 4);
      ctx.lineTo(p.x + dx * 14, p.y + dy * 14);
    }
  };
})(window.gewu);
