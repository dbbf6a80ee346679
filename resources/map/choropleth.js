/* Grids of one tier in classes, as the program said: which class each is in, and the number it carries. */
"use strict";
(function (gewu) {
  const shade = { tier: 0, count: 0, of: new Map(), numbers: new Map(), zero: new Set() };
  gewu.choropleth = shade;

  /* grids and numbers: one text for each class, the grids' uuids and numbers divided by blanks, in one order;
     zero: the uuids of the grids with nothing. */
  gewu.commands.choropleth = function ({ tier, grids, numbers, zero }) {
    shade.tier = tier;
    shade.count = grids.length;
    shade.zero = new Set(zero.split(" ").filter(Boolean));
    shade.of = new Map();
    shade.numbers = new Map();
    grids.forEach((text, i) => {
      const figures = numbers[i].split(" ");
      text.split(" ").forEach((uuid, k) => {
        if (!uuid) return;
        shade.of.set(uuid, i);
        shade.numbers.set(uuid, figures[k]);
      });
    });
    gewu.repaint();
  };

  /* The colours of so many classes, the least first: the same choice from the ramp as in the program. */
  shade.colours = function () {
    const ramp = gewu.symbols.choropleth.ramp;
    const last = ramp.length - 1;
    const at = (i) => (shade.count < 2 ? Math.floor(last / 2) : Math.round((i * last) / (shade.count - 1)));
    return Array.from({ length: shade.count }, (_, i) => gewu.colour(ramp[at(i)]));
  };

  /* The colour of a grid, undefined for one that is not in the picture. */
  shade.colourOf = function (colours, zero) {
    return (uuid) => (shade.zero.has(uuid) ? zero : colours[shade.of.get(uuid)]);
  };

  /* What is written into a grid; undefined where nothing is. */
  shade.figure = (props) => (props.tier === shade.tier ? shade.numbers.get(props.uuid) : undefined);
})(window.gewu);
