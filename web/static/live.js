// @ts-check
// The live page: parts in over one socket, commands out. No rule of the game is in here.
// What was typed survives every update and every reload (drafts.js); what wasn't acknowledged is
// sent again after a reconnect (line.js), by the seat that said it and while it still means it.

import { comeTo, tell, within } from "./aloud.js";
import { clock } from "./clock.js";
import * as drafts from "./drafts.js";
import * as forms from "./forms.js";
import { Line } from "./line.js";
import { arrange } from "./stack.js";

const body = document.body;
const kind = body.dataset.live;
const offline = document.querySelector("[data-offline]");
const answer = document.querySelector(".answer[data-answer]"); // choices have the word as well
const resting = document.querySelector("[data-rests]");
const seated = kind === "seat";
const whose = seated ? body.dataset.run + "/" + body.dataset.seat : body.dataset.session;

/**
 * A command until it is answered. `at` by the wall's clock, `since` and `sent` (0: not yet) by
 * performance.now.
 *
 * @typedef {{
 *   command: Command, draft: string, label: string, at: number, since: number, sent: number,
 * }} Waiting
 */
const PENDING = "pending:" + kind + ":" + whose;
// A participant's answer is good for as long as one walks through a cellar. A desk's press means
// the room as it is now: after that it is dropped, with a word.
const MEANT_MS = seated ? 600000 : 5000;
let heard = { now: 0, here: 0, pace: 1 }; // the server's clock; a rehearsal's goes faster than ours
const line = new Line({
  hello: hello,
  hear: hear,
  owed: owed,
  state: (name, told) => {
    state(name, told);
    if (name === "live") pending.forEach(send);
  },
});
let pending = load();
let lastNotice = -1;

function now() {
  return performance.now();
}

// Only a seat's outlive the page; how old they are is known by the wall's clock alone.
function load() {
  /** @type {Waiting[]} */
  let kept = [];
  if (seated) {
    try {
      kept = JSON.parse(sessionStorage.getItem(PENDING) || "[]");
    } catch (_e) { /* private mode */ }
  }
  return kept.filter((one) => one.command && Date.now() - one.at < MEANT_MS).map((one) => {
    one.since = now() - Math.max(0, Date.now() - one.at);
    one.sent = 0;
    return one;
  });
}
function save() {
  if (!seated) return;
  try {
    sessionStorage.setItem(PENDING, JSON.stringify(pending));
  } catch (_e) { /* private mode */ }
}
function newId() {
  const bytes = new Uint8Array(9);
  crypto.getRandomValues(bytes);
  return Array.prototype.map.call(bytes, (b) => ("0" + b.toString(16)).slice(-2)).join("");
}

// ── the line ──────────────────────────────────────────────────────────────────────────────────

function hello() {
  /** @type {Record<string, string>} */
  const message = { type: "hello", format: "html", as: kind, session: body.dataset.session || "" };
  if (body.dataset.link) { // whoever isn't in the room looks on
    message.as = "onlooker";
    message.token = body.dataset.link;
  }
  if (seated) {
    message.run = body.dataset.run;
    message.seat = body.dataset.seat;
  }
  return message;
}

// How the line is, in words: what is said is so, and one word stands for one cause.
/**
 * @param {string} name
 * @param {string} told
 */
function state(name, told) {
  body.classList.toggle("is-offline", name !== "live");
  body.classList.toggle("is-over", name === "final");
  if (name !== "live") {
    pending.forEach((one) => {
      one.sent = 0;
    });
  }
  if (!offline) return;
  offline.classList.remove("opening");
  offline.hidden = name === "live";
  if (name === "live") return;
  offline.querySelector("[data-says]").textContent = told || offline.dataset[name];
  offline.querySelector("[data-reload]").hidden = name === "lost" || name === "busy";
}

function owed() {
  return pending.reduce(
    (first, one) => one.sent && (!first || one.sent < first) ? one.sent : first,
    0,
  );
}

