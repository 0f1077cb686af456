// @ts-check
// What a person has typed, picked or put in order and not yet sent, kept on this device: a page in
// the background may be thrown away at any moment, and a part may be replaced under one's hands.

const DAY_MS = 86400000;
// Where the browser keeps nothing.
/** @type {Record<string, Kept>} */
const memory = {};

/**
 * @param {string} name
 * @returns {Kept | null}
 */
function read(name) {
  let text = null;
  try {
    text = localStorage.getItem("draft:" + name);
  } catch (_e) { /* refused */ }
  if (text === null) return memory[name] || null;
  try {
    return JSON.parse(text);
  } catch (_e) {
    return null;
  }
}
/**
 * @param {string} name
 * @param {unknown} value
 * @param {number} days
 */
export function put(name, value, days) {
  const kept = { value: value, at: Date.now(), until: Date.now() + days * DAY_MS };
  memory[name] = kept;
  try {
    localStorage.setItem("draft:" + name, JSON.stringify(kept));
  } catch (_e) { /* refused, or full */ }
}
/** @param {string} name */
export function find(name) {
  const kept = read(name);
  return kept && kept.until > Date.now() ? kept : null;
}
/** @param {string} name */
export function drop(name) {
  delete memory[name];
  try {
    localStorage.removeItem("draft:" + name);
  } catch (_e) { /* refused */ }
}
/** @param {string} scope */
export function names(scope) {
  const found = Object.keys(memory);
  try {
    for (let i = 0; i < localStorage.length; i++) {
      const key = localStorage.key(i);
      if (key.indexOf("draft:") === 0) found.push(key.slice(6));
    }
  } catch (_e) { /* refused */ }
  return found.filter((name) => name.indexOf(scope) === 0);
}
names("").forEach((name) => {
  if (!find(name)) drop(name);
});

// ── a form as it stands ───────────────────────────────────────────────────────────────────────

/**
 * @template {HTMLElement} E
 * @param {ParentNode} form
 * @param {string} what
 * @param {(one: E) => void} act
 */
function each(form, what, act) {
  /** @type {NodeListOf<E>} */ (form.querySelectorAll(what)).forEach((one) => act(one));
}

const TICKED = "input[type=radio], input[type=checkbox]";
const TYPED = "input:not([type]), textarea, " +
  ["text", "number", "date", "time", "datetime-local", "search", "email", "tel", "url"]
    .map((type) => "input[type=" + type + "]").join(", ");

/** @param {HTMLElement} form */
function taken(form) {
  /** @type {Made} */
  const made = { typed: [], picked: [], chosen: [], order: [] };
  each(form, TYPED, /** @param {HTMLInputElement} one */ (one) => {
    made.typed.push(one.value);
  });
  each(form, TICKED, /** @param {HTMLInputElement} one */ (one) => {
    if (one.checked) made.picked.push(one.name + "=" + one.value);
  });
  each(form, "select", /** @param {HTMLSelectElement} one */ (one) => {
    made.chosen.push(one.value);
  });
  each(form, "[data-item]", (one) => {
    made.order.push(one.dataset.item);
  });
  return made;
}

/**
 * @param {HTMLElement} form
 * @param {Made} made
 */
function fill(form, made) {
  let place = 0;
  each(form, TYPED, /** @param {HTMLInputElement} one */ (one) => {
    set(one, "value", made.typed[place++]);
  });
  each(form, TICKED, /** @param {HTMLInputElement} one */ (one) => {
    set(one, "checked", made.picked.indexOf(one.name + "=" + one.value) >= 0);
  });
  place = 0;
  each(form, "select", /** @param {HTMLSelectElement} one */ (one) => {
    const value = made.chosen[place++];
    if (
      Array.prototype.some.call(one.options, (each) => each.value === value)
    ) set(one, "value", value);
  });
  arrange(form, made.order);
}
/**
 * @template {HTMLElement} E
 * @template {keyof E} K
 * @param {E} one
 * @param {K} what
 * @param {E[K]} value
 */
function set(one, what, value) {
  if (value === undefined || one[what] === value) return;
  one[what] = value;
  one.dataset.touched = "1";
}
/**
 * @param {HTMLElement} form
 * @param {string[]} order
 */
