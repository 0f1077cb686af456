// @ts-check
// The line to the server: one socket, kept up. It knows attempts, silence and goodbyes, and nothing
// of what is said on it. Lengths of time go by a clock that nobody sets (performance.now).

import { ask } from "./ask.js";
import { take as next } from "./socket.js";

// After these the same hello can't be taken any more: the page stops, and says so.
const FINAL = ["seat_needed", "login_needed", "not_found", "other_seat"];
const RESTARTING = 1012; // the server stops; another one, or the same anew, is there at once
const PASSING = 1013; // it can't just now: come back later
const OPEN_MS = 10000, GREET_MS = 20000, QUIET_MS = 25000, PONG_MS = 6000, ACK_MS = 4000;
const FRESH_MS = 2000, JUMP_MS = 3000, RETRY_MAX_MS = 8000, ASK_EVERY = 3;

function now() {
  return performance.now();
}

// `says`: hello() gives the first message, hear(message) takes what comes, true once it has shown
// something; owed() is since when a command waits for its answer, or 0; state(name, told) hears
// how the line is: "live", "lost", "busy", "unreached", "refused" or "final", and what the server
// said of it.
/**
 * @param {{
 *   hello: () => object,
 *   hear: (message: Heard) => boolean,
 *   owed: () => number,
 *   state: (name: string, told: string) => void,
 * }} says
 */
export function Line(says) {
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {string | null} */
  let told = null;
  let began = 0, opened = 0, heard = 0, pinged = 0, greeted = false;
  let tries = 0, opens = 0, known = false, started = false, ended = false, retry = 0;
  let clock = { wall: Date.now(), steady: now() };

  function connect() {
    clearTimeout(retry);
    if (ended) return;
    leave();
    began = now();
    try {
      socket = next();
    } catch (_e) {
      lost(0);
      return;
    }
    const mine = socket;
    mine.onopen = () => {
      opened = heard = now();
      opens++;
      mine.send(JSON.stringify(says.hello()));
    };
    mine.onmessage = (event) => {
      if (mine !== socket) return;
      heard = now();
      pinged = 0;
      take(JSON.parse(event.data));
    };
    mine.onclose = (event) => {
      if (mine === socket) lost(event.code);
    };
    if (mine.readyState === 1) mine.onopen(new Event("open")); // it opened before it was taken
  }

  // Whatever comes of this attempt concerns nobody any more.
  function leave() {
    const old = socket;
    socket = null;
    opened = pinged = 0;
    greeted = false;
    if (old) {
      try {
        old.close();
      } catch (_e) { /* it never opened */ }
    }
  }

  /** @param {Heard} message */
  function take(message) {
    if (message.type === "pong") {
      says.hear(message);
      return;
    }
    if (message.type === "bye") {
      told = message.message + " " + message.remedy;
      ended = FINAL.indexOf(message.code) >= 0;
      says.state(ended ? "final" : "refused", told);
      if (ended) leave();
      return;
    }
    // Greeted is who has shown something: a page that can't isn't there.
    if (says.hear(message) && !greeted) {
      greeted = known = true;
      tries = opens = 0;
      told = null;
      says.state("live", "");
    }
  }

  // Whoever was told to come back does so before anybody is told of it; a second try is news.
  /** @param {number} code */
  function lost(code) {
    leave();
    if (ended) return;
    tries++;
    if (!told && (code !== RESTARTING || tries > 1)) {
      says.state(
        code === PASSING ? "busy" : known || tries < ASK_EVERY ? "lost" : "unreached",
        "",
      );
    }
    if (!opens && tries % ASK_EVERY === 0) inquire();
    clearTimeout(retry);
    retry = setTimeout(
      connect,
      Math.random() * Math.min(RETRY_MAX_MS, 400 * Math.pow(2, tries - 1)),
    );
  }

  // No socket has opened: is the server away, or something between that lets only pages through?
  function inquire() {
    ask("/live?at=" + encodeURIComponent(location.origin)).then((found) => {
      if (!greeted && !opens && found.error) {
        says.state("refused", found.error.message + " " + found.error.remedy);
      }
    }).catch(() => {/* away: the state says so already */});
  }

  function ping() {
    if (!greeted || pinged || socket.readyState !== 1) return;
    pinged = now();
    socket.send('{"type":"ping"}');
  }

  // A sign of life: somebody looks at the page, or the network is back. An attempt that has
  // waited for a while waits for a network that is gone.
  function again() {
    if (!started || ended) return;
    if (greeted && socket.readyState === 1) {
      ping();
      return;
    }
    if (socket && now() - began < FRESH_MS) return;
    tries = 0;
    connect();
  }

  function look() {
    const here = { wall: Date.now(), steady: now() };
    const jump = Math.abs((here.wall - clock.wall) - (here.steady - clock.steady));
    clock = here;
    if (jump > JUMP_MS) again(); // the device slept, or its clock was set
    if (!socket) return;
    const t = here.steady, owed = greeted ? says.owed() : 0;
    const late = opened ? (!greeted && t - opened > GREET_MS) : t - began > OPEN_MS;
    if (late || (pinged && t - pinged > PONG_MS)) lost(0);
    else if (t - heard > QUIET_MS || (owed && t - owed > ACK_MS && t - heard > ACK_MS)) ping();
  }

  setInterval(look, 1000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) again();
  });
  window.addEventListener("online", again);
  window.addEventListener("pageshow", again);
  document.addEventListener("resume", again);

  this.start = () => {
    started = true;
    connect();
  };
  // True: it is on its way.
  this.send = /** @param {object} message */ (message) => {
    if (!greeted || !socket || socket.readyState !== 1) return false;
    socket.send(JSON.stringify(message));
    return true;
  };
  this.up = () => greeted && !!socket && socket.readyState === 1;
}