/** @param {Heard} message */
function hear(message) {
  const pace = message.type === "parts" ? message.pace || 1 : heard.pace;
  if (message.now_ms) heard = { now: message.now_ms, here: now(), pace: pace };
  if (message.type === "parts") {
    show(message);
    return true;
  }
  if (message.type === "ack") settle(message.id, null, message.seq);
  if (message.type === "rejected") settle(message.id, /** @type {Refusal} */ (message));
  return false;
}

// The page counts as live once it shows what it was sent.
/** @param {Heard} message */
function show(message) {
  const place = within(document.activeElement);
  Object.keys(message.parts).forEach((name) => {
    morph(name, message.parts[name]);
  });
  if ("debrief" in message.parts) body.classList.toggle("is-debriefing", !!message.parts.debrief);
  if (seated) {
    if (document.querySelector('[data-phase="closed"]')) drafts.names(whose).forEach(drafts.drop);
    drafts.restore(whose);
    pending.forEach(mark);
  }
  turnPage();
  const homes = arrange();
  showPlayed();
  body.dataset.seq = String(message.seq);
  body.classList.add("is-live");
  if (resting) /** @type {HTMLFieldSetElement} */ (resting).disabled = false;
  tick();
  alertNew();
  tell();
  comeTo(place, homes);
}

// Parts of which something couldn't be shown, for it had been entered and not been taken yet.
/** @type {Record<string, string>} */
const behind = {};

// ── parts ─────────────────────────────────────────────────────────────────────────────────────

/**
 * @param {string} name
 * @param {string} html
 */
function morph(name, html) {
  const holder = document.querySelector('[data-part="' + name + '"]');
  if (!holder) return;
  if (forms.morph(holder, html)) behind[name] = html;
  else delete behind[name];
}

// ── what changes with the parts ────────────────────────────────────────────────────────────────

// A new scene begins at its top, wherever the reader had scrolled to.
/** @type {string | null} */
let scene = null;
function turnPage() {
  if (kind === "console") return;
  const shown = document.querySelector("[data-scene]");
  const card = document.querySelector("[data-step]");
  const here = (shown ? shown.dataset.scene : "") + "/" + (card ? card.dataset.step : "");
  if (scene !== null && here !== scene && !typing()) window.scrollTo(0, 0);
  scene = here;
}
// Whoever is writing isn't led away from it.
function typing() {
  return document.activeElement && document.activeElement.tagName === "TEXTAREA";
}

// What was played can be looked back on; before that there is nothing there.
function showPlayed() {
  const link = document.querySelector("[data-played]");
  if (link) link.hidden = !document.querySelector('.desk-run:not([data-scene=""])');
}

function alertNew() {
  let newest = lastNotice;
  document.querySelectorAll("[data-notice]").forEach((item) => {
    const id = Number(item.dataset.notice);
    if (id <= lastNotice) return;
    newest = Math.max(newest, id);
    if (lastNotice >= 0) {
      item.classList.add("fresh");
      if (navigator.vibrate && item.dataset.kind === "trap") navigator.vibrate([120, 60, 120]);
    }
  });
  lastNotice = Math.max(newest, 0);
}

function tick() {
  const here = heard.now + (now() - heard.here) * heard.pace;
  document.querySelectorAll("[data-until]").forEach((item) => {
    const left = Number(item.dataset.until) - here;
    const shown = item.querySelector("b") || item;
    const text = left <= 0 && item.dataset.over ? item.dataset.over : clock(left + 999);
    if (shown.textContent !== text) shown.textContent = text;
    item.classList.toggle("soon", left < 30000);
    item.classList.toggle("passed", left <= 0);
  });
  document.querySelectorAll("[data-since]").forEach((item) => {
    item.textContent = "已 " + clock(here - Number(item.dataset.since) + 999);
  });
  document.dispatchEvent(new CustomEvent("hongchuan:tick", { detail: here }));
}
setInterval(tick, 500);

// ── commands ──────────────────────────────────────────────────────────────────────────────────

/** @param {Waiting} one */
function send(one) {
  if (line.send(one.command)) one.sent = now();
}

