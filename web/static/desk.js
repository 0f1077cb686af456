// @ts-check
// A presenter turns the debrief's cards: on the console, and on the wall while a console is open in
// the same browser, since a clicker's keys go to whichever window lies in front.

import { lit } from "./wall.js";

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
const TURNS = '[data-part="debrief"] button[data-do="debrief"]';
let left = "", leftAt = 0; // the card that a turn leads away from, since when
let said = 0; // clauses of the oath that are lit
/** @type {{ to: string, at: number }[]} */
const owed = [];
/** @param {string} to */
function turn(to) {
  owed.push({ to: to, at: Date.now() });
  go();
}
function go() {
  if (!document.querySelector("[data-clause]")) said = 0;
  while (owed.length) {
    const shown = document.querySelector("[data-step]");
    const step = shown ? shown.getAttribute("data-step") : "";
    // Whatever is turned to next, it is told by the card that comes, not by the one that goes.
    if (document.querySelector(TURNS + "[data-sent]")) return;
    if (step !== left) left = "";
    else if (step && Date.now() - leftAt < FRESH_MS) return;
    /** @type {HTMLButtonElement} */
    const button = document.querySelector(TURNS + '[data-to="' + owed[0].to + '"]');
    const one = owed.shift(), late = Date.now() - one.at > FRESH_MS;
    if (late || clause(one.to) || !button || button.disabled) continue;
    left = step;
    leftAt = Date.now();
    button.click();
  }
}
if (leads) {
  new MutationObserver(go).observe(document.querySelector('[data-part="debrief"]'), {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["data-sent", "data-step"],
  });
}

// The oath's card is turned once all its clauses are lit: until then a press lights one.
/** @param {string} to */
function clause(to) {
  const all = document.querySelectorAll("[data-clause]").length;
  const next = said + (to === "next" ? 1 : -1);
  if (next < 0 || next > all) return false;
  said = next;
  lit(said);
  say({ said: said });
  return true;
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
  // Nor do the arrows turn the wall's card while cards are being put in order.
  if (at.closest("input, textarea, select, [contenteditable], .deck-lists")) return true;
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
  if (told.said !== undefined) {
    lit(Number(told.said));
  } else if (leads) {
    if (told.who) say({ here: me });
    if (told.desk === me) turn(told.turn);
  } else if (told.here) {
    desk = told.here;
  } else if (told.gone === desk) {
    desk = "";
    say({ who: true });
  }
}
