// @ts-check
// The trainer's room: keys and buttons of its stages and notes.

import { drop } from "./drafts.js";
import { edit, keep, remove } from "./notes.js";
import { link, say, Stage, stages } from "./stage.js";

document.addEventListener("keydown", (event) => {
  const stage = stages[0];
  const at = /** @type {HTMLInputElement} */ (event.target);
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) &&
    at.type !== "range" && at.type !== "checkbox";
  if (!stage || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && at.closest("button, summary, a")) return;
  /** @type {HTMLSelectElement} */
  const speed = stage.root.querySelector("[data-speed]");
  const traps = stage.log.marks.filter((mark) => mark[1] === "trap").map((mark) => mark[0]);
  /** @type {Record<string, () => void>} */
  const keys = {
    " ": () => {
      stage.play(!stage.playing);
    },
    ArrowLeft: () => {
      stage.step(-1);
    },
    ArrowRight: () => {
      stage.step(1);
    },
    Home: () => {
      stage.show(1);
    },
    End: () => {
      stage.show(stage.log.axis.length);
    },
    "[": () => {
      stage.leap(stage.log.scenes, -1);
    },
    "]": () => {
      stage.leap(stage.log.scenes, 1);
    },
    "{": () => {
      stage.leap(traps, -1);
    },
    "}": () => {
      stage.leap(traps, 1);
    },
    "-": () => {
      speed.selectedIndex = Math.max(0, speed.selectedIndex - 1);
    },
    "+": () => {
      speed.selectedIndex = Math.min(speed.options.length - 1, speed.selectedIndex + 1);
    },
    "=": () => {
      speed.selectedIndex = Math.min(speed.options.length - 1, speed.selectedIndex + 1);
    },
    b: () => {
      keep("");
    },
    B: () => {
      keep("");
    },
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLElement} */ (event.target).closest("[data-note]");
  if (!form) return;
  event.preventDefault();
  /** @type {HTMLTextAreaElement} */
  const area = form.querySelector("textarea");
  keep(area.value).then((note) => {
    if (!note) return;
    area.value = "";
    drop(form.dataset.kept);
  });
});

document.addEventListener("click", (event) => {
  const one = /** @type {HTMLElement} */ (event.target).closest(
    "[data-for], [data-link], [data-edit], [data-remove]",
  );
  if (!one) return;
  if (one.dataset.for) {
    stages.forEach((stage) => {
      if (stage.log.run !== one.dataset.for || stage.root.contains(one)) return;
      stage.show(Number(one.dataset.to));
      stage.root.scrollIntoView({ block: "start" });
    });
  } else if (one.hasAttribute("data-link")) {
    const url = location.origin + link();
    const copied = navigator.clipboard ? navigator.clipboard.writeText(url) : Promise.reject();
    copied.then(() => {
      say("链接复制好了。", false);
    }, () => {
      say("请复制：" + url, false);
    });
  } else if (one.hasAttribute("data-edit")) {
    edit(one.closest("[data-note-id]"));
  } else {
    remove(one.closest("[data-note-id]"));
  }
});

document.querySelectorAll("[data-stage]").forEach((root) => {
  stages.push(new Stage(root));
});
