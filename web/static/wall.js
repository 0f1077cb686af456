// @ts-check
// The wall goes on by its own clock: an interlude is over at its time, what people wrote turns its
// pages, and the oath's clauses light one after the other. Which state follows which isn't decided
// here: the view says it (engine/views/staging.py).

const PAGE_MS = 15000;

// Show what stands there at `now`, by the clock that the part was made by.
/**
 * @param {HTMLElement} box
 * @param {number} now
 */
export function direct(box, now) {
  const stage = box.querySelector("[data-part=stage] [data-state]");
  if (stage) {
    const ends = Number(stage.dataset.ends), next = Number(stage.dataset.nextEnds);
    let state = stage.dataset.state;
    if (ends && ends <= now) state = now < next ? stage.dataset.next : stage.dataset.then;
    if (box.dataset.state !== state) box.dataset.state = state;
  }
  turnPages(box.querySelectorAll("[data-page]"), now);
  light(box.querySelectorAll("[data-clause]"));
}

/**
 * @param {NodeListOf<HTMLElement>} written
 * @param {number} now
 */
function turnPages(written, now) {
  let last = 0;
  written.forEach((one) => {
    last = Math.max(last, Number(one.dataset.page));
  });
  const page = Math.floor(now / PAGE_MS) % (last + 1);
  written.forEach((one) => {
    one.hidden = Number(one.dataset.page) !== page;
  });
}

// ── the oath ──────────────────────────────────────────────────────────────────────────────────

// How many clauses are lit; 0: nobody leads, and the whole stands.
let said = 0;

/** @param {NodeListOf<HTMLElement>} clauses */
function light(clauses) {
  if (!clauses.length) said = 0;
  clauses.forEach((one, n) => {
    one.classList.toggle("to-come", said > 0 && n >= said);
    one.classList.toggle("now", n === said - 1);
  });
}

/** @param {number} count */
export function lit(count) {
  said = count;
  light(document.querySelectorAll("[data-clause]"));
}

// ── the live wall ─────────────────────────────────────────────────────────────────────────────

if (document.body.dataset.live === "projector") {
  /** @type {HTMLElement} */
  const box = document.querySelector(".wall-box");
  document.addEventListener("hongchuan:tick", (event) => {
    direct(box, /** @type {CustomEvent<number>} */ (event).detail);
  });
}
