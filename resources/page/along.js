/* Sets the letters of a name along a line, for roads and rivers of a map that was sent as one file. */
"use strict";
const gewuAlong = (() => {
  const UPRIGHT = /^[\u2e80-\u9fff\uff08\uff09\u00b7]+$/;
  /* The letters of a name set along a line around a place of it; null where it ends or bends too much. */
  const letters = (text, widths, points, run, middle) => {
    const total = widths.reduce((sum, w) => sum + w, 0);
    const start = middle - total / 2;
    if (start < 0 || start + total > run[run.length - 1]) return null;
    const spot = (s) => {
      let i = 1;
      while (i < run.length - 1 && run[i] < s) i++;
      const part = (s - run[i - 1]) / (run[i] - run[i - 1] || 1);
      const [a, b] = [points[i - 1], points[i]];
      return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part, turn: Math.atan2(b.y - a.y, b.x - a.x) };
    };
    const [first, last] = [spot(start), spot(start + total)];
    if (Math.hypot(last.x - first.x, last.y - first.y) < total * 0.9) return null;
    const whole = Math.atan2(last.y - first.y, last.x - first.x);
    // Steep Chinese names stand upright and read downwards, as on a printed street map.
    const upright = Math.abs(Math.sin(whole)) > 0.82 && UPRIGHT.test(text);
    const backwards = upright ? Math.sin(whole) < 0 : Math.cos(whole) < 0;
    const order = [...text].map((letter, i) => [letter, widths[i]]);
    if (backwards) order.reverse();
    const out = [];
    let [s, before] = [start, null];
    for (const [letter, w] of order) {
      const { x, y, turn } = spot(s + w / 2);
      if (before !== null && Math.abs(Math.atan2(Math.sin(turn - before), Math.cos(turn - before))) > 0.45) return null;
      before = turn;
      out.push({ letter, x, y, turn: turn + (backwards ? Math.PI : 0) - (upright ? Math.PI / 2 : 0) });
      s += w;
    }
    return backwards ? out.reverse() : out;
  };
  return letters;
})();
