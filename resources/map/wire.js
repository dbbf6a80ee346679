/* The one global, and the wire to the program: messages go out as JSON, commands come in by name. */
"use strict";
/* A tool adds its commands to `commands` and itself to `tools`: { build(map), under(ctx, frame), paint(ctx, frame),
   key(event) → taken, takes() → whether the pointer is the tool's now, leave() → a drawing begins }, each of them if
   it wants; `under` paints beneath names and pins. Its messages are made known to the program by `messages.know`. */
window.gewu = { commands: {}, tools: [] };
/* One tool at a time: whoever begins lets all others leave first. */
window.gewu.leaveAll = () => {
  if (window.gewu.drawing) window.gewu.cancelDraw();
  window.gewu.leaveTools();
};
window.gewu.leaveTools = window.gewu.commands.leave_tools = () => {
  window.gewu.began += 1;
  window.gewu.tools.forEach((tool) => tool.leave && tool.leave());
};
/* A click belongs to the tool in whose time the button went down: letting go of what an older one began is none. */
window.gewu.began = window.gewu.pressed = 0;
window.addEventListener("mousedown", () => (window.gewu.pressed = window.gewu.began), true);
window.gewu.clicks = () => window.gewu.pressed === window.gewu.began;
window.gewu.taken = () => window.gewu.tools.some((tool) => tool.takes && tool.takes());
(function (gewu) {
  let wire = null;
  const waiting = [];

  gewu.tell = function (type, values) {
    const text = JSON.stringify(Object.assign({ type }, values));
    if (wire) wire.tell(text);
    else waiting.push(text);
  };

  gewu.fail = function (error) {
    gewu.tell("failed", { text: String((error && error.stack) || error) });
  };

  /* Ask, and never be answered by an abort as if it were a fault. */
  gewu.ignoreAbort = function (error) {
    if (!error || error.name !== "AbortError") gewu.fail(error);
  };

  window.addEventListener("error", (event) => gewu.fail(event.error || event.message));
  window.addEventListener("unhandledrejection", (event) => gewu.ignoreAbort(event.reason));

  gewu.connect = function (then) {
    new QWebChannel(qt.webChannelTransport, (channel) => {
      wire = channel.objects.bridge;
      wire.command.connect((text) => {
        const { command, ...values } = JSON.parse(text);
        gewu.commands[command](values);
      });
      waiting.splice(0).forEach((text) => wire.tell(text));
      then();
    });
  };
})(window.gewu);
