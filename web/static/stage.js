// @ts-check
// A run's moments on a timeline, in the trainer's room. What a screen showed is asked of the
// server, which renders it as it did live; here is only which moment, and how fast.

import { ask } from "./ask.js";
import { clock } from "./clock.js";
import { screens } from "./forms.js";
import { direct } from "./wall.js";

// Those of this page: one, or two side by side.
/** @type {Stage[]} */
export const stages = [];

export class Stage {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Log} */
    this.log = JSON.parse(root.querySelector("[data-log]").textContent);
    this.total = this.log.axis[this.log.axis.length - 1];
    this.screens = root.querySelector("[data-screens]");
    /** @type {HTMLInputElement} */
    this.scrub = root.querySelector("[data-scrub]");
    this.seq = 0;
    this.t = 0;
    this.playing = false;
    /** @type {Record<string, string>} */
    this.names = {};
    this.at = 0; // when what is shown was so; 0: nothing is shown yet
    root.querySelectorAll("[data-pick]").forEach((one) => {
      this.names[one.dataset.pick] = one.textContent;
    });
    this.scrub.addEventListener("input", () => {
      this.moveTo(Number(this.scrub.value));
    });
    root.addEventListener("click", (event) => {
      const one = /** @type {HTMLElement} */ (event.target).closest(
        "[data-to], [data-play], [data-step], [data-pick]",
      );
      if (!one || !root.contains(one)) return;
      if (one.dataset.to) this.show(Number(one.dataset.to));
      else if (one.dataset.step) this.step(Number(one.dataset.step));
      else if (one.dataset.pick) this.pick(one.dataset.pick);
      else this.play(!this.playing);
    });
    this.pick(root.dataset.screen, true);
    this.show(Number(root.dataset.seq), true);
  }

  // The last event that had happened at `t`.
  /** @param {number} t */
  seqAt(t) {
    let low = 0, high = this.log.axis.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.log.axis[middle] <= t) low = middle + 1;
      else high = middle;
    }
    return Math.max(1, low);
  }

  /**
   * @param {number} t
   * @param {boolean} [quiet]
   */
  moveTo(t, quiet) {
    t = Math.min(this.total, Math.max(0, t));
    this.t = t;
    this.draw(this.seqAt(t));
    if (!quiet) follow(this);
  }

  /**
   * @param {number} seq
   * @param {boolean} [quiet]
   */
  show(seq, quiet) {
    seq = Math.min(this.log.axis.length, Math.max(1, seq));
    this.t = this.log.axis[seq - 1];
    this.draw(seq);
    if (!quiet) follow(this);
  }

  /** @param {number} by */
  step(by) {
    this.play(false);
    this.show(this.seq + by);
  }

  // The next event of a list of seqs, forwards or back.
  /**
   * @param {number[]} seqs
   * @param {number} by
   */
  leap(seqs, by) {
    const here = this.seq;
    const found = seqs.filter((seq) => by > 0 ? seq > here : seq < here);
    if (found.length) this.show(by > 0 ? Math.min.apply(null, found) : Math.max.apply(null, found));
  }

  /** @param {number} seq */
  draw(seq) {
    this.scrub.value = String(this.t);
    this.scrub.setAttribute("aria-valuetext", clock(this.t) + "，第 " + seq + " 步");
    const head = this.root.querySelector("[data-head]"),
      x = (100 * this.t / Math.max(1, this.total)).toFixed(3) + "%";
    head.setAttribute("x1", x);
    head.setAttribute("x2", x);
    this.root.querySelector("[data-clock]").textContent = clock(this.t) + " / " + clock(this.total);
    if (seq === this.seq) {
      this.tick();
      return;
    }
    this.seq = seq;
    this.root.dataset.seq = String(seq);
    let told = "";
    this.log.marks.forEach((mark) => {
      if (mark[0] <= seq && mark[1] !== "wait") told = mark[2];
    });
    this.root.querySelector("[data-now]").textContent = "第 " + seq + " 步 " + told;
    this.fetch();
    if (stages[0] === this) address();
  }

  // One question at a time; the newest moment asked for is the one that is shown.
  fetch() {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    this.again = false;
    const wanted = this.chosen === "all" ? this.log.seats : [this.chosen];
    const asked = this.seq, began = performance.now();
    ask(
      "/review/" + this.log.run + "/moment?seq=" + asked + "&screens=" + wanted.join(","),
    )
      .then((found) => {
        if (found.error) {
          say(found.error.message + found.error.remedy, true);
          return;
        }
        /** @type {Shown[]} */
        const shown = Object.keys(found.screens).map((name) => ({
          seat: name,
          name: this.names[name] || name,
          kind: name === "projector" ? name : "seat",
          parts: found.screens[name],
        }));
        this.at = found.at_ms;
        if (shown.length) screens(this.screens, shown, true);
        else nobody(this.screens);
        this.tick();
        this.root.dataset.shown = String(asked);
        this.root.dataset.tookMs = String(Math.round(performance.now() - began));
      })
      .catch((error) => {
        say("取不到这一刻：" + error.message, true);
      })
      .then(() => {
        this.asking = false;
        if (this.again) this.fetch();
      });
  }

  // Countdowns stand as they stood at this moment.
  tick() {
    if (!this.at) return;
    const now = this.at + (this.t - this.log.axis[this.seq - 1]);
    this.screens.querySelectorAll(".wall-box").forEach((box) => {
      direct(box, now);
    });
    this.screens.querySelectorAll("[data-until]").forEach((item) => {
      const left = Number(item.dataset.until) - now, shown = item.querySelector("b") || item;
      shown.textContent = left <= 0 && item.dataset.over ? item.dataset.over : clock(left + 999);
    });
  }

  /**
   * @param {string} name
   * @param {boolean} [first]
   */
  pick(name, first) {
    if (!(name in this.names)) name = "all";
    this.chosen = name;
    this.root.dataset.screen = name;
    this.root.querySelectorAll("[data-pick]").forEach((one) => {
      one.setAttribute("aria-pressed", one.dataset.pick === name ? "true" : "false");
    });
    if (first) return;
    this.fetch();
    address();
  }

  /** @param {boolean} on */
  play(on) {
    let before = 0;
    const button = this.root.querySelector("[data-play]");
    button.textContent = on ? "暂停" : "播放";
    button.setAttribute("aria-pressed", on ? "true" : "false");
    if (on === this.playing) return;
    this.playing = on;
    if (on && this.t >= this.total) this.moveTo(0);
    /** @type {HTMLSelectElement} */
    const speed = this.root.querySelector("[data-speed]");
    /** @param {number} now */
    const frame = (now) => {
      if (!this.playing) return;
      if (before) this.moveTo(this.t + (now - before) * Number(speed.value));
      before = now;
      if (this.t >= this.total) this.play(false);
      else requestAnimationFrame(frame);
    };
    if (on) requestAnimationFrame(frame);
  }
}

/** @param {HTMLElement} into */
function nobody(into) {
  const told = document.createElement("p");
  told.className = "empty";
  told.textContent = "这时还没有人入座。";
  into.replaceChildren(told);
}

// Side by side: what one does, the other does as long after its own start.
/** @param {Stage} leader */
function follow(leader) {
  /** @type {HTMLInputElement} */
  const linked = document.querySelector("[data-linked]");
  if (!linked || !linked.checked) return;
  stages.forEach((other) => {
    if (other !== leader) other.moveTo(leader.t - leader.log.start + other.log.start, true);
  });
}

function address() {
  const first = stages[0];
  /** @type {NodeListOf<HTMLInputElement>} */
  const fields = document.querySelectorAll("[data-seq-field]");
  fields.forEach((one) => {
    one.value = String(first.seq);
  });
  if (stages.length === 1) history.replaceState(null, "", link());
}
export function link() {
  return location.pathname + "?seq=" + stages[0].seq + "&screen=" +
    encodeURIComponent(stages[0].chosen);
}

// What came of what was asked for, in the page's one line for it.
/**
 * @param {string} text
 * @param {boolean} bad
 */
export function say(text, bad) {
  const place = document.querySelector("[data-answer]");
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
  place.classList.toggle("problem", bad);
}
