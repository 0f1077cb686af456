// @ts-check
// The phone shows one thing at a time: the story once, then what is mine to do, then whom all wait
// for. Which of them is read off the parts; css/stack.css shows it. A sheet lies over all of it.

import { focus, shown } from "./aloud.js";
import { all, bar, one, room, says } from "./bar.js";
import { buzz, signal } from "./signal.js";

const body = document.body;
const whose = body.dataset.run + "/" + body.dataset.seat;
const READ = "read:" + whose;
const AWAY = "away:" + whose;

/** @type {string} a drawer that was opened, or none */
let drawer = "";
/** @type {string} the task that was picked last */
let picked = "";
let before = "";
/** what lay there before, without drawers */
let asked = "";
/** @type {HTMLElement | null} where focus was before a sheet came */
let left = null;

// ── what lies on top ──────────────────────────────────────────────────────────────────────────

// What this seat can do something about, what must be done first.
function mine() {
  const open = all('[data-part=tasks] article[data-state="open"]').filter((task) =>
    one("form", task)
  );
  const must = open.filter((task) => !task.classList.contains("optional"));
  return must.concat(open.filter((task) => must.indexOf(task) < 0));
}

// Scenes whose story was read here: each is shown once, and again for who asks.
const known = load(READ);
/** @param {string} name */
function read(name) {
  known.push(name);
  keep(READ, known);
}
/**
 * @param {string} key
 * @returns {string[]}
 */
function load(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) || "[]");
  } catch (_e) {
    return []; // private mode
  }
}
/**
 * @param {string} key
 * @param {string[]} names
 */
function keep(key, names) {
  try {
    sessionStorage.setItem(key, JSON.stringify(names));
  } catch (_e) { /* private mode */ }
}
function scene() {
  return one("[data-part=scene] [data-scene]");
}

/** @param {HTMLElement[]} tasks */
function view(tasks) {
  const here = scene();
  if (one("[data-part=debrief] [data-step]")) return "debrief";
  if (!here) return "first";
  if (beaten) return "beat";
  if (here.dataset.ending || here.dataset.phase === "closed") return "end";
  if (known.indexOf(here.dataset.scene) < 0) return "story";
  return tasks.length ? "task" : "wait";
}

// Sheets that were put away, for as long as they are there: who falls again is another.
let folded = load(AWAY);
function sheet() {
  folded = folded.filter((name) => document.getElementById(name));
  const held = one("section.held") || one("section.pausing");
  if (held) return held;
  const told = one("[data-ending], [data-step]") ? [] : all("section.thanks, section.nudge");
  const may = all("section.rescue").filter((each) => one("form", each)).concat(told);
  return may.filter((each) => folded.indexOf(each.id) < 0)[0] || null;
}

// ── a beat after each right answer, and after a vote ──────────────────────────────────────────

// What it was and where it stands, till it is acknowledged, or for so long.
const BEAT_MS = 8000;
/** @type {HTMLElement | null} */
let beaten = null;
/** @type {Record<string, boolean> | null} answers that were told already */
let told = null;
let ends = 0;

// The last answer of a scene turns it: then only its `.last` is left.
function beat() {
  const first = !told;
  told = told || {};
  const did = one("[data-part=me] [data-did]");
  const found = all('[data-part=tasks] article[data-outcome="done"]').concat(
    all("[data-part=me] .last.good"),
  ).filter((each) => one(".learnt, .tally-list", each));
  found.forEach((each) => {
    const name = each.dataset.last || each.id + "/" + sceneName();
    if (told[name]) return;
    told[name] = true;
    const mine = each.dataset.last || !did || !told[did.dataset.did];
    if (did) told[did.dataset.did] = true;
    if (first || !mine) return;
    beaten = each;
    clearTimeout(ends);
    ends = setTimeout(pass, BEAT_MS);
  });
  if (beaten && !document.contains(beaten)) beaten = one("[data-part=me] .last.good");
}
function sceneName() {
  const here = scene();
  return here ? here.dataset.scene : "";
}
function pass() {
  clearTimeout(ends);
  beaten = null;
  arrange();
}

