// A presenter turns the debrief's cards: on the console, and on the wall while a console is open in
// the same browser, since a clicker's keys go to whichever window lies in front.
(function () {
  "use strict";
  var body = document.body;
  var AHEAD = ["PageDown", "ArrowRight", "ArrowDown", " "];
  var BACK = ["PageUp", "ArrowLeft", "ArrowUp"];
  var leads = body.dataset.live === "console";
  var me = Math.random().toString(36).slice(2);
  var channel = window.BroadcastChannel
    ? new BroadcastChannel("hongchuan:cards:" + body.dataset.session)
    : null;
  var desk = ""; // the console that a wall's keys go to: one, though several may be open

  function say(what) {
    if (channel) channel.postMessage(what);
  }

  // A press that comes while the one before it is still on its way waits for that, but not for
  // long: a card turned seconds later would surprise everybody.
  var FRESH_MS = 5000, owed = [];
  function turn(to) {
    owed.push({ to: to, at: Date.now() });
    go();
  }
  function go() {
    while (owed.length) {
      var button = document.querySelector(
        'button[data-do="debrief"][data-to="' + owed[0].to + '"]',
      );
      if (button && button.dataset.sent) return;
      var late = Date.now() - owed.shift().at > FRESH_MS;
      if (button && !button.disabled && !late) button.click();
    }
  }
  if (leads) {
    new MutationObserver(go).observe(document.querySelector('[data-part="debrief"]'), {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["data-sent"],
    });
  }

  // What is typed, chosen or pressed with these keys stays so.
  function busy(event) {
    if (
      event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey
    ) return true;
    if (document.querySelector("dialog[open]")) return true;
    var at = event.target;
    if (!at || !at.closest) return false;
    if (at.closest("input, textarea, select, [contenteditable]")) return true;
    return event.key === " " && !!at.closest("button, summary, a");
  }

  document.addEventListener("keydown", function (event) {
    var to = AHEAD.indexOf(event.key) >= 0
      ? "next"
      : BACK.indexOf(event.key) >= 0
      ? "previous"
      : "";
    // Where nobody would turn the card, the keys scroll as ever.
    if (!to || !document.querySelector("[data-step]") || busy(event) || !(leads || desk)) return;
    event.preventDefault();
    if (event.repeat) return;
    if (leads) turn(to);
    else say({ turn: to, desk: desk });
  });

  if (!channel) return;
  channel.onmessage = function (event) {
    var told = event.data;
    if (leads) {
      if (told.who) say({ here: me });
      if (told.desk === me) turn(told.turn);
    } else if (told.here) {
      desk = told.here;
    } else if (told.gone === desk) {
      desk = "";
      say({ who: true });
    }
  };
  if (leads) {
    window.addEventListener("pageshow", function () {
      say({ here: me });
    });
    window.addEventListener("pagehide", function () {
      say({ gone: me });
    });
  } else {
    say({ who: true });
  }
})();
