// @ts-check
// For who doesn't see the page: one polite line for what is new, and focus on what came.

/** @type {Record<string, string> | null} what was there, by what it is: two nudges are two */
let known = null;
/** @type {Record<string, boolean>} questions that were told in this scene */
let asked = {};
let scene = "", did = "";
const ASKED = "article[data-state=open] > h2";
// What lies over the page tells of a fall; then it isn't told again by the way.
const OVER = "section.held > p:not(.sheet-foot), section.rescue > .label, section.rescue legend";
const BY_THE_WAY = ".missed, [data-kind=trap] > p > b";
const NEWS = [
  "[data-scene] h1",
  "[data-step] h2",
  ASKED,
  ".last .asked",
  ".last .came",
  ".banner",
  ".missed",
  OVER,
  "[data-notice] > p > b",
  "[data-dark]:not([hidden]) b",
].join(", ");

export function tell() {
  const into = document.querySelector("[data-tell]");
  if (!into) return;
  /** @type {Record<string, string>} */
  const found = {};
  const here = named("[data-scene]", "scene"), act = named("[data-did]", "did");
  if (here !== scene) asked = {};
  /** @type {HTMLElement[]} */
  const all = Array.prototype.slice.call(document.querySelectorAll(NEWS));
  const fresh = all.filter((one) => {
    const text = said(one), name = called(one) + text, was = known && known[name];
    if (!text || found[name]) return false;
    found[name] = text;
    if (one.matches(ASKED)) {
      const before = asked[name];
      asked[name] = true;
      return !before;
    }
    // Wrong again, by whoever is at it: the same words are news.
    const again = act !== did && one.matches(".missed") &&
      one.closest("article").contains(document.activeElement);
    return !was || again;
  });
  const over = fresh.some((one) => one.matches(OVER));
  const texts = fresh.filter((one) => !over || !one.matches(BY_THE_WAY)).map(said);
  const says = texts.filter((text, place) => texts.indexOf(text) === place).join(" ");
  // The same again is heard only where it is another text.
  if (known && says) into.textContent = says === into.textContent ? says + "\u00a0" : says;
  known = found;
  scene = here;
  did = act;
}
/** @param {HTMLElement} one */
function said(one) {
  return one.textContent.replace(/\s+/g, " ").trim();
}
/** @param {HTMLElement} one */
function called(one) {
  const item = /** @type {HTMLElement | null} */ (one.closest("[data-notice], article[id]"));
  return item ? item.dataset.notice || item.id : "";
}
/**
 * @param {string} what
 * @param {string} by
 */
function named(what, by) {
  const one = /** @type {HTMLElement | null} */ (document.querySelector(what));
  return one ? one.dataset[by] : "";
}

// Where focus is, so that it can be found again: its question, and its part.
/** @param {Element} one */
export function within(one) {
  if (!one || one === document.body || !one.closest("[data-part]")) return null;
  const box = one.closest("article[id], section[id]");
  return { one: one, id: box ? box.id : "", part: one.closest("[data-part]") };
}
/**
 * @param {ReturnType<typeof within>} place
 * @param {(HTMLElement | null)[] | null} homes where focus belongs then, on a phone
 */
export function comeTo(place, homes) {
  const at = document.activeElement, over = document.querySelector("[data-sheet]");
  const stays = place && shown(/** @type {HTMLElement} */ (place.one));
  if (!place || (stays || shown(at)) && !(over && !over.contains(at))) return;
  const box = place.id && !over ? document.getElementById(place.id) : null;
  focus([box && box.querySelector("h2")].concat(
    homes || [
      document.querySelector("article[data-state=open] > h2"),
      document.querySelector("[data-step] h2, [data-scene] h1"),
      place.part,
    ],
  ));
}

/** @param {Element} one */
export function shown(one) {
  return one !== document.body && document.contains(one) && one.getClientRects().length > 0;
}

// The first of them that is shown gets focus.
/** @param {(Element | null)[]} places */
export function focus(places) {
  const to = /** @type {HTMLElement} */ (places.filter((each) => each && shown(each))[0]);
  if (!to) return;
  if (to.tabIndex < 0) to.tabIndex = -1;
  to.focus({ preventScroll: true });
}
