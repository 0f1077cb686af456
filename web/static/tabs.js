// @ts-check
// A row of tabs: one panel shown, arrows go along.

// Shows the panel of `which`; its tab is `data-tab`, its panel has the id `see-…`.
/**
 * @param {string} which
 */
export function open(which) {
  const list = /** @type {HTMLElement} */ (document.querySelector('[data-tab="' + which + '"]'))
    .closest('[role="tablist"]');
  list.querySelectorAll("[data-tab]").forEach((one) => {
    const tab = /** @type {HTMLElement} */ (one), on = tab.dataset.tab === which;
    tab.setAttribute("aria-selected", on ? "true" : "false");
    tab.tabIndex = on ? 0 : -1;
    document.getElementById("see-" + tab.dataset.tab).hidden = !on;
  });
}

// `then` hears which tab the arrows came to.
/** @param {(which: string) => void} then */
export function walk(then) {
  document.querySelectorAll('[role="tablist"]').forEach((list) => {
    list.addEventListener("keydown", (event) => {
      const key = /** @type {KeyboardEvent} */ (event).key;
      if (key !== "ArrowRight" && key !== "ArrowLeft") return;
      const all = Array.prototype.slice.call(list.querySelectorAll("[data-tab]"));
      const next = all[
        (all.indexOf(event.target) + (key === "ArrowRight" ? 1 : all.length - 1)) % all.length
      ];
      then(next.dataset.tab);
      next.focus();
    });
  });
}
