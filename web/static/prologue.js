// @ts-check
// 教一遍玩法: while one waits for the others, how one plays, by doing it once. It is fetched when
// it is asked for, since few need it; nothing is sent, nothing kept. The evening's own start puts
// it away.

const body = document.body;
const WAIT_S = 5; // so long a teammate takes
/** @type {HTMLElement | null} */
let book = null;
/** @type {HTMLElement[]} */
let lessons = [];
let ticking = 0;

/**
 * @param {ParentNode} within
 * @param {string} what
 * @param {boolean} on
 */
function show(within, what, on) {
  within.querySelectorAll(what).forEach((each) => {
    /** @type {HTMLElement} */ (each).hidden = !on;
  });
}

// As if nobody had done it yet.
/** @param {HTMLElement} lesson */
function anew(lesson) {
  show(lesson, "[data-if], [data-then]", false);
  show(lesson, "[data-choices], [data-meanwhile]", true);
}

/** @param {number} number */
function turn(number) {
  clearInterval(ticking);
  lessons.forEach((each, at) => {
    each.hidden = at !== number;
  });
  const lesson = lessons[number];
  anew(lesson);
  book.scrollTop = 0;
  book.focus();
  if (lesson.querySelector("[data-left]")) wait(lesson);
}

/** @param {HTMLElement} lesson */
function wait(lesson) {
  const told = lesson.querySelector("[data-left]");
  let left = WAIT_S;
  told.textContent = "0:0" + left;
  ticking = setInterval(() => {
    left -= 1;
    told.textContent = "0:0" + left;
    if (left > 0) return;
    clearInterval(ticking);
    show(lesson, "[data-meanwhile]", false);
    show(lesson, "[data-then]", true);
  }, 1000);
}

// It is brought once; both its text and its looks are there before it opens.
function begin() {
  const brought = book ? Promise.resolve() : bring();
  brought.then(() => {
    if (document.querySelector("[data-part=scene] [data-scene]")) return;
    book.hidden = false;
    body.classList.add("is-learning");
    turn(0);
  }).catch((_e) => {}); // one asks again
}

function learns() {
  return /** @type {HTMLElement} */ (document.querySelector("[data-learn]"));
}

function bring() {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = learns().dataset.looks;
  const styled = new Promise((done, failed) => {
    style.onload = done;
    style.onerror = failed;
  });
  document.head.appendChild(style);
  const told = fetch("/prologue.html").then((answer) => {
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.text();
  });
  return Promise.all([told, styled]).then(([text]) => {
    if (book) return;
    document.querySelector("main").insertAdjacentHTML("beforeend", text);
    book = document.querySelector("[data-prologue]");
    lessons = Array.prototype.slice.call(book.querySelectorAll("[data-lesson]"));
  });
}

function end() {
  if (!book || book.hidden) return;
  clearInterval(ticking);
  book.hidden = true;
  body.classList.remove("is-learning");
  const learn = learns();
  if (learn) learn.focus();
}

/** @param {HTMLElement} button */
function pick(button) {
  const lesson = /** @type {HTMLElement} */ (button.closest("[data-lesson]"));
  const chosen = button.dataset.pick;
  if (chosen === "trap") {
    turn(lessons.indexOf(lesson) + 1);
    return;
  }
  show(lesson, "[data-if]", false);
  show(lesson, '[data-if="' + chosen + '"]', true);
  if (chosen === "right") show(lesson, "[data-choices]", false);
}

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (!button) return;
  if (button.hasAttribute("data-learn")) begin();
  else if (button.hasAttribute("data-unlearn")) end();
  else if (button.hasAttribute("data-pick")) pick(button);
  else if (button.hasAttribute("data-on")) {
    const next = lessons.indexOf(button.closest("[data-lesson]")) + 1;
    if (next < lessons.length) turn(next);
    else end();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") end();
});
new MutationObserver(() => {
  if (document.querySelector("[data-part=scene] [data-scene]")) end();
}).observe(document.querySelector("[data-part=scene]"), { childList: true, subtree: true });
begin();
