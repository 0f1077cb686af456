// @ts-check
// The studio's cards: 史实 and 误区 as forms, and the wizard that writes all of a 误区. The text
// stays the one source: each change comes back as a text in which the card's own characters have
// changed, and is saved as a draft at once.

import * as wizard from "./wizard.js";

/**
 * @typedef {object} Studio
 * @property {(content: object) => Promise<any>} ask
 * @property {() => string} text
 * @property {(text: string) => void} replace
 * @property {() => Promise<any>} save
 * @property {(text: string, bad?: boolean) => void} says
 */

/** @type {Studio} */
let studio;
/** @type {HTMLElement} */
let panel;
/** @type {HTMLButtonElement} */
let undoing;
/** @type {{ before: string, after: string }[]} */
const done = [];
let touched = false, busy = false;
/** @type {Record<string, string>} */
let was = {};

// Where the cards stand, and the editor they write into.
/**
 * @param {HTMLElement} place
 * @param {Studio} bench
 */
export function begin(place, bench) {
  studio = bench;
  panel = place.querySelector("[data-cards]");
  undoing = place.querySelector("[data-undo]");
  undoing.addEventListener("click", undo);
  panel.addEventListener("click", click);
  panel.addEventListener("input", (event) => {
    touched = true;
    mended(/** @type {HTMLElement} */ (event.target));
    const at = form();
    if (at.dataset.section === "wizard") wizard.watch(at, look);
  });
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
}

// Something is typed in a card that isn't saved.
export function dirty() {
  return touched && !!form();
}

// Shows the list anew, unless somebody is typing in a card.
export function show() {
  if (!dirty()) open("", null);
}

// What is being written: the card where one is, else the text.
export function save() {
  if (dirty() && panel.offsetParent) submit();
  else studio.save();
}

// What was told at a field is of what stood there before.
/** @param {HTMLElement} field */
function mended(field) {
  const told = document.getElementById(field.id + "-told");
  if (told) told.hidden = true;
  field.removeAttribute("aria-invalid");
}

// What is said of the wizard's form as it is.
/** @param {HTMLFormElement} at */
function look(at) {
  const asked = { text: studio.text(), act: "look", section: "wizard", given: given(at) };
  return studio.ask(asked).then((found) => found.told || {});
}

function submit() {
  const at = form();
  if (!busy) act("save", at.dataset.section, at.dataset.id, given(at));
}

// While a card is on its way nothing is typed into it: its answer draws the panel anew.
/** @param {boolean} on */
function hold(on) {
  busy = on;
  panel.querySelectorAll("input, textarea").forEach((one) => {
    /** @type {HTMLInputElement} */ (one).readOnly = on;
  });
  panel.querySelectorAll("select").forEach((one) => {
    /** @type {HTMLSelectElement} */ (one).disabled = on;
  });
}

/**
 * @param {string} section
 * @param {string} id
 */
function focus(section, id) {
  const card = Array.prototype.find.call(
    panel.querySelectorAll("[data-card]"),
    (/** @type {HTMLElement} */ one) => one.dataset.card === id && one.dataset.section === section,
  );
  if (card) card.focus();
}

/** @returns {HTMLFormElement | null} */
function form() {
  return panel.querySelector("[data-form]");
}

/** @param {HTMLFormElement} from */
function given(from) {
  /** @type {Record<string, string>} */
  const found = {};
  new FormData(from).forEach((value, name) => {
    found[name] = String(value);
  });
  return found;
}

/**
 * @param {string} section
 * @param {string | null} id
 */
function open(section, id) {
  return studio.ask({ text: studio.text(), section: section, id: id || "" }).then((found) => {
    if (refused(found)) return;
    put(found);
    const at = form();
    if (at) at.querySelector("h2").focus();
  }).catch(trouble);
}

/** @param {any} found */
function put(found) {
  if (found.html === null) {
    studio.says(found.problem, true);
    return;
  }
  panel.innerHTML = found.html;
  touched = false;
  const at = form();
  was = at ? given(at) : {};
  undoing.disabled = !done.length;
}

/** @param {any} found */
function refused(found) {
  if (found.error) studio.says(found.error.message + found.error.remedy, true);
  return !!found.error;
}

/** @param {Error & { stopped?: boolean }} error */
function trouble(error) {
  if (!error.stopped) studio.says(error.message + "写的都还在。", true);
}

