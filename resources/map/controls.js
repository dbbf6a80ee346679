/* What stands on the map: the bar of buttons, the scale, the tip beside the pointer, the hint while drawing. */
"use strict";
(function (gewu) {
  const NEAR_HINT = 36; // px around the hint in which nobody draws
  const BAR = [
    ["zoom_in", "plus", () => gewu.map.zoomIn()],
    ["zoom_out", "minus", () => gewu.map.zoomOut()],
    ["whole", "maximize", () => gewu.goHome()],
    null,
    ["point", "map-pin", () => gewu.pressDraw("point")],
    ["polygon", "pentagon", () => gewu.pressDraw("polygon")],
    ["line", "spline", () => gewu.pressDraw("line")],
    ["rectangle", "rectangle-horizontal", () => gewu.pressDraw("rectangle")],
    null,
    ["locate", "locate-fixed", () => gewu.tell("tool", { name: "locate" })],
  ];

  const GAP = 8; // px between what stands at the foot of the map
  const DRAWN = ["point", "polygon", "line", "rectangle"];

  gewu.words = {};
  gewu.buttons = {};

  gewu.make = function (tag, name, parent) {
    const element = document.createElement(tag);
    element.className = name;
    parent.appendChild(element);
    return element;
  };

  gewu.buildControls = function (root) {
    const bar = gewu.make("div", "gewu-bar", root);
    bar.setAttribute("role", "toolbar");
    L.DomEvent.disableClickPropagation(bar);
    L.DomEvent.disableScrollPropagation(bar);
    for (const entry of BAR) {
      if (!entry) {
        gewu.make("hr", "gewu-rule", bar);
        continue;
      }
      const [name, icon, act] = entry;
      const button = gewu.make("button", "gewu-button", bar);
      button.type = "button";
      button.dataset.name = name;
      const picture = gewu.make("span", "gewu-icon", button);
      picture.style.maskImage = `url("icons/${icon}.svg")`;
      button.addEventListener("click", act);
      gewu.buttons[name] = button;
    }
    gewu.tip = gewu.make("div", "gewu-tip", root);
    gewu.hint = gewu.make("div", "gewu-hint", root);
    gewu.mark = gewu.make("div", "gewu-mark", root); // before what makes room for it
    const scale = gewu.make("div", "gewu-scale", root);
    gewu.scale = {
      root: scale,
      zero: gewu.make("span", "gewu-zero", scale),
      text: gewu.make("span", "gewu-far", scale),
    };
    gewu.make("div", "gewu-ruler", scale);
    gewu.scale.zero.textContent = "0";
  };

  /* Who may only look cannot draw. */
  gewu.allowDraw = function (writable) {
    for (const name of DRAWN) gewu.buttons[name].disabled = !writable;
  };

  gewu.sayWords = function (words, language) {
    gewu.words = words;
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    for (const [name, button] of Object.entries(gewu.buttons)) {
      button.title = words[name];
      button.setAttribute("aria-label", words[name]);
    }
  };

  /* The longest round length that fits in 110 pixels. */
  gewu.updateScale = function () {
    const map = gewu.map;
    const y = map.getSize().y / 2;
    const metres = gewu.metresPerPixel(map.containerPointToLatLng([0, y]).lat, map.getZoom());
    const most = 110 * metres;
    const power = 10 ** Math.floor(Math.log10(most));
    const round = [6, 5, 3, 2, 1].find((n) => n * power <= most) * power;
    gewu.scale.root.style.width = Math.round(round / metres) + "px";
    gewu.scale.text.textContent = round >= 1000 ? round / 1000 + " km" : round + " m";
  };

  /* Plain text only: what a name says is never markup. */
  gewu.showTip = function (text) {
    const tip = gewu.tip;
    tip.textContent = text || "";
    tip.classList.toggle("gewu-on", Boolean(text));
    if (text) gewu.placeTip();
  };

  /* Stand beside the pointer, inside the picture. */
  gewu.placeTip = function () {
    const tip = gewu.tip;
    const size = gewu.map.getSize();
    const at = gewu.pointer || L.point(0, 0);
    const flip = at.x + 16 + tip.offsetWidth > size.x;
    tip.style.left = Math.max(4, flip ? at.x - 12 - tip.offsetWidth : at.x + 16) + "px";
    tip.style.top = Math.max(4, Math.min(at.y + 16, size.y - tip.offsetHeight - 4)) + "px";
  };

  /* What appears at the foot of the map stands above whatever is written there, never on it. */
  gewu.rise = function (element) {
    element.style.bottom = "";
    const host = gewu.map.getContainer().getBoundingClientRect();
    const others = [gewu.mark, gewu.scale.root, gewu.notes.element, document.querySelector(".gewu-corner")];
    const boxes = others.filter(Boolean).map((one) => one.getBoundingClientRect()).filter((box) => box.width && box.height);
    for (const box of boxes.sort((a, b) => b.bottom - a.bottom)) {
      const own = element.getBoundingClientRect();
      const beside = own.right + GAP <= box.left || own.left >= box.right + GAP;
      if (!beside && own.top < box.bottom + GAP && own.bottom > box.top - GAP)
        element.style.bottom = host.bottom - box.top + GAP + "px";
    }
  };

  /* The hint goes to the upper edge while the pointer is about where it stands: nobody draws under words. */
  gewu.hintAside = function (point) {
    if (!gewu.hint.classList.contains("gewu-on")) return;
    const host = gewu.map.getContainer().getBoundingClientRect();
    const box = gewu.hint.getBoundingClientRect();
    const high = gewu.hint.classList.contains("gewu-high");
    const [x, y] = [point.x + host.left, point.y + host.top];
    const across = x > box.left - NEAR_HINT && x < box.right + NEAR_HINT;
    if (across && y > box.top - NEAR_HINT && y < box.bottom + NEAR_HINT) gewu.hint.classList.toggle("gewu-high", !high);
  };

  gewu.sayHint = function (text) {
    gewu.hint.textContent = text || "";
    gewu.hint.classList.toggle("gewu-on", Boolean(text));
    gewu.rise(gewu.hint);
  };

  /* What to do next while drawing, and which button it was begun with. */
  gewu.showHint = function (text, kind) {
    gewu.sayHint(text);
    for (const name of DRAWN) {
      gewu.buttons[name].classList.toggle("gewu-pressed", name === kind);
      gewu.buttons[name].setAttribute("aria-pressed", String(name === kind));
    }
  };
})(window.gewu);
