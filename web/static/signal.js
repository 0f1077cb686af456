// @ts-check
// That it is one's turn is felt, read in the title, and heard by who wishes it: a phone lies on the
// table while a teammate is busy.

const title = document.title;
const WISHED = "hongchuan:tone";
const BUZZ = [90, 60, 90];
const HERTZ = [660, 880];
const LOUD = 0.08;
const LASTS_S = 0.22;

/** @type {AudioContext | null} */
let sound = null;
let wished = false;
try {
  wished = localStorage.getItem(WISHED) === "1";
} catch (_e) { /* private mode */ }

// A browser lets nothing sound before a tap.
function ready() {
  if (!wished || sound || !window.AudioContext) return;
  sound = new AudioContext();
}
document.addEventListener("click", ready);

function tone() {
  if (!wished || !sound) return;
  const from = sound.currentTime;
  HERTZ.forEach((hertz, place) => {
    const voice = sound.createOscillator(), volume = sound.createGain();
    const at = from + place * LASTS_S;
    voice.frequency.value = hertz;
    volume.gain.setValueAtTime(LOUD, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + LASTS_S);
    voice.connect(volume);
    volume.connect(sound.destination);
    voice.start(at);
    voice.stop(at + LASTS_S);
  });
}

// `hard`: something urgent came.
/** @param {boolean} hard */
export function buzz(hard) {
  if (navigator.vibrate) navigator.vibrate(hard ? BUZZ.concat(60, 160) : BUZZ);
}

// `mine`: it is one's turn now, and wasn't a moment ago; `words`: what the title says of it.
// `still`: it is, as before.
/**
 * @param {boolean} mine
 * @param {boolean} still
 * @param {string} words
 */
export function signal(mine, still, words) {
  const says = mine || still ? words + " · " + title : title;
  if (document.title !== says) document.title = says;
  if (!mine) return;
  buzz(false);
  tone();
}

// ── who wishes it ─────────────────────────────────────────────────────────────────────────────

function show() {
  const button = document.querySelector("[data-tone]");
  if (button) button.setAttribute("aria-pressed", wished ? "true" : "false");
}
document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-tone]");
  if (!button) return;
  wished = !wished;
  try {
    localStorage.setItem(WISHED, wished ? "1" : "0");
  } catch (_e) { /* private mode */ }
  ready();
  tone();
  show();
});
show();
