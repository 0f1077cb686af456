// @ts-check
// The debrief's cards are arranged: dragged, or moved by buttons (which forms.js does), and left
// out or taken in. What lies in `[data-deck]` is sent by the button that opens the debrief.

/** @type {HTMLElement | null} */
let dragged = null;

/** @param {Element} inside */
function touched(inside) {
  const lists = /** @type {HTMLElement} */ (inside.closest(".deck-lists"));
  const deck = /** @type {HTMLElement} */ (lists.querySelector("[data-deck]"));
  lists.dataset.touched = "1";
  const many = deck.querySelectorAll("[data-item]").length > Number(deck.dataset.most);
  /** @type {HTMLElement} */ (lists.querySelector("[data-too-many]")).hidden = !many;
}

/** @param {EventTarget | null} target */
function cardAt(target) {
  return target instanceof Element
    ? /** @type {HTMLElement | null} */ (target.closest(".deck-cards > [data-item]"))
    : null;
}

document.addEventListener("dragstart", (event) => {
  dragged = cardAt(event.target);
  if (!dragged || !event.dataTransfer) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.item);
});

document.addEventListener("dragover", (event) => {
  const target = /** @type {Element} */ (event.target);
  const list = dragged && target.closest ? target.closest(".deck-cards") : null;
  if (!list) return;
  event.preventDefault();
  const over = cardAt(target);
  if (!over) {
    if (!list.contains(dragged)) list.appendChild(dragged);
  } else if (over !== dragged) {
    const box = over.getBoundingClientRect(), below = event.clientY > box.top + box.height / 2;
    list.insertBefore(dragged, below ? over.nextSibling : over);
  }
});

document.addEventListener("drop", (event) => {
  if (dragged) event.preventDefault();
});

document.addEventListener("dragend", () => {
  if (dragged) touched(dragged);
  dragged = null;
});

document.addEventListener("moved", (event) => {
  const list = /** @type {Element} */ (event.target);
  if (list.matches(".deck-cards")) touched(list);
});

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (!button) return;
  if (button.dataset.with === "deck") {
    // It is on its way: what the server makes of it may be shown.
    const lists = /** @type {HTMLElement | null} */ (document.querySelector(".deck-lists"));
    if (lists) delete lists.dataset.touched;
    return;
  }
  const card = button.dataset.shelve ? cardAt(button) : null;
  if (!card) return;
  const lists = card.closest(".deck-lists");
  const to = button.dataset.shelve === "out" ? "[data-rest]" : "[data-deck]";
  lists.querySelector(to).appendChild(card);
  const other = button.dataset.shelve === "out" ? "in" : "out";
  /** @type {HTMLElement} */ (card.querySelector(`[data-shelve="${other}"]`)).focus();
  touched(card);
});