/** @param {HTMLElement} from */
function command(from) {
  if (body.classList.contains("is-over")) {
    say(offline.textContent.trim(), true);
    return;
  }
  const message = forms.message(from);
  message.type = "command";
  message.id = newId();
  if (seated) {
    message.run = body.dataset.run;
    message.by = body.dataset.seat;
  }
  say("", false);
  const draft = from.dataset.draft || "";
  const one = {
    command: message,
    draft: draft,
    label: from.tagName === "BUTTON" ? from.textContent.trim() : "",
    at: Date.now(),
    since: now(),
    sent: 0,
  };
  pending.push(one);
  save();
  from.setAttribute("aria-busy", "true");
  from.dataset.sent = message.id;
  send(one);
}

// What couldn't be said while it was meant isn't said any more.
function expire() {
  pending.slice().forEach((one) => {
    const age = Math.max(now() - one.since, Date.now() - one.at);
    if (one.sent || age < MEANT_MS) return;
    settle(one.command.id, {
      message: (one.label && !seated ? "“" + one.label + "”：" : "") + answer.dataset.dropped,
      remedy: "",
    });
  });
}
setInterval(expire, 1000);

// After a reload the form that was sent stands there again: it is still on its way.
/** @param {Waiting} one */
function mark(one) {
  const from = one.draft ? document.querySelector('[data-draft="' + one.draft + '"]') : null;
  if (!from || from.dataset.sent) return;
  from.dataset.sent = one.command.id;
  from.setAttribute("aria-busy", "true");
}

/**
 * @param {string} id
 * @param {Refusal | null} refusal
 * @param {number} [seq]
 */
function settle(id, refusal, seq) {
  const settled = pending.filter((one) => one.command.id === id)[0];
  pending = pending.filter((one) => one !== settled);
  save();
  if (settled && settled.draft && !refusal) drafts.drop(settled.draft);
  const from = document.querySelector('[data-sent="' + id + '"]');
  if (from) {
    from.removeAttribute("aria-busy");
    delete from.dataset.sent;
    if (!refusal) {
      from.querySelectorAll("[data-touched]").forEach((one) => {
        delete one.dataset.touched;
      });
      drafts.forget(from);
      // What came of it may have come before the word that it is taken; else it comes now.
      const part = from.closest("[data-part]");
      const name = part ? /** @type {HTMLElement} */ (part).dataset.part : "";
      if (name in behind && seq <= Number(body.dataset.seq)) morph(name, behind[name]);
    }
  }
  if (refusal) say(refusal.message + " " + refusal.remedy, true, refusal.code ? from : null);
}

/**
 * @param {string} text
 * @param {boolean} bad
 * @param {HTMLElement} [near]
 */
function say(text, bad, near) {
  document.querySelectorAll(".near").forEach((one) => {
    one.remove();
  });
  if (near && text) {
    const note = document.createElement("p");
    note.className = "near problem";
    note.setAttribute("role", "alert");
    note.textContent = text;
    // Above the button just pressed: below it lies the rest of a long page.
    const press = near.querySelector("fieldset > .primary");
    if (press) press.parentNode.insertBefore(note, press);
    else near.appendChild(note);
    return;
  }
  if (!answer) return;
  answer.textContent = text;
  answer.hidden = !text;
  answer.classList.toggle("problem", bad);
}

/**
 * @param {string | undefined} text
 * @param {() => void} then
 */
function confirmed(text, then) {
  /** @type {HTMLDialogElement} */
  const box = document.querySelector("dialog[data-confirm]");
  if (!text) {
    then();
    return;
  }
  if (!box || !box.showModal) {
    if (window.confirm(text)) then();
    return;
  }
  box.querySelector("[data-confirm-text]").textContent = text;
  box.returnValue = "no";
  box.onclose = () => {
    if (box.returnValue === "yes") then();
  };
  box.showModal();
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLElement} */ (event.target).closest("form[data-do]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.sent) return;
  confirmed(form.dataset.confirm, () => {
    command(form);
  });
});

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (!button) return;
  if (button.dataset.move) return;
  if (!button.dataset.do || button.dataset.sent) return;
  event.preventDefault();
  confirmed(button.dataset.confirm, () => {
    command(button);
  });
});

// Half a page mustn't count as somebody who is there: it doesn't say hello (whole.js says why).
if (window.Idiomorph) {
  if (seated) drafts.watch(whose);
  line.start();
}
