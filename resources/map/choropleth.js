/* Grids of one tier in classes, as the program said: which class each is in, and the number it carries. */
"use strict";
(function (gewu) {
  const shade = { tier: 0, count: 0, of: new Map(), numbers: new Map() };
  gewu.choropleth = shade;

  /* grids and numbers: one text for each class, the grids' uuids and numbers divided by blanks, in one order. */
  gewu.commands.choropleth = function ({ tier, grids, numbers }) {
    shade.tier = tier;
    shade.count = grids.length;
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

  /* What is written into a grid; undefined where nothing is. */
  shade.figure = (props) => (props.tier === shade.tier ? shade.numbers.get(props.uuid) : undefined);
})(window.gewu);
