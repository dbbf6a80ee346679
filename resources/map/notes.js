/* A quiet line above the scale: what is not in the picture and why. */
"use strict";
(function (gewu) {
  const notes = { element: null, whole: "", words: "" };
  gewu.notes = notes;

  /* How many things the tiles in the picture had no room for. */
  function leftOut() {
    const layer = gewu.state.tiles;
    if (!layer) return 0;
    const [view] = layer.views.values();
    let count = 0;
    for (const { dataTile } of view.dataTilesForBounds(gewu.map.getZoom(), gewu.overlay.frame())) {
      const entry = view.tileCache.cache.get([dataTile.x, dataTile.y, dataTile.z].join(":"));
      for (const feature of (entry && entry.data.get("left_out")) || []) count += feature.props.count;
    }
    return count;
  }

  notes.update = function () {
    const here = leftOut();
    const said = [notes.whole, here ? notes.words.replace("{count}", here) : ""];
    notes.element.textContent = said.filter(Boolean).join(" · ");
  };

  gewu.commands.left_out = ({ whole, here }) => {
    notes.whole = whole;
    notes.words = here;
    notes.update();
  };

  gewu.tools.push({
    build(map) {
      notes.element = document.createElement("div");
      notes.element.className = "gewu-note";
      notes.element.setAttribute("role", "status");
      map.getContainer().appendChild(notes.element);
    },
  });
})(window.gewu);
