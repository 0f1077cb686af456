// @ts-check
// What the engine says of the wizard's form while one types, under the step that it is about; and
// how long the options are, beside each.

const LOOK_MS = 600, OPTIONS = ["right", "wrong", "other", "more"];
let looking = 0, asking = false, again = false;

// The form has changed: says what there is to say once the typing stops, one question at a time.
/**
 * @param {HTMLFormElement} form
 * @param {(form: HTMLFormElement) => Promise<Record<string, string>>} ask
 */
export function watch(form, ask) {
  OPTIONS.forEach((name) => count(form, name));
  clearTimeout(looking);
  looking = setTimeout(() => look(form, ask), LOOK_MS);
}

/**
 * @param {HTMLFormElement} form
 * @param {(form: HTMLFormElement) => Promise<Record<string, string>>} ask
 */
function look(form, ask) {
  again = asking;
  if (asking || !form.isConnected) return;
  asking = true;
  ask(form).then((told) => say(form, told)).catch(() => {/* the next letter asks again */}).then(
    () => {
      asking = false;
      if (again) look(form, ask);
    },
  );
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function count(form, name) {
  const label = form.querySelector('label[for="card-' + name + '"]'),
    length = /** @type {HTMLInputElement} */ (document.getElementById("card-" + name)).value.length;
  const at = label.querySelector(".count") || label.appendChild(document.createElement("span"));
  at.className = "count";
  at.textContent = length ? length + " 字" : "";
}

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} told
 */
function say(form, told) {
  form.querySelectorAll("[data-step]").forEach((step) => {
    const lines = Object.keys(told).filter((name) => {
      const field = document.getElementById("card-" + name);
      return name ? field && step.contains(field) : step === form.querySelector("[data-step]");
    }).map((name) => told[name]);
    const into = step.querySelector("[data-ahead]"), text = lines.join("\n");
    if (into.textContent !== text) into.textContent = text;
  });
}
