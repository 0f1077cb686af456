// @ts-check
// Every page: large type, the wall's light and dark, full screen. Remembered on this device.

const root = document.documentElement;
/** @param {string} name */
function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch (_e) {
    return null;
  }
}
/**
 * @param {string} name
 * @param {string} value
 */
function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch (_e) { /* private mode */ }
}

/** @param {boolean} on */
function large(on) {
  root.classList.toggle("large", on);
  document.querySelectorAll("[data-large]").forEach((button) => {
    button.setAttribute("aria-pressed", on ? "true" : "false");
  });
}
large(kept("large") === "1");
if (root.classList.contains("wall")) root.classList.toggle("light", kept("wall") === "light");

// A number where there was none, or a smaller one than there was.
/** @param {HTMLInputElement} input */
function fewer(input) {
  const now = Number(input.value), was = Number(input.defaultValue);
  return now > 0 && (!was || now < was);
}

// What can't be undone is asked twice.
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const sure = form.dataset.sure, field = form.dataset.sureFewer;
  if (field && !fewer(form.querySelector(`[name="${field}"]`))) return;
  if (sure && !window.confirm(sure)) event.preventDefault();
  if (!event.defaultPrevented && form.method === "post") sendOnce(event);
});

// A form is sent once: its button rests until the answer comes, or until it plainly doesn't.
const AGAIN_MS = 10000;
/** @param {SubmitEvent} event */
function sendOnce(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
  // Only once the browser has taken what the pressed button says.
  setTimeout(() => {
    rest(form, true);
  }, 0);
  setTimeout(() => {
    awaken(form);
  }, AGAIN_MS);
}
/**
 * @param {HTMLElement} form
 * @param {boolean} still
 */
function rest(form, still) {
  Array.prototype.forEach.call(
    form.querySelectorAll("button:not([type=button])"),
    (one) => {
      if (still ? !one.disabled : one.dataset.rests) {
        one.disabled = still;
        // What takes seconds says so: somebody waits in line for a seat.
        if (one.dataset.waiting) {
          const said = one.dataset.waiting;
          one.dataset.waiting = one.textContent;
          one.textContent = said;
        }
        if (still) one.dataset.rests = "1";
        else delete one.dataset.rests;
      }
    },
  );
}
/** @param {HTMLElement} form */
function awaken(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
  rest(form, false);
}
// Coming back to a page that was kept as it stood.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach(awaken);
});

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (!button) return;
  if (button.hasAttribute("data-large")) {
    const on = !root.classList.contains("large");
    large(on);
    keep("large", on ? "1" : "0");
  } else if (button.hasAttribute("data-dark")) {
    keep("wall", root.classList.toggle("light") ? "light" : "dark");
  } else if (button.hasAttribute("data-full")) {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (root.requestFullscreen) root.requestFullscreen();
  }
});
