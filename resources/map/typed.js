/* The small field beside the pointer, where a length, a bearing or coordinates are typed while drawing. */
"use strict";
(function (gewu) {
  const now = gewu.sketching;
  let field = null;

  /* Beside the pointer, and whole within the map however long the sentence beneath is. */
  function stand() {
    const { root, at } = field;
    const size = gewu.map.getSize();
    root.style.left = Math.max(4, Math.min(at.x + 16, size.x - root.offsetWidth - 4)) + "px";
    root.style.top = Math.max(4, Math.min(at.y + 16, size.y - root.offsetHeight - 4)) + "px";
  }

  gewu.openTyping = function (first, enter) {
    const root = document.createElement("div");
    root.className = "gewu-typed";
    const input = document.createElement("input");
    input.value = first;
    input.setAttribute("aria-label", now.sketch.typed);
    const words = document.createElement("div");
    words.textContent = now.sketch.typed;
    const why = document.createElement("div");
    why.className = "gewu-why";
    root.append(input, words, why);
    L.DomEvent.disableClickPropagation(root);
    gewu.map.getContainer().appendChild(root);
    field = { root, input, why, at: now.cross || gewu.pointer || gewu.map.getSize().divideBy(2) };
    stand();
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === "Enter") {
        event.preventDefault();
        enter(input.value);
      } else if (event.key === "Escape") gewu.closeTyping(true);
    });
    input.focus();
    input.setSelectionRange(first.length, first.length);
  };

  gewu.closeTyping = function (back) {
    if (!field) return;
    field.root.remove();
    field = null;
    if (back) gewu.map.getContainer().focus({ preventScroll: true });
  };

  gewu.typing = (event) => Boolean(field && (!event || event.target === field.input));

  /* What was typed is used, or cannot be, and why. */
  gewu.commands.typed = function ({ why }) {
    if (!field) return;
    field.root.classList.toggle("gewu-wrong", Boolean(why));
    field.why.textContent = why;
    if (why) stand();
    else gewu.closeTyping(true);
  };
})(window.gewu);
