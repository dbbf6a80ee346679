/* The map itself: layers, commands from the program, pointer and keys to the program. It never decides. */
"use strict";
(function (gewu) {
  const state = {
    revision: null,
    system: null,
    tiles: null,
    home: null,
    atHome: false,
    going: false,
    settling: 0,
  };
  const LEAST = 4;
  const MOST = 20;
  gewu.DATA_ZOOM = 16; // deepest tiles that are asked for; beyond, they are drawn larger
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  gewu.state = state;
  gewu.visible = new Set([
    "functions",
    "grid",
    "grid_label",
    "road",
    "road_label",
    "place",
    "facility",
    "task",
  ]);

  function build() {
    gewu.map = L.map("map", {
      zoomControl: false,
      attributionControl: false,
      keyboard: false,
      fadeAnimation: false,
      zoomAnimation: !still.matches,
      minZoom: LEAST,
      maxZoom: MOST,
      zoomSnap: 1,
      wheelPxPerZoomLevel: 90,
      inertia: !still.matches,
      boxZoom: false,
      doubleClickZoom: false, // a double click opens what is there
    });
    gewu.map.setView([31.02, 121.25], 12);
    gewu.overlay = new gewu.Overlay({
      painters: [
        (ctx, frame) => gewu.tools.forEach((tool) => tool.under && tool.under(ctx, frame)),
        gewu.selection.paint,
        (ctx, frame) => gewu.labels.paint(ctx, frame, false),
        (ctx, frame) => gewu.visible.has("task") && gewu.pins.paint(ctx, frame),
        gewu.draft.paint,
        (ctx, frame) => gewu.labels.paint(ctx, frame, true),
        (ctx, frame) => gewu.tools.forEach((tool) => tool.paint && tool.paint(ctx, frame)),
      ],
    });
    gewu.overlay.on("frame", () => gewu.pins.layout(gewu.overlay.frame()));
    gewu.overlay.addTo(gewu.map);
    gewu.buildControls(gewu.map.getContainer());
    gewu.tools.forEach((tool) => tool.build && tool.build(gewu.map));
    gewu.map.on("moveend", rest);
    gewu.map.on("zoomend", gewu.updateScale);
    gewu.map.on("movestart", () => {
      if (!state.going) state.atHome = false;
    });
    // Whoever has not moved the map yet keeps the whole street in it, however the window is laid out.
    gewu.map.on("resize", () => state.atHome && go(state.home, MOST, false));
    watchRatio();
    listen();
    rest();
  }

  /* The picture has come to rest. */
  function rest() {
    const b = gewu.map.getBounds();
    const c = gewu.map.getCenter();
    gewu.updateScale();
    gewu.pins.moved();
    relabel();
    gewu.tell("moved", {
      bounds: [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()],
      zoom: gewu.map.getZoom(),
      lon: c.lng,
      lat: c.lat,
    });
  }

  const relabel = (gewu.relabel = function () {
    settle();
    if (!state.tiles) return;
    const frame = gewu.overlay.frame();
    gewu.labels
      .update(state.tiles.views.get(""), frame)
      .then((fresh) => fresh && gewu.overlay.redraw())
      .catch(gewu.ignoreAbort);
  });

  const complete = () =>
    state.tiles && !state.tiles.isLoading() && gewu.labels.done && gewu.pins.done && !gewu.map._animatingZoom &&
    !gewu.tools.some((tool) => tool.busy && tool.busy());

  /* Say once that the picture is complete and has been on the screen for two frames. */
  function settle() {
    const turn = ++state.settling;
    let frames = 0;
    const look = () => {
      if (turn !== state.settling) return;
      frames = complete() ? frames + 1 : 0;
      if (frames > 2) (gewu.notes.update(), gewu.tell("settled"), gewu.prefetch().catch(gewu.ignoreAbort));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  /* On a screen of another sharpness everything is drawn anew. */
  function watchRatio() {
    const query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener("change", () => (watchRatio(), retile(), gewu.overlay._update()), { once: true });
  }

  gewu.overlayBounds = function () {
    return gewu.map.getBounds().pad(0.3);
  };

  gewu.pins.changed = function () {
    gewu.pins.layout(gewu.overlay.frame());
    relabel();
    gewu.overlay.redraw();
  };

  /* Tiles of another revision or system come in over the old ones, which go when the new are complete. */
  function retile() {
    if (state.revision === null || state.system === null) return;
    const old = state.tiles;
    const layer = protomapsL.leafletLayer({
      url: gewu.tileSource(`app://map/tiles/${state.revision}/${encodeURIComponent(state.system)}`),
      paintRules: gewu.paintRules(gewu.visible),
      labelRules: [],
      backgroundColor: gewu.ground(),
      maxDataZoom: gewu.DATA_ZOOM,
      minZoom: LEAST,
      maxZoom: MOST,
      noWrap: true,
      tileDelay: 1,
      attribution: "",
    });
    // Areas and names ask for tiles of two zooms at once; neither may call off what the other waits for.
    for (const view of layer.views.values()) view.tileCache.source.shouldCancelZooms = false;
    state.tiles = layer;
    layer.addTo(gewu.map);
    layer.on("loading", settle);
    if (old) {
      const drop = () => old.remove();
      layer.once("load", drop);
      setTimeout(drop, 2000);
    }
    relabel();
  }

  function repaint() {
    if (state.tiles) {
      state.tiles.paintRules = gewu.paintRules(gewu.visible);
      state.tiles.backgroundColor = gewu.ground();
      state.tiles.rerenderTiles();
    }
    relabel();
    gewu.overlay.redraw();
  }

  Object.assign(gewu, { repaint, relabel, settle });

  const toBounds = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);

  function go(bounds, maxZoom, animate) {
    // A whole street may need a part of a step; the wheel and the buttons go in whole ones, where lines are sharpest.
    gewu.map.options.zoomSnap = 0.25;
    state.going = true;
    gewu.map.fitBounds(toBounds(bounds), { maxZoom, padding: [12, 12], animate: animate && !still.matches });
    state.going = false;
    gewu.map.options.zoomSnap = 1;
  }

  gewu.goHome = function () {
    if (!state.home) return;
    state.atHome = true;
    go(state.home, MOST, true);
  };

  Object.assign(gewu.commands, {
    theme({ theme }) {
      gewu.theme = theme;
      document.documentElement.dataset.theme = theme;
      repaint();
    },
    words({ words, language }) {
      gewu.sayWords(words, language);
    },
    system({ system }) {
      if (system === state.system) return;
      state.system = system;
      retile();
    },
    revision({ revision }) {
      if (revision === state.revision) return;
      state.revision = revision;
      retile();
    },
    visible({ layers }) {
      gewu.visible = new Set(layers);
      repaint();
    },
    pins({ query }) {
      gewu.pins.query = query;
      gewu.pins.ask().catch(gewu.ignoreAbort);
    },
    refresh_pins() {
      gewu.pins.ask().catch(gewu.ignoreAbort);
    },
    home({ bounds }) {
      if (state.home === null) state.atHome = true;
      state.home = bounds;
      if (state.atHome) go(bounds, MOST, false);
    },
    select({ geometry, pin }) {
      gewu.selection.geometry = geometry;
      gewu.selection.pin = pin || null;
      gewu.overlay.redraw();
    },
    draft({ geometry, pin }) {
      Object.assign(gewu.draft, { geometry, pin });
      gewu.overlay.redraw();
    },
    mark({ text }) {
      gewu.mark.textContent = text || "";
    },
    writable({ writable }) {
      gewu.allowDraw(writable);
    },
    go({ bounds, maxzoom, fly }) {
      state.atHome = false;
      go(bounds, maxzoom, fly);
    },
    tip({ text }) {
      gewu.showTip(gewu.drawing || gewu.taken() ? null : text);
    },
  });

  function modifiers(event) {
    return ["ctrl", "shift", "alt", "meta"].filter((name) => event[name + "Key"]).join(" ");
  }

  function listen() {
    const map = gewu.map;
    let resting = 0;
    let pending = false;
    const tellClick = (button) => (event) => {
      // The click that ends a drawing is part of the drawing.
      if (gewu.drawing || gewu.taken() || !gewu.clicks() || performance.now() - (gewu.drawnAt || -1e9) < 350) return;
      if (button === "left" && gewu.openCluster(event.containerPoint)) return;
      const { lng, lat } = event.latlng;
      gewu.tell("clicked", {
        lon: lng,
        lat,
        button,
        modifiers: modifiers(event.originalEvent),
        zoom: map.getZoom(),
      });
    };
    map.on("click", tellClick("left"));
    map.on("contextmenu", tellClick("right"));
    map.on("dblclick", tellClick("double"));
    map.on("mousemove", (event) => {
      const far = !gewu.pointer || gewu.pointer.distanceTo(event.containerPoint) > 4;
      gewu.pointer = event.containerPoint;
      if (far) gewu.showTip(null);
      clearTimeout(resting);
      const { lng, lat } = event.latlng;
      if (!gewu.drawing && !gewu.taken())
        resting = setTimeout(() => {
          const many = gewu.clusterTip(gewu.pointer);
          if (many) gewu.showTip(many);
          else gewu.tell("hovered", { lon: lng, lat, zoom: map.getZoom() });
        }, 90);
      if (pending) return;
      pending = true;
      requestAnimationFrame(() => {
        pending = false;
        const at = map.containerPointToLatLng(gewu.pointer);
        gewu.tell("cursor", { lon: at.lng, lat: at.lat });
      });
    });
    const leave = () => {
      clearTimeout(resting);
      gewu.showTip(null);
    };
    map.on("movestart zoomstart", leave);
    map.getContainer().addEventListener("mouseleave", () => {
      leave();
      gewu.tell("left");
    });
    document.addEventListener("keydown", key);
  }

  const STEP = 120;
  const KEYS = {
    ArrowLeft: () => gewu.map.panBy([-STEP, 0]),
    ArrowRight: () => gewu.map.panBy([STEP, 0]),
    ArrowUp: () => gewu.map.panBy([0, -STEP]),
    ArrowDown: () => gewu.map.panBy([0, STEP]),
    "+": () => gewu.map.zoomIn(),
    "=": () => gewu.map.zoomIn(),
    "-": () => gewu.map.zoomOut(),
    _: () => gewu.map.zoomOut(),
    Home: () => gewu.goHome(),
  };

  function key(event) {
    if (gewu.drawKey(event) || gewu.tools.some((tool) => tool.key && tool.key(event))) {
      event.preventDefault();
    } else if (KEYS[event.key] && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      KEYS[event.key]();
    }
  }

  gewu
    .loadSymbols()
    .then(() => {
      build();
      gewu.connect(() => gewu.tell("ready"));
    })
    .catch((error) => gewu.connect(() => gewu.fail(error)));
})(window.gewu);
