// @ts-check
// The picture of a script, and how large it is shown.

let scale = 1, width = 0;

/**
 * @param {Element} into
 * @param {string} svg
 */
export function hang(into, svg) {
  into.innerHTML = svg;
  width = /** @type {SVGSVGElement} */ (into.firstElementChild).viewBox.baseVal.width;
  zoom(into, 0);
}

// So many times as large; 0: as large as there is room for, within reason.
/**
 * @param {Element} into
 * @param {number} by
 */
export function zoom(into, by) {
  const picture = into.querySelector("svg");
  if (!picture) return;
  scale = by
    ? Math.min(4, Math.max(0.1, scale * by))
    : Math.max(0.5, Math.min(1.2, into.clientWidth / width));
  picture.setAttribute("width", String(width * scale));
  picture.removeAttribute("height");
}
