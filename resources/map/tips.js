/* The tip of what the pointer rests on: name, code, class, of a task its status and its lamp. Only ever plain text. */
"use strict";
(function (gewu) {
  const SIGN = 14;

  function sign(glyph, parent) {
    if (!glyph) return;
    const ratio = window.devicePixelRatio;
    const canvas = gewu.make("canvas", "", parent);
    canvas.width = canvas.height = Math.ceil(SIGN * ratio);
    canvas.style.width = canvas.style.height = SIGN + "px";
    const ctx = canvas.getContext("2d");
    ctx.scale((SIGN * ratio) / 16, (SIGN * ratio) / 16);
    gewu.paintGlyph(ctx, glyph);
  }

  gewu.commands.tip_card = function ({ title, lines, status, state, lamp, left }) {
    if (gewu.drawing || gewu.taken()) return;
    const tip = gewu.tip;
    tip.textContent = "";
    gewu.make("div", "gewu-tip-title", tip).textContent = title;
    for (const line of lines) gewu.make("div", "gewu-tip-line", tip).textContent = line;
    if (status) {
      const row = gewu.make("div", "gewu-tip-state", tip);
      sign(gewu.symbols.statuses[status], row);
      gewu.make("span", "", row).textContent = state;
      const lit = gewu.symbols.lamps[lamp];
      if (lit) row.appendChild(document.createTextNode(" "));
      sign(lit, row);
      if (left) {
        const words = gewu.make("span", "gewu-tip-left", row);
        words.textContent = left;
        if (lamp === "red") words.style.color = gewu.colour(lit.colour);
      }
    }
    tip.classList.add("gewu-on");
    gewu.placeTip();
  };
})(window.gewu);
