/* Draws a map that was sent as one file: its things from the data beside it, its looks from the symbol table in it. */
"use strict";
function gewuPage(map, data) {
  const table = data.symbols;
  const off = new Set();
  const renderer = L.canvas({ padding: 0.4, tolerance: 3 });
  const names = map.createPane("gewu-names");
  names.style.zIndex = 450;
  const loud = map.createPane("gewu-loud-names");
  loud.style.zIndex = 640;

  const { at, metresPerPixel } = window.gewu;

  /* Everything that is written comes as text, never as markup. */
  const card = (props) => {
    const box = document.createElement("section");
    const head = document.createElement("b");
    head.textContent = props.title;
    box.append(head);
    for (const [label, value] of props.rows || []) {
      const row = document.createElement("div");
      for (const text of [label, value]) {
        const cell = document.createElement("span");
        cell.textContent = text;
        row.append(cell);
      }
      box.append(row);
    }
    return box;
  };
  const tip = (text) => {
    const box = document.createElement("span");
    box.textContent = text;
    return box;
  };

  const talk = (props, layer) => {
    layer.bindPopup(() => card(props), { maxWidth: 320, autoPanPaddingTopLeft: [12, 96], told: props });
    if (props.title) layer.bindTooltip(() => tip(props.title), { sticky: true, direction: "top" });
  };

  // -- areas and lines -----------------------------------------------------------------------------------

  /* On a shade the streets are there for finding one's way, not for being looked at. */
  const shaded = () => Object.keys(data.shades).length > 0 && !off.has("shade");

  const areaStyle = {
    functions: (key) => {
      const colour = table.functions[key][0];
      return { color: colour, weight: 0.7, opacity: table.function_opacity[0], fillColor: colour, fillOpacity: table.function_opacity[0] };
    },
    place: (key) => {
      const look = table.places[key];
      return {
        color: look.stroke[0], weight: 0.8, dashArray: (look.dash || []).join(" ") || null,
        fillColor: look.fill[0], fillOpacity: look.opacity,
      };
    },
    shade: (key) => ({ color: data.shades[key], weight: 0.7, fillColor: data.shades[key], fillOpacity: 1 }),
    area: () => ({ stroke: false, fillColor: "#fff", fillOpacity: 0 }),
    grid: (key, zoom) => ({ color: table.grid_styles[key].colour[0], weight: at(table.grid_styles[key].width, zoom), fill: false }),
    glow: (key, zoom) => ({
      color: table.grid_styles[key].colour[0], weight: at(table.grid_styles[key].width, zoom) * 3 + 4,
      opacity: table.grid_styles[key].glow, fill: false,
    }),
    casing: (key, zoom) => {
      const look = table.roads[key];
      if (shaded() && look.kind === "road") return { stroke: false };
      return { stroke: true, color: look.casing[0], weight: at(look.width, zoom) + (look.kind === "rail" ? 1 : 1.4), lineCap: look.kind === "rail" ? "butt" : "round" };
    },
    fill: (key, zoom) => {
      const look = table.roads[key];
      const wide = at(look.width, zoom);
      return {
        opacity: shaded() && look.kind === "road" ? table.choropleth.street_opacity : 1,
        color: look.fill[0], weight: look.kind === "rail" ? Math.max(wide - 0.6, 0.4) : wide,
        dashArray: (look.dash || []).join(" ") || null, lineCap: look.dash ? "butt" : "round",
      };
    },
  };
  const picked = table.selection;
  areaStyle.picked = () => ({
    color: picked.colour[0], weight: picked.width, fill: true, fillColor: picked.colour[0], fillOpacity: picked.fill,
  });

  const groups = data.groups.map((group) => {
    const look = areaStyle[group.look];
    const made = L.geoJSON(group.things, {
      renderer,
      interactive: group.talks,
      onEachFeature: group.talks ? (feature, layer) => talk(feature.properties, layer) : undefined,
      style: look(group.key, map.getZoom()),
      pointToLayer: (feature, place) => L.circleMarker(place, { radius: 11 }),
    });
    return Object.assign(group, { made, look });
  });

  let standing = "";
  const draw = () => {
    const zoom = map.getZoom();
    const wanted = groups.filter((group) => !off.has(group.layer) && zoom >= group.from);
    const said = wanted.map((group) => groups.indexOf(group)).join(" ");
    if (said !== standing) {
      // The canvas paints in the order in which things came to it.
      for (const group of groups) group.made.remove();
      for (const group of wanted) group.made.addTo(map);
      standing = said;
    }
    for (const group of wanted) group.made.setStyle(group.look(group.key, zoom));
  };

  // -- signs ---------------------------------------------------------------------------------------------

  const signs = L.layerGroup().addTo(map);
  // What is told of a sign stays open when the map moves and its sign is made anew.
  let told = null;
  let renewing = false;
  map.on("popupopen", (event) => (told = event.popup.options.told));
  map.on("popupclose", () => {
    if (!renewing) told = null;
  });
  const put = (props, layer) => {
    talk(props, layer);
    signs.addLayer(layer);
    if (props !== told) return;
    const popup = layer.getPopup();
    popup.options.autoPan = false;
    layer.openPopup();
    popup.options.autoPan = true;
  };
  const sign = (place, svg, size, props, above) => {
    const icon = L.divIcon({ className: "gewu-pin", html: svg, iconSize: [size, size] });
    const marker = L.marker(place, { icon, zIndexOffset: above, keyboard: true, alt: props.title });
    put(props, marker);
  };
  const spots = () => {
    renewing = true;
    signs.clearLayers();
    renewing = false;
    const zoom = map.getZoom();
    const seen = map.getBounds().pad(0.1);
    if (!off.has("facility")) {
      for (const one of data.facilities) {
        const from = table.facilities.icons[one.key].minzoom || table.facilities.icon_minzoom;
        if (one.mark && seen.contains(one.place)) {
          sign(one.place, data.icons[one.key], at(table.choropleth.mark_size, zoom) + 4, one, 500);
          continue;
        }
        if (zoom < from - table.facilities.dots_before || !seen.contains(one.place)) continue;
        if (zoom >= from) {
          sign(one.place, data.icons[one.key], at(table.facilities.icon_size, zoom), one, 0);
          continue;
        }
        const dot = L.circleMarker(one.place, {
          renderer, radius: at(table.facilities.dot, zoom), stroke: true, weight: 0.8, color: table.themes.paper[0],
          fillColor: table.facilities.icons[one.key].colour[0], fillOpacity: 0.9,
        });
        put(one, dot);
      }
    }
    if (off.has("task")) return;
    const size = at(table.pins.size, zoom) * 1.6;
    data.pins.forEach((one, i) => {
      if (seen.contains(one.place)) sign(one.place, data.icons[one.key], size, one, 1000 + i);
    });
  };

  // -- names ---------------------------------------------------------------------------------------------

  const ruler = document.createElement("canvas").getContext("2d");
  const face = getComputedStyle(document.body).fontFamily;
  const looks = (one, zoom) => {
    if (one.figure && shaded()) {
      const number = table.choropleth.number;
      return { size: at(number.size, zoom), weight: number.weight, colour: number.colour[0], rank: 105 };
    }
    if (one.kind === "grid") {
      const label = table.grid_styles[one.key].label;
      if (zoom < (label.minzoom || 0) || zoom > (label.maxzoom || 30)) return null;
      return { size: at(label.size, zoom), weight: label.weight, colour: label.colour[0], rank: label.priority };
    }
    if (one.kind === "road") {
      const look = table.roads[one.key];
      if (zoom < look.label.minzoom) return null;
      const colour = (look.label.colour || table.road_label.colour)[0];
      return { size: at(look.label.size, zoom), weight: 400, colour, rank: look.label.priority };
    }
    const look = table.places[one.key];
    if (zoom < look.label_minzoom) return null;
    return { size: at(table.place_label.size, zoom), weight: 400, colour: look.label[0], rank: table.place_label.priority };
  };

  /* Write a road's name along it, every so often where it is long, wherever it touches nothing. */
  const along = (one, look, size, taken, named) => {
    const text = one.lines[0];
    ruler.font = look.weight + " " + look.size + "px " + face;
    const water = table.roads[one.key].kind === "water";
    const gap = look.size * (water ? 0.5 : table.road_label.spacing);
    const widths = [...text].map((letter) => ruler.measureText(letter).width + gap);
    const total = widths.reduce((sum, w) => sum + w, 0);
    const points = one.way.map((place) => map.latLngToContainerPoint(place));
    const run = [0];
    for (let i = 1; i < points.length; i++)
      run.push(run[i - 1] + Math.hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y));
    const length = run[run.length - 1];
    if (length < total + look.size) return;
    const count = Math.min(Math.max(1, Math.floor(length / table.road_label.repeat)), 40);
    const reach = look.size * 0.62;
    const slack = Math.max(0, length / count / 2 - total / 2);
    const origin = map.containerPointToLayerPoint([0, 0]);
    for (let k = 0; k < count; k++) {
      for (const share of [0, 0.3, -0.3, 0.6, -0.6, 0.9, -0.9]) {
        const set = gewuAlong(text, widths, points, run, ((k + 0.5) * length) / count + slack * share);
        if (!set) continue;
        const mid = set[set.length >> 1];
        const near = (at) => Math.hypot(at.x - mid.x, at.y - mid.y) < table.road_label.repeat * 0.75;
        if ((named.get(text) || []).some(near)) continue;
        const boxes = set.map((at) => [at.x - reach, at.y - reach, at.x + reach, at.y + reach]);
        const fits = (box) =>
          box[0] >= 0 && box[1] >= 0 && box[2] <= size.x && box[3] <= size.y &&
          taken.every((b) => b[0] > box[2] || b[2] < box[0] || b[1] > box[3] || b[3] < box[1]);
        if (!boxes.every(fits)) continue;
        taken.push(...boxes);
        named.set(text, [...(named.get(text) || []), mid]);
        const name = document.createElement("span");
        name.className = "gewu-name gewu-along";
        for (const at of set) {
          const letter = document.createElement("span");
          letter.textContent = at.letter;
          Object.assign(letter.style, {
            left: at.x + origin.x + "px", top: at.y + origin.y + "px",
            transform: "translate(-50%, -50%) rotate(" + at.turn + "rad)",
          });
          name.append(letter);
        }
        Object.assign(name.style, { color: look.colour, fontSize: look.size + "px", fontWeight: look.weight });
        names.append(name);
        break;
      }
    }
  };

  const write = () => {
    names.textContent = loud.textContent = "";
    const zoom = map.getZoom();
    const size = map.getSize();
    const metres = metresPerPixel(map.getCenter().lat, zoom);
    const taken = [];
    if (!off.has("task")) {
      const half = (at(table.pins.size, zoom) * 1.2) / 2;
      for (const one of data.pins) {
        const p = map.latLngToContainerPoint(one.place);
        taken.push([p.x - half, p.y - half, p.x + half, p.y + half]);
      }
    }
    const pins = () => !off.has("task") && data.pins.length;
    const free = (box, bold) =>
      taken.every((b, i) => (bold && i < pins()) || b[0] > box[2] || b[2] < box[0] || b[1] > box[3] || b[3] < box[1]);
    const found = [];
    for (const one of data.names) {
      if (off.has(one.layer)) continue;
      const look = looks(one, zoom);
      if (look) found.push([one, look]);
    }
    found.sort((a, b) => b[1].rank - a[1].rank);
    const named = new Map(); // where each road's name stands already
    for (const [one, look] of found) {
      if (one.way) {
        along(one, look, size, taken, named);
        continue;
      }
      const figure = one.figure && shaded();
      const short = one.kind === "grid" && (figure || zoom < one.second);
      const lines = [...(figure ? [one.figure] : []), ...(short ? one.lines.slice(0, 1) : one.lines)];
      ruler.font = look.weight + " " + look.size + "px " + face;
      const wide = Math.max(...lines.map((line) => ruler.measureText(line).width));
      const high = lines.length * look.size * 1.22;
      const p = map.latLngToContainerPoint(one.place);
      if (p.x < wide / 2 || p.y < high / 2 || p.x > size.x - wide / 2 || p.y > size.y - high / 2) continue;
      // Codes wider than their grids, in the view of a whole city, would cover the map.
      if (one.key === "small" && wide / 2 > (one.room / metres) * 1.6) continue;
      if (one.room && look.rank < 80 && wide / 2 > (one.room / metres) * (one.kind === "place" ? 2.2 : 1.1) + 6) continue;
      const box = [p.x - wide / 2 - 3, p.y - high / 2 - 3, p.x + wide / 2 + 3, p.y + high / 2 + 3];
      if (!free(box) && !(look.rank >= 90 && free(box, true))) continue;
      taken.push(box);
      const text = document.createElement("span");
      text.className = "gewu-name";
      text.textContent = lines.join("\n");
      if (figure) {
        // The number is what the map is about; the grid's code stands small below it.
        const [code, below] = [document.createElement("small"), lines.slice(1).join("\n")];
        code.textContent = below;
        text.replaceChildren(lines[0] + "\n", code);
      }
      const q = map.latLngToLayerPoint(one.place);
      Object.assign(text.style, {
        left: q.x + "px", top: q.y + "px", color: look.colour, fontSize: look.size + "px", fontWeight: look.weight,
        transform: "translate(-50%, -50%)",
      });
      // In an overview the districts' names matter more than any single pin.
      (figure || (look.rank >= 90 && zoom < 14) ? loud : names).append(text);
    }
  };

  const all = () => {
    draw();
    spots();
    write();
  };
  map.on("zoomstart", () => (names.textContent = loud.textContent = ""));
  map.on("moveend zoomend resize", all);
  for (const box of document.querySelectorAll(".gewu-legend input")) {
    box.addEventListener("change", () => {
      if (box.checked) off.delete(box.name);
      else off.add(box.name);
      all();
    });
  }
  L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
  map.fitBounds(data.bounds);
  all();
  window.gewuDone = true;
}
