/* What stands on the map, so that no name is written beneath it: the page's own furniture and the window's cards. */
"use strict";
(function (gewu) {
  const WAIT = 60; // ms after the last repaint
  // name: [selector, px that its ground reaches beyond it]
  const OWN = {
    bar: [".gewu-bar", 0],
    strip: [".gewu-strip", 0],
    scale: [".gewu-scale", 8],
    mark: [".gewu-mark", 4],
    note: [".gewu-note", 0],
    overview: [".gewu-overview", 0],
    foot: [".gewu-foot", 0],
  };
  // What comes and goes with a tool: the window's cards give way to it, names need not.
  const PASSING = { hint: [".gewu-hint.gewu-on", 0], sums: [".gewu-sums.gewu-on", 0] };
  const furniture = { cards: [], told: "", lasting: "" };
  gewu.furniture = furniture;
  let timer = 0;

  function own(which) {
    const root = gewu.map.getContainer();
    const at = root.getBoundingClientRect();
    const found = {};
    for (const [name, [selector, more]] of Object.entries(which)) {
      const element = root.querySelector(selector);
      const box = element && element.getBoundingClientRect();
      if (!box || !box.width || !box.height || (!element.childNodes.length && element.tagName !== "CANVAS")) continue;
      found[name] = [box.x - at.x - more, box.y - at.y - more, box.width + 2 * more, box.height + 2 * more];
    }
    return found;
  }

  /* Everything that is covered, as [left, top, right, bottom] in pixels of the whole world at this zoom. */
  furniture.boxes = function () {
    const { x, y } = gewu.map.getPixelBounds().min;
    return [...Object.values(own(OWN)), ...furniture.cards].map(([left, top, width, height]) => [
      x + left,
      y + top,
      x + left + width,
      y + top + height,
    ]);
  };

  gewu.commands.covered = function ({ boxes }) {
    furniture.cards = boxes;
    gewu.relabel();
  };

  function look() {
    const boxes = own({ ...OWN, ...PASSING });
    const text = JSON.stringify(boxes);
    if (text === furniture.told) return;
    furniture.told = text;
    gewu.tell("furniture", { boxes });
    const lasting = JSON.stringify(own(OWN));
    if (lasting !== furniture.lasting) gewu.relabel();
    furniture.lasting = lasting;
  }

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  };

  gewu.tools.push({
    build(map) {
      map.on("resize moveend zoomend", soon);
      soon();
    },
    paint: soon,
  });
})(window.gewu);
