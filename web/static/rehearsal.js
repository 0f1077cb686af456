// @ts-check
// A rehearsal's own buttons: what they do is seen in the three frames, which stay as they are.

// The same form sent again takes effect once (web/door/once.py), but each press is meant.
let presses = 0;
const note = document.querySelector("[data-note]");

/** @param {SubmitEvent} event */
async function send(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const pressed = /** @type {HTMLButtonElement} */ (event.submitter);
  if (!("stays" in form.dataset) || !pressed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const said = new FormData(form);
  if (pressed.name) said.set(pressed.name, pressed.value);
  said.set("press", String(presses += 1));
  pressed.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(/** @type {any} */ (said)),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    form.querySelectorAll("[aria-pressed]").forEach((one) => {
      one.setAttribute("aria-pressed", one === pressed ? "true" : "false");
    });
  } catch (_e) {
    note.textContent = "没有做成：试演也许已经结束，或网断了。请刷新这一页。";
  }
  pressed.removeAttribute("aria-busy");
}
document.addEventListener("submit", send, true);
