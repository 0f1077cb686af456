// @ts-check
// The card as a PNG, which every phone keeps with a long press; until then, and where a browser
// can't make one, it is the same card as SVG.

/** @type {HTMLImageElement} */
const card = document.querySelector("[data-keepsake]");
/** @type {HTMLAnchorElement} */
const save = document.querySelector("[data-save]");

function make() {
  if (card.src.indexOf("data:") === 0) return;
  const canvas = document.createElement("canvas");
  canvas.width = 1080;
  canvas.height = 1620;
  try {
    canvas.getContext("2d").drawImage(card, 0, 0, canvas.width, canvas.height);
    card.src = save.href = canvas.toDataURL("image/png");
    save.download = save.download.replace(".svg", ".png");
  } catch (_e) { /* it stays as it is */ }
}
if (card.complete && card.naturalWidth) make();
else card.addEventListener("load", make, { once: true });
