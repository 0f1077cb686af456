// @ts-check
// The bar at a phone's foot: what is expected of me, whom all wait for, how long there is.

export const bar = document.querySelector("[data-bar]");
const body = document.body;

/**
 * @param {string} what
 * @param {ParentNode} [within]
 */
export function one(what, within) {
  return /** @type {HTMLElement | null} */ ((within || document).querySelector(what));
}
/** @param {string} what */
export function all(what) {
  return Array.prototype.slice.call(document.querySelectorAll(what));
}

function waitedFor() {
  const names = all("[data-part=waiting] [data-who]").map((each) => each.dataset.who);
  const told = names.slice(0, 2).join(bar.dataset.and);
  if (names.length < 3) return told;
  return bar.dataset.others.replace("{who}", told).replace("{n}", String(names.length));
}

/**
 * @param {string} shown
 * @param {HTMLElement | undefined} top
 * @param {string} drawer
 */
export function says(shown, top, drawer) {
  const words = bar.dataset;
  const talks = top && one(".talk-first:not(.passed)", top);
  const who = waitedFor(), tally = one("[data-part=waiting] [data-done]");
  let what = "", more = "", press = "";
  if (shown === "story") {
    more = words.wall;
    press = words.read;
  } else if (shown === "task") {
    what = talks ? words.talk : top.classList.contains("optional") ? words.free : words.turn;
    const missed = one(".missed", top);
    more = missed ? missed.textContent.trim() : top.dataset.called;
  } else if (shown === "wait" || shown === "beat") {
    if (shown === "beat") press = words.known;
    else what = who ? words.waits.replace("{who}", who) : words.still;
    more = tally
      ? words.of.replace("{done}", tally.dataset.done).replace("{all}", tally.dataset.all)
      : "";
  } else if (shown === "first") {
    what = one('[data-do="ready"]') ? words.turn : words.lobby;
  } else {
    what = words.up;
  }
  if (drawer) press = words.back;
  write("[data-says-what]", what);
  write("[data-says-more]", more);
  bar.classList.toggle("missed-it", shown === "task" && !!one(".missed", top));
  clockFrom(talks || one(".scene-head [data-until]"));
  const go = one("[data-go]");
  if (go.textContent !== press) go.textContent = press;
  go.hidden = !press;
  go.classList.toggle("quiet", !!drawer);
  body.classList.toggle("has-go", !!press);
}

/**
 * @param {string} where
 * @param {string} text
 */
function write(where, text) {
  const into = one(where, bar);
  if (into.textContent !== text) into.textContent = text;
}

/** @param {HTMLElement | null} from */
function clockFrom(from) {
  const into = one("[data-says-left]", bar);
  const until = from ? from.dataset.until : "";
  into.hidden = !until;
  if (!until) into.removeAttribute("data-until");
  if (!until || into.dataset.until === until) return;
  into.dataset.until = until;
  into.textContent = bar.dataset.left + " ";
  into.appendChild(document.createElement("b")).textContent = "…";
}

// How high the bar is, so that nothing ends up under it.
export function room() {
  document.documentElement.style.setProperty("--bar", bar.offsetHeight + "px");
}

// An iPhone's keyboard covers the page's foot without making the page any smaller.
const seen = window.visualViewport;
function foot() {
  const covered = Math.max(0, window.innerHeight - seen.height - seen.offsetTop);
  document.documentElement.style.setProperty("--covered", covered + "px");
}
if (seen) {
  seen.addEventListener("resize", foot);
  seen.addEventListener("scroll", foot);
}