// ── all look up ───────────────────────────────────────────────────────────────────────────────

const DARK_MS = 3000;
/** @type {string | null} the scene that was here before; none: the page has just been opened */
let was = null;
function look() {
  const here = scene(), name = sceneName();
  const begins = was !== null && name !== was && here && here.hasAttribute("data-look-up");
  was = name;
  if (!begins || known.indexOf(name) >= 0) return;
  const dark = one("[data-dark]");
  dark.hidden = false;
  buzz(true);
  setTimeout(() => {
    dark.hidden = true;
  }, DARK_MS);
}

// Answers where focus belongs, if it was on what is gone: the first of these that is shown.
export function arrange() {
  if (!bar) return null;
  look();
  beat();
  const tasks = mine();
  const top = tasks.filter((task) => task.id === picked)[0] || tasks[0];
  const lies = view(tasks), over = sheet();
  mark("data-top", lies === "task" ? top : null);
  mark("data-beat", lies === "beat" ? beaten : null);
  mark("data-sheet", over);
  body.dataset.view = drawer || lies;
  body.classList.toggle("has-sheet", !!over);
  turns(tasks, top);
  drawers();
  says(lies, top, drawer);
  const now = [
    body.dataset.view,
    lies === "task" && top ? top.id : "",
    over ? over.id || over.className : "",
  ].join(" ");
  room();
  if (before && now !== before) {
    if (over && over.matches(".held, .rescue, .nudge")) buzz(true);
    come(over, top);
  } else if (!before) {
    begin(top);
    if (over) come(over, top);
  }
  const turn = lies === "task";
  signal(turn && asked === "wait", turn, bar.dataset.turn);
  if (lies === "story" && asked === "wait") buzz(false);
  asked = lies;
  before = now;
  return homes(over);
}

/**
 * @param {string} name
 * @param {HTMLElement | null} to
 */
function mark(name, to) {
  all("[" + name + "]").forEach((each) => {
    if (each !== to) each.removeAttribute(name);
  });
  if (to) to.setAttribute(name, "");
}

// What came begins at its top, at once; where the strip doesn't stay, without it.
/** @param {HTMLElement | undefined} top */
function begin(top) {
  const stays = getComputedStyle(one(".topbar")).position === "sticky";
  const task = body.dataset.view === "task" && !stays ? top : null;
  const root = document.documentElement;
  root.style.scrollBehavior = "auto";
  window.scrollTo(0, task ? task.getBoundingClientRect().top + window.pageYOffset - 8 : 0);
  root.style.scrollBehavior = "";
}

// Focus goes to what came, unless somebody writes; it comes back from a sheet.
/**
 * @param {HTMLElement | null} over
 * @param {HTMLElement | undefined} top
 */
function come(over, top) {
  const at = /** @type {HTMLElement} */ (document.activeElement);
  if (over) {
    if (over.contains(at)) return;
    if (!left) left = at;
    focus(homes(over));
    return;
  }
  if (at && at.matches("textarea, input[type=text]") && shown(at)) return;
  begin(top);
  const back = left;
  left = null;
  if (back && back !== body && shown(back)) back.focus();
  else if (!drawer || !shown(at)) focus(homes(null));
}

// Where one is: on the sheet, at the drawer's button, at the heading of what lies on top.
/** @param {HTMLElement | null} over */
function homes(over) {
  if (over) return [one("h2", over), over];
  return [
    drawer ? one('button[data-drawer="' + drawer + '"]') : null,
    one("[data-top] > h2"),
    one("[data-beat] > h2"),
    one("[data-beat]"),
    one("[data-step] h2"),
    one("[data-step]"),
    one(".awaiting h2"),
    one(".task.watched > h2"),
    one("[data-part=scene] h1"),
    one(".bar-says"),
  ];
}

// ── several things to do ──────────────────────────────────────────────────────────────────────

/**
 * @param {HTMLElement[]} tasks
 * @param {HTMLElement | undefined} top
 */
