// @ts-check
// For who doesn't see the page: one polite line for what is new, and focus on what came.

/** @type {Record<string, boolean> | null} */
let known = null;
const NEWS = [
  "[data-scene] h1",
  "[data-step] h2",
  "article[data-state=open] > h2",
  ".last .asked",
  ".last .came",
  ".banner",
  ".missed",
  "section.held > p:not(.label):not(.countdown)",
  "section.rescue legend",
  "[data-notice] > p > b",
].join(", ");

export function tell() {
  const into = document.querySelector("[data-tell]");
  if (!into) return;
  /** @type {Record<string, boolean>} */
  const found = {};
  document.querySelectorAll(NEWS).forEach((one) => {
    found[one.textContent.replace(/\s+/g, " ").trim()] = true;
  });
  if (known) {
    const fresh = Object.keys(found).filter((text) => text && !known[text]);
    if (fresh.length) into.textContent = fresh.join(" ");
  }
  known = found;
}

// Where focus is, so that it can be found again: its question, and its part.
/** @param {Element} one */
export function within(one) {
  if (!one || one === document.body || !one.closest("[data-part]")) return null;
  const box = one.closest("article[id], section[id]");
  return { one: one, id: box ? box.id : "", part: one.closest("[data-part]") };
}
/** @param {ReturnType<typeof within>} place */
export function comeTo(place) {
  if (!place || document.contains(place.one)) return;
  const box = place.id ? document.getElementById(place.id) : null;
  const next = (box && box.querySelector("h2")) ||
    document.querySelector("article[data-state=open] > h2") ||
    document.querySelector("[data-step] h2, [data-scene] h1") || place.part;
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
}