/**
 * @param {string} what
 * @param {string} section
 * @param {string} id
 * @param {Record<string, string>} values
 */
function act(what, section, id, values) {
  const before = studio.text();
  hold(true);
  return studio.ask({
    text: before,
    act: what,
    section: section,
    id: id,
    given: values,
    was: id ? was : {},
  }).then((found) => {
    hold(false);
    if (refused(found)) return;
    if (found.problems) {
      tell(found.problems);
      return;
    }
    if (studio.text() !== before) {
      studio.says("源文刚改过，这张卡片还没存。请再按一次“存下”。", true);
      return;
    }
    if (found.text !== null && found.text !== undefined) {
      done.push({ before: before, after: found.text });
      studio.replace(found.text);
      studio.save();
    }
    put(found);
    focus(found.section || section, found.id || "");
  }).catch((error) => {
    hold(false);
    trouble(error);
  });
}

// What can't be saved so, at its field; the first of them is gone to.
/** @param {Record<string, string>} problems */
function tell(problems) {
  const at = form();
  at.querySelectorAll(".card-told").forEach((one) => {
    /** @type {HTMLElement} */ (one).hidden = true;
  });
  at.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
  /** @type {HTMLElement | null} */
  let first = null;
  Object.keys(problems).forEach((name) => {
    const field = document.getElementById("card-" + name),
      told = name ? document.getElementById("card-" + name + "-told") : null,
      place = told || /** @type {HTMLElement} */ (at.querySelector("[data-whole]"));
    place.textContent = problems[name];
    place.hidden = false;
    if (field) field.setAttribute("aria-invalid", "true");
    const fold = field && /** @type {HTMLDetailsElement} */ (field.closest("details"));
    if (fold) fold.open = true;
    if (field && (!first || field.compareDocumentPosition(first) & 4)) first = field;
  });
  const number = Object.keys(problems).length;
  studio.says("这张卡片还没存：" + number + " 处要改，写在那里了。", true);
  if (first) /** @type {HTMLElement} */ (first).focus();
}

// The text before the last change of a card, saved as a draft like any other.
function undo() {
  const last = done[done.length - 1];
  if (!last || busy || !leaves()) return;
  if (studio.text() !== last.after) {
    studio.says("源文后来又改过，卡片这里撤不了；请在“源文”里按 Ctrl+Z。", true);
    return;
  }
  done.pop();
  studio.replace(last.before);
  studio.save();
  open("", null).then(() => {
    undoing.disabled = !done.length;
    studio.says("撤销了卡片上的一次改动。");
  });
}

/** @param {Event} event */
function click(event) {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (!button || busy) return;
  const at = form();
  if (button.dataset.section) open(button.dataset.section, button.dataset.card);
  else if ("add" in button.dataset) add(button.closest("[data-rows]"));
  else if ("drop" in button.dataset) drop(button);
  else if ("shut" in button.dataset) shut();
  else if ("remove" in button.dataset && window.confirm("删掉这张卡片？删了还可以撤销。")) {
    act("remove", at.dataset.section, at.dataset.id, {});
  }
}

// What is typed and not saved goes only where one says so.
function leaves() {
  return !dirty() || window.confirm("这张卡片改过，还没存。不要了吗？");
}

function shut() {
  const at = form(), id = at.dataset.id, section = at.dataset.section;
  if (leaves()) open("", null).then(() => focus(section, id));
}

/** @param {HTMLElement} rows */
function add(rows) {
  const blank = /** @type {HTMLTemplateElement} */ (rows.querySelector(":scope > [data-blank]")),
    name = rows.dataset.rows;
  let number = 0;
  while (rows.querySelector('[name^="' + name + "." + number + '."]')) number += 1;
  const made = document.createElement("div");
  made.innerHTML = blank.innerHTML.split(name + ".__").join(name + "." + number);
  const row = /** @type {HTMLElement} */ (made.firstElementChild);
  rows.insertBefore(row, blank);
  touched = true;
  /** @type {HTMLElement} */ (row.querySelector("input, select, textarea")).focus();
}

/** @param {HTMLElement} button */
function drop(button) {
  const rows = /** @type {HTMLElement} */ (button.closest("[data-rows]"));
  button.closest("[data-row]").remove();
  touched = true;
  /** @type {HTMLElement} */ (rows.querySelector(":scope > [data-add]")).focus();
}
