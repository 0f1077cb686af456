// @ts-check
// Opens sockets. The first is opened while the page's other scripts are still on their way: on a
// slow line that saves a way there and back. Nothing is said on it until the line takes it
// (line.js): half a page says no hello.

function opened() {
  return new WebSocket(
    (location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/live",
  );
}

/** @type {WebSocket | null} */
let early = null;
try {
  early = opened();
} catch (_e) { /* the line tries again, and says so */ }

// The early one, once and while it stands; else a new one.
export function take() {
  const mine = early;
  early = null;
  return mine && mine.readyState < 2 ? mine : opened();
}