function arrange(form, order) {
  /** @type {Record<string, HTMLElement>} */
  const items = {};
  let list = form;
  each(form, "[data-item]", (one) => {
    items[one.dataset.item] = one;
    list = one.parentElement;
  });
  const same = order.length && order.length === Object.keys(items).length &&
    order.every((name) => items[name]);
  if (!same) return;
  order.forEach((name) => {
    list.appendChild(items[name]);
  });
  list.dataset.touched = "1";
}

// ── the forms of a live page, by scope (run and seat), scene and task ─────────────────────────

/**
 * @param {string} scope
 * @param {HTMLElement} form
 */
function nameOf(scope, form) {
  const data = form.dataset, shown = document.querySelector("[data-scene]");
  const scene = data.task === "reflect" ? "" : shown ? shown.dataset.scene : "";
  return [scope, scene, data.do, data.task || "", data.role || "", data.seat || ""].join("/");
}
/** @param {string} scope */
export function watch(scope) {
  /** @param {Event} event */
  function note(event) {
    const one = event.target instanceof Element ? event.target : null;
    const form = one && one.closest("[data-part] form[data-do]");
    if (!form) return;
    form.dataset.draft = nameOf(scope, form);
    put(form.dataset.draft, taken(form), 0.5);
  }
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  document.addEventListener("moved", note);
}
// Put back what isn't there any more. A form that was put back, or typed in since, is left alone.
/** @param {string} scope */
export function restore(scope) {
  each(document, "[data-part] form[data-do]", (form) => {
    const name = nameOf(scope, form), kept = find(name);
    if (!kept || form.dataset.draft === name) return;
    form.dataset.draft = name;
    fill(form, kept.value);
  });
}
/** @param {HTMLElement} form */
export function forget(form) {
  if (form.dataset.draft) drop(form.dataset.draft);
  delete form.dataset.draft;
}

// ── leaving a page, and coming back to it ─────────────────────────────────────────────────────

// The browser asks before something unsaved is left. Chromium before 119 asks only where
// returnValue is set; iPhones never ask: hence the copy on this device.
/** @param {() => boolean} dirty */
export function asks(dirty) {
  window.addEventListener("beforeunload", (event) => {
    if (!dirty()) return;
    event.preventDefault();
    event.returnValue = "";
  });
}

// Says at the head of `into` that something was put back; the button takes it away again.
/**
 * @param {Element} into
 * @param {string} more
 * @param {() => void} undo
 */
export function putBack(into, more, undo) {
  const told = document.createElement("p");
  told.className = "hint kept";
  told.setAttribute("role", "status");
  told.textContent = "已放回这台设备上还没存下的内容。" + more + " ";
  const no = told.appendChild(document.createElement("button"));
  no.type = "button";
  no.className = "link";
  no.textContent = "不要了";
  no.addEventListener("click", () => {
    told.remove();
    undo();
  });
  into.insertBefore(told, into.firstChild);
}

// ── plain forms: <form data-kept="activity:…"> ────────────────────────────────────────────────

// What was typed since `base` (what the server sent) is put back while the server still has that.
/** @param {HTMLElement} form */
function keep(form) {
  const name = form.dataset.kept, base = JSON.stringify(taken(form)), kept = find(name);
  let leaving = false;
  if (
    kept && JSON.stringify(kept.value.made) !== base &&
    (kept.value.base === base || !kept.value.sent)
  ) {
    fill(form, kept.value.made);
    putBack(form, "", () => {
      drop(name);
      fill(form, JSON.parse(base));
    });
  } else if (kept) {
    drop(name);
  }
  /** @param {boolean} sent */
  function note(sent) {
    leaving = sent;
    put(name, { made: taken(form), base: base, sent: sent }, 14);
  }
  asks(() => !leaving && JSON.stringify(taken(form)) !== base);
  form.addEventListener("input", () => {
    note(false);
  });
  form.addEventListener("change", () => {
    note(false);
  });
  form.addEventListener("submit", () => {
    if (find(name)) note(true);
  });
}
each(document, "form[data-kept]", keep);
