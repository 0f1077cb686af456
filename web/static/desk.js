// @ts-check
// A presenter turns the debrief's cards: on the console, and on the wall while a console is open in
// the same browser, since a clicker's keys go to whichever window lies in front.

const body = document.body;
const AHEAD = ["PageDown", "ArrowRight", "ArrowDown", " "];
const BACK = ["PageUp", "ArrowLeft", "ArrowUp"];
const leads = body.dataset.live === "console";
const me = Math.random().toString(36).slice(2);
const channel = window.BroadcastChannel
  ? new BroadcastChannel("hongchuan:cards:" + body.dataset.session)
  : null;
let desk = ""; // the console that a wall's keys go to: one, though several may be open

/** @param {object} what */
function say(what) {
  if (channel) channel.postMessage(what);
}

// A press that comes while the one before it is still on its way waits for that, but not for
// long: a card turned seconds later would surprise everybody.
const FRESH_MS = 5000;
/** @type {{ to: string, at: number }[]} */
const owed = [];
/** @param {string} to */
function turn(to) {
  owed.push({ to: to, at: Date.now() });
  go();
}
function go() {
  while (owed.length) {
    /** @type {HTMLButtonElement} */
    const button = document.querySelector(
      'button[data-do="debrief"][data-to="' + owed[0].to + '"]',
    );
    if (button && button.dataset.sent) return;
    const late = Date.now() - owed.shift().at > FRESH_MS;
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
/** @param {KeyboardEvent} event */
function busy(event) {
  if (
    event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey
  ) return true;
  if (document.querySelector("dialog[open]")) return true;
  const at = /** @type {HTMLElement} */ (event.target);
  if (!at || !at.closest) return false;
  if (at.closest("input, textarea, select, [contenteditable]")) return true;
  return event.key === " " && !!at.closest("button, summary, a");
}

document.addEventListener("keydown", (event) => {
  const to = AHEAD.indexOf(event.key) >= 0
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

if (channel) {
  channel.onmessage = (event) => hear(event.data);
  if (leads) {
    window.addEventListener("pageshow", () => say({ here: me }));
    window.addEventListener("pagehide", () => say({ gone: me }));
  } else {
    say({ who: true });
  }
}

/** @param {Record<string, string>} told */
function hear(told) {
  if (leads) {
    if (told.who) say({ here: me });
    if (told.desk === me) turn(told.turn);
  } else if (told.here) {
    desk = told.here;
  } else if (told.gone === desk) {
    desk = "";
    say({ who: true });
  }
}