function turns(tasks, top) {
  const into = one("[data-turns]");
  into.hidden = tasks.length < 2 || body.dataset.view !== "task";
  const names = tasks.map((task, place) => (place + 1) + " " + task.dataset.called);
  const have = all("[data-turns] button");
  if (have.map((each) => each.textContent).join("|") !== names.join("|")) {
    into.textContent = "";
    names.forEach((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      into.appendChild(button);
    });
  }
  all("[data-turns] button").forEach((button, place) => {
    button.dataset.turnTo = tasks[place].id;
    button.setAttribute("aria-pressed", tasks[place] === top ? "true" : "false");
  });
}

// ── drawers ───────────────────────────────────────────────────────────────────────────────────

function drawers() {
  const name = one("[data-part=me] .who b");
  if (name) one("[data-whose]").textContent = name.textContent;
  all("button[data-drawer]").forEach((button) => {
    const here = button.dataset.drawer;
    button.setAttribute("aria-expanded", here === drawer ? "true" : "false");
    const badge = one("[data-badge]", button);
    if (!badge) return;
    const count = here === "cards"
      ? all("[data-part=cards] details[data-card]").length
      : all("[data-part=learnt] .had").length;
    badge.hidden = !count;
    if (here === drawer) one("[data-nothing]").hidden = count > 0;
    if (badge.textContent !== String(count)) badge.textContent = String(count);
  });
}

/** @param {string} name */
function open(name) {
  drawer = name === drawer ? "" : name;
  if (drawer === "me") {
    all("[data-part=me] details.brief").forEach((each) => {
      each.open = true;
    });
  }
  arrange();
  if (drawer) window.scrollTo(0, 0);
}

function go() {
  if (drawer) {
    open("");
    return;
  }
  if (beaten) {
    pass();
    return;
  }
  const here = scene();
  if (here) read(here.dataset.scene);
  arrange();
}

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (!button || !bar) return;
  if (button.dataset.drawer) open(button.dataset.drawer);
  else if (button.dataset.turnTo) {
    picked = button.dataset.turnTo;
    arrange();
  } else if (button.hasAttribute("data-go")) go();
  else if (button.hasAttribute("data-fold")) fold(button.closest("section"));
});

// ── sheets ────────────────────────────────────────────────────────────────────────────────────

/** @param {HTMLElement | null} what */
function fold(what) {
  if (!what) return;
  folded.push(what.id);
  keep(AWAY, folded);
  arrange();
}

// What lies under a sheet can't be reached; Esc puts away what may wait.
document.addEventListener("keydown", (event) => {
  const over = one("[data-sheet]");
  if (event.key === "Escape") {
    if (over && one("[data-fold]", over)) fold(over);
    else if (!over && drawer) open("");
  }
  if (event.key !== "Tab" || !over) return;
  const stops = Array.prototype.filter.call(
    over.querySelectorAll("button, input, a[href]"),
    (each) => !each.disabled && each.offsetParent,
  );
  const at = document.activeElement, last = stops[stops.length - 1];
  // The heading, where focus is at first, isn't one of them: back from it is the last.
  const first = at === stops[0] || stops.indexOf(at) < 0;
  if (!stops.length) event.preventDefault();
  else if (!over.contains(at) || (event.shiftKey ? first : at === last)) {
    event.preventDefault();
    (event.shiftKey ? last : stops[0]).focus();
  }
});

window.addEventListener("resize", () => {
  if (bar) room();
});
document.addEventListener("hongchuan:tick", () => {
  if (!bar || !body.classList.contains("is-live")) return;
  const top = one("[data-top]");
  if (body.dataset.view === "task" && top) says("task", top, drawer);
});

// 教一遍玩法 comes when it is asked for; where it doesn't, one asks again.
document.addEventListener("click", (event) => {
  const learn = /** @type {HTMLElement} */ (event.target).closest("[data-learn]");
  if (!learn || one("script[data-learns]")) return;
  const script = document.createElement("script");
  script.type = "module";
  script.src = /** @type {HTMLElement} */ (learn).dataset.learn;
  script.setAttribute("data-learns", "");
  script.onerror = () => script.remove();
  document.head.appendChild(script);
});
