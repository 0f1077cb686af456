// @ts-check
// Forms and buttons of parts: what they say, and new HTML morphed around what was typed.
// Used by the live page and by the studio's phones. No rule of the game is in here.

// What the page notes on an element of its own accord; the server knows nothing of it.
const OWN = [
  "data-sent",
  "data-draft",
  "data-touched",
  "data-top",
  "data-sheet",
  "aria-busy",
  "tabindex",
];

// Another question's form in the same place: what was typed belonged to the one before.
/**
 * @param {HTMLElement} was
 * @param {HTMLElement} will
 */
function another(was, will) {
  return ["do", "task", "role", "seat"].some((name) => was.dataset[name] !== will.dataset[name]);
}
/** @param {HTMLElement} form */
function forgetOwn(form) {
  const all = Array.prototype.slice.call(form.querySelectorAll("[data-touched]")).concat(form);
  all.forEach((one) => {
    OWN.forEach((name) => {
      one.removeAttribute(name);
    });
  });
}

// True: something that a person has entered was left as it is.
/**
 * @param {Element} holder
 * @param {string} html
 */
export function morph(holder, html) {
  let left = false;
  window.Idiomorph.morph(holder, html, {
    morphStyle: "innerHTML",
    callbacks: {
      beforeAttributeUpdated: (name, _node, how) => !(how === "remove" && OWN.indexOf(name) >= 0),
      beforeNodeMorphed: (was, will) => {
        if (was.nodeType !== 1) return true;
        if (was.tagName === "FORM" && will.tagName === "FORM" && another(was, will)) {
          forgetOwn(was);
        }
        // What a person has put in order, typed or ticked stays until it is sent.
        if (was.dataset.touched && was.matches("[data-keep], input, textarea, select")) {
          left = true;
          return false;
        }
        if (was instanceof HTMLDetailsElement && will instanceof HTMLDetailsElement) {
          will.open = was.open;
        }
        if (was.hasAttribute("data-until") || was.hasAttribute("data-since")) {
          if (was.isEqualNode(will)) return false;
        }
        return true;
      },
    },
  });
  return left;
}

/** @param {HTMLElement} form */
function collect(form) {
  switch (form.dataset.collect) {
    case "checked":
      return Array.prototype.map.call(form.querySelectorAll("input:checked"), (one) => one.value);
    case "text":
      return [
        /** @type {HTMLInputElement} */ (form.querySelector("input[type=text], textarea")).value,
      ];
    case "items":
      return Array.prototype.map.call(
        form.querySelectorAll("[data-item]"),
        (one) => one.dataset.item,
      );
    case "pairs":
      return Array.prototype.filter.call(
        form.querySelectorAll("[data-left]"),
        (one) => one.value && (one.type !== "radio" || one.checked),
      ).map((one) => one.dataset.left + "=" + one.value);
    case "none":
      return [];
  }
  return null;
}

// What a form or button asks for, as a command of the wire (without id).
/** @param {HTMLElement} from */
export function message(from) {
  const data = from.dataset;
  /** @type {Command} */
  const made = { do: data.do };
  ["task", "role", "card", "to", "seat", "scene", "run", "address", "claim"].forEach(
    (name) => {
      if (data[name] !== undefined) made[name] = data[name];
    },
  );
  if (data.seats !== undefined) made.seats = data.seats.split(" ");
  // The debrief's cards as they lie on this page; where none do, the server proposes some.
  if (data.with === "deck" && document.querySelector("[data-deck]")) {
    made.cards = Array.prototype.map.call(
      document.querySelectorAll("[data-deck] [data-item]"),
      (one) => one.dataset.item,
    );
  }
  if (data.seconds) made.seconds = Number(data.seconds);
  if (data.answer !== undefined) made.answer = [data.answer];
  const answer = from.tagName === "FORM" ? collect(from) : null;
  if (answer) made.answer = answer;
  if (data.collect === "fields") {
    new FormData(/** @type {HTMLFormElement} */ (from)).forEach((value, name) => {
      made[name] = value;
    });
  }
  return made;
}

/** @param {HTMLElement} button */
function move(button) {
  const item = button.closest("[data-item]"), list = item.parentElement;
  list.dataset.touched = "1";
  if (button.dataset.move === "up" && item.previousElementSibling) {
    list.insertBefore(item, item.previousElementSibling);
  }
  if (button.dataset.move === "down" && item.nextElementSibling) {
    list.insertBefore(item.nextElementSibling, item);
  }
  button.focus();
  list.dispatchEvent(new Event("moved", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (button && button.dataset.move) move(button);
});

["input", "change"].forEach((name) => {
  document.addEventListener(name, (event) => {
    const one = /** @type {HTMLInputElement} */ (event.target);
    one.dataset.touched = "1";
    if (one.type !== "radio" || !one.form) return;
    // What is picked is picked of all: the server's pick of before mustn't take it back.
    one.form.querySelectorAll("input[type=radio]").forEach((other) => {
      other.dataset.touched = "1";
    });
  });
});

// ── screens: several pages in one ─────────────────────────────────────────────────────────────

/** @type {Record<string, string[]>} */
const PARTS = {
  seat: [
    "meters",
    "scene",
    "me",
    "debrief",
    "rescues",
    "waiting",
    "tasks",
    "notice",
    "cards",
    "team",
  ],
  projector: ["story", "session", "progress", "stage", "debrief", "traps"],
};

// Show `shown` ([{seat, name, kind, parts}]) as frames in `into`.
// `still`: nothing can be pressed.
/**
 * @param {HTMLElement} into
 * @param {Shown[]} shown
 * @param {boolean} still
 */
export function screens(into, shown, still) {
  const have = Array.prototype.map.call(into.children, (one) => one.dataset.phone).join();
  if (
    have !== shown.map((one) => one.seat).join()
  ) {
    into.textContent = "";
    shown.forEach((one) => {
      into.appendChild(frame(one, still));
    });
  }
  shown.forEach((one) => {
    const box = into.querySelector('[data-phone="' + one.seat + '"]');
    box.querySelector("h3").textContent = one.name;
    PARTS[one.kind].forEach((part) => {
      // Ids and group names are the page's, and here are several pages in one.
      const html = (one.parts[part] || "").replace(
        /\b(id|for|name|aria-labelledby|aria-describedby)="([^"]+)"/g,
        '$1="' + one.seat + '-$2"',
      );
      morph(box.querySelector('[data-part="' + part + '"]'), html);
    });
    // So are the names of its regions.
    box.querySelectorAll("section[aria-label]").forEach((region) => {
      const label = region.getAttribute("aria-label");
      if (label.indexOf(one.name) !== 0) {
        region.setAttribute("aria-label", one.name + "：" + label);
      }
    });
  });
}

/**
 * @param {Shown} one
 * @param {boolean} still
 */
function frame(one, still) {
  const box = document.createElement("article");
  box.className = one.kind === "seat" ? "phone" : "phone wall-frame";
  box.dataset.phone = one.seat;
  box.appendChild(document.createElement("h3"));
  let inside = box;
  if (still) {
    const resting = box.appendChild(document.createElement("fieldset"));
    resting.disabled = true;
    inside = resting;
    box.tabIndex = 0;
  }
  if (one.kind === "projector") inside.classList.add("wall-box");
  PARTS[one.kind].forEach((part) => {
    const holder = document.createElement("div");
    holder.dataset.part = part;
    inside.appendChild(holder);
  });
  return box;
}
