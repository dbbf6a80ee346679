/* What the map and the page that is sent share: values by zoom, metres in a pixel, a name as it is written. */
"use strict";
(function (gewu) {
  /* The equator of Web Mercator's sphere, whose radius is WGS 84's semi-major axis (EPSG:3857): m. */
  const EQUATOR = 2 * Math.PI * 6378137;

  gewu.at = function (stops, zoom) {
    if (zoom <= stops[0][0]) return stops[0][1];
    for (let i = 1; i < stops.length; i++) {
      const [z0, v0] = stops[i - 1];
      const [z1, v1] = stops[i];
      if (zoom <= z1) return v0 + ((v1 - v0) * (zoom - z0)) / (z1 - z0);
    }
    return stops[stops.length - 1][1];
  };

  gewu.metresPerPixel = (lat, zoom) => (EQUATOR * Math.cos((lat * Math.PI) / 180)) / 256 / 2 ** zoom;
})(window.gewu || (window.gewu = {}));
