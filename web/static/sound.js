// @ts-check
// What the room hears: the cues of a scene as it begins, a blow as somebody falls in. Each is
// written too, for who hears badly and for a wall without a loudspeaker. A browser plays nothing
// before a tap, so there is a button that asks for one; it also silences.

/** @type {HTMLButtonElement} */
const button = document.querySelector("[data-sound]");
/** @type {HTMLInputElement} */
const volume = document.querySelector("[data-volume]");
const caption = document.querySelector("[data-caption]");
/** @type {Record<string, { file: string, says: string }>} */
const cues = JSON.parse(caption.dataset.cues);
const KEPT = "hongchuan:volume";
const CAPTION_MS = 4000;
const STILL_MS = 2000;

/** @type {HTMLAudioElement | null} */
let playing = null;
/** @type {string[]} */
let waiting = [];
let on = false;
let still = 0;
let shut = 0;

try {
  volume.value = localStorage.getItem(KEPT) || volume.value;
} catch (_e) { /* private mode */ }

// ── one after the other ───────────────────────────────────────────────────────────────────────

/** @param {string[]} names */
function cue(names) {
  waiting = names.filter((name) => meant(name));
  if (playing) playing.pause();
  playing = null;
  clearTimeout(still);
  next();
}

// A cue of the set, or a file of the script's: 钟声.mp3 is written 钟声.
/** @param {string} name */
function meant(name) {
  if (name in cues) return cues[name];
  const own = /^(.+)(\.mp3)(\?of=[0-9a-f]+)?$/.exec(name);
  if (!own) return null;
  const file = encodeURIComponent(own[1] + own[2]) + (own[3] || "");
  return {
    file: "/scenarios/" + document.body.dataset.scenario + "/pictures/" + file,
    says: own[1],
  };
}

function next() {
  const name = waiting.shift();
  if (!name) return;
  const { file, says } = meant(name);
  told(says);
  if (!on || !file) {
    still = setTimeout(next, STILL_MS);
    return;
  }
  const one = new Audio(file);
  one.volume = Number(volume.value);
  one.addEventListener("ended", () => {
    if (playing === one) next();
  });
  playing = one;
  one.play().catch(() => {
    if (playing !== one) return; // another has been called for
    heard(false);
    next();
  });
}

/** @param {string} words */
function told(words) {
  caption.textContent = "（" + words + "）";
  caption.hidden = false;
  clearTimeout(shut);
  shut = setTimeout(() => {
    caption.hidden = true;
  }, CAPTION_MS);
}

// ── what has happened ─────────────────────────────────────────────────────────────────────────

/** @type {string | null} */
let scene = null;
/** @type {number | null} */
let fell = null;

// What stands there when the page opens has happened already: it isn't heard.
function look() {
  const here = document.querySelector("[data-part=story] [data-scene]");
  const falls = document.querySelectorAll("[data-part=traps] [data-fell]");
  const last = falls.length ? Number(falls[0].dataset.fell) : 0;
  const now = here ? here.dataset.scene : "";
  if (!document.querySelector("[data-part=session] section, [data-part=session] div")) return;
  const began = scene !== null && now !== scene, down = fell !== null && last > fell;
  scene = now;
  fell = last;
  if (down) cue(named(falls[0]) || ["blow"]);
  else if (began && here) cue(named(here) || ["curtain"]);
}

/** @param {HTMLElement} one */
function named(one) {
  return one.dataset.cues ? one.dataset.cues.split(" ") : null;
}

// ── the button ────────────────────────────────────────────────────────────────────────────────

/** @param {boolean} will */
function heard(will) {
  on = will;
  button.textContent = on ? "静音" : "打开声音";
  volume.hidden = !on;
  if (!on && playing) playing.pause();
}

button.addEventListener("click", () => {
  heard(!on);
  if (on) cue(["card"]); // a tap is what a browser waits for, and one hears how loud it is
});
volume.addEventListener("input", () => {
  if (playing) playing.volume = Number(volume.value);
  try {
    localStorage.setItem(KEPT, volume.value);
  } catch (_e) { /* private mode */ }
});

const watch = new MutationObserver(look);
["session", "story", "traps"].forEach((name) => {
  watch.observe(document.querySelector("[data-part=" + name + "]"), {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["data-scene", "data-fell"],
  });
});
look(); // parts may have come before this was read
