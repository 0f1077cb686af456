// @ts-check
// The studio: text on the left; on the right phones, picture, proof. The server keeps nothing of a
// play: the moves are kept here, and played anew after every move and every edit.

import { ask, tell } from "./ask.js";
import * as cards from "./cards.js";
import * as drafts from "./drafts.js";
import * as forms from "./forms.js";
import { list } from "./issues.js";
import { hang, zoom } from "./picture.js";
import * as tabs from "./tabs.js";

const body = document.body, name = body.dataset.name;
/** @param {string} what */
const find = (what) => document.querySelector(what);
const CHECK_MS = 120, DRAW_MS = 500;
let base = Number(body.dataset.base), sound = false, asked = 0;
/** @type {{ seat?: string, command?: Command, wait_s?: number }[]} */
let moves = [];
/** @type {string | null} */
let drawn = null;
let saving = /** @type {Promise<any>} */ (Promise.resolve());
let checking = 0, drawing = 0, kept = ""; // what was said of the last save; a check says it again
// What is being asked, by what it is: who asks anew lets go of what was asked before.
/** @type {Record<string, Going>} */
const going = {};

// The editor lives in a shadow root: there its styles need no exception from the page's policy.
/** @type {HTMLButtonElement} */
const back = document.querySelector('[data-act="back"]');
/** @type {HTMLTextAreaElement} */
const source = document.querySelector("[data-source]");
const holder = find("[data-editor]");
holder.hidden = false;
source.hidden = true;
const editor = window.HongchuanEditor(holder.attachShadow({ mode: "open" }), source.value, changed);
// Edited text is reached by Tab without it; what looks for traps of the keyboard asks for the word.
holder.shadowRoot.querySelector(".cm-content").tabIndex = 0;
let saved = editor.text();

// What isn't saved is kept on this device as well: a laptop's battery ends, an iPhone never asks.
const DRAFT = "studio:" + body.dataset.account + "/" + name, DRAFT_DAYS = 30;
function unsaved() {
  return editor.text() !== saved;
}
function keep() {
  if (unsaved()) drafts.put(DRAFT, { text: editor.text(), base: base }, DRAFT_DAYS);
  else drafts.drop(DRAFT);
}
// Its base goes with it: where others have saved since, saving lays both side by side.
function putBack() {
  const kept = drafts.find(DRAFT), served = { text: saved, base: base };
  if (!kept || kept.value.text === saved) {
    drafts.drop(DRAFT);
    return;
  }
  base = kept.value.base;
  editor.replace(kept.value.text);
  const more = base === served.base ? "" : "别人后来存过新的一稿；您存的时候，两份会并排给您看。";
  drafts.putBack(find(".pane-text"), more, () => {
    base = served.base;
    editor.replace(served.text);
    keep();
  });
}

// A long script's every play takes its time; others are before it.
const PROVE_MS = 300000, WORK_MS = 60000;
/**
 * @param {string} what
 * @param {object} content
 */
function post(what, content) {
  if (going[what] && what !== "save" && what !== "cards") going[what].stop();
  return going[what] = tell(
    "/studio/" + name + "/" + what,
    "POST",
    content,
    what === "prove" ? PROVE_MS : WORK_MS,
  );
}
/**
 * @param {string} text
 * @param {boolean} [bad]
 */
function state(text, bad) {
  find("[data-says]").textContent = text;
  find("[data-says]").classList.toggle("bad", !!bad);
}
/** @param {Error & { stopped?: boolean }} error */
function trouble(error) {
  if (!error.stopped) state(error.message + "写的都还在，也记在这台设备上。", true);
}

// ── while one types ───────────────────────────────────────────────────────────────────────────

function changed() {
  clearTimeout(checking);
  checking = setTimeout(() => {
    keep();
    check();
  }, CHECK_MS);
}
window.addEventListener("pagehide", keep);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) keep();
});

function check() {
  const text = editor.text(), mine = ++asked;
  post("check", { text: text }).then((found) => {
    if (mine !== asked) return;
    if (found.error) {
      state(found.error.message + found.error.remedy, true);
      return;
    }
    sound = !found.issues.length;
    editor.issues(found.issues);
    list(find("[data-issues]"), found.issues.concat(found.advice || []), editor.go);
    if (found.left) {
      const left = document.createElement("p");
      left.textContent = "改好上面这些，才查得了" + found.left + "。";
      find("[data-issues]").appendChild(left);
    }
    if (found.title) find("[data-title]").textContent = found.title;
    const hints = (found.advice || []).length;
    state(
      (sound ? "没有问题" : found.issues.length + " 处问题") +
        (hints ? "，" + hints + " 处提醒" : "") +
        (text !== saved ? " · 还没存" : kept ? " · " + kept : ""),
      !sound,
    );
    if (!sound) return;
    play();
    drawn = null;
    clearTimeout(drawing);
    drawing = setTimeout(draw, DRAW_MS);
  }).catch(trouble);
}

// ── phones ────────────────────────────────────────────────────────────────────────────────────

function play() {
  const sent = moves.slice();
  const long = setTimeout(() => {
    find("[data-moves]").textContent = "正在走……";
  }, 700);
  return post("play", { text: editor.text(), moves: sent }).then((found) => {
    clearTimeout(long);
    if (found.error) {
      refuse(found.error);
      find("[data-moves]").textContent = "停在第 " + sent.length + " 步";
      back.disabled = !sent.length; // fewer moves are the way out
      return;
    }
    if (!found.phones) return;
    // A move that the edited script refuses, and all after it, are taken back; why is said.
    moves = sent.slice(0, found.made);
    refuse(found.refused);
    find("[data-moves]").textContent = moves.length ? "走了 " + moves.length + " 步" : "还没有走";
    back.disabled = !moves.length;
    show(found.phones);
  }).catch((error) => {
    clearTimeout(long);
    trouble(error);
  });
}

/** @param {Refusal | null | undefined} error */
function refuse(error) {
  const refused = find("[data-refused]");
  refused.hidden = !error;
  refused.textContent = error ? error.message + " " + error.remedy : "";
}

/** @param {Shown[]} phones */
function show(phones) {
  phones.forEach((phone) => {
    phone.kind = "seat";
  });
  forms.screens(find("[data-phones]"), phones, false);
}

/** @param {HTMLElement} from */
function act(from) {
  const frame = from.closest("[data-phone]");
  moves.push({ seat: frame.dataset.phone, command: forms.message(from) });
  from.querySelectorAll("[data-touched]").forEach((one) => {
    delete one.dataset.touched;
  });
  play();
}
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLElement} */ (event.target).closest("[data-phone] form[data-do]");
  if (!form) return;
  event.preventDefault();
  act(form);
});
document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (!button) return;
  if (button.dataset.do && button.closest("[data-phone]")) {
    event.preventDefault();
    act(button);
  } else if (button.dataset.act) ACTS[button.dataset.act]();
  else if (button.dataset.tab) tab(button.dataset.tab);
  else if (button.dataset.zoom) zoom(find("[data-drawing]"), Number(button.dataset.zoom));
});

// ── what the buttons do ───────────────────────────────────────────────────────────────────────

/** @type {Record<string, () => void>} */
const ACTS = {
  back: () => {
    moves.pop();
    play();
  },
  restart: () => {
    moves = [];
    play();
  },
  wait: () => {
    moves.push({ wait_s: -1 });
    play();
  },
  save: cards.save,
  prove: prove,
};

// One after another: each stands on the draft that the one before it made.
const save = () => saving = saving.then(saveNow);

function saveNow() {
  const text = editor.text();
  return post("save", { text: text, base: base }).then((found) => {
    const conflict = find("[data-conflict]");
    if (found.status === 409) {
      conflict.hidden = false;
      conflict.innerHTML = '<p class="problem"></p><div class="both">' +
        "<label>他们的（第 <b></b> 稿）<textarea readonly></textarea></label>" +
        "<label>您的<textarea readonly></textarea></label></div>" +
        '<button type="button">我合好了，以他们的稿为底再存</button>';
      conflict.querySelector("p").textContent = found.error.message + found.error.remedy;
      conflict.querySelector("b").textContent = found.number;
      /** @type {NodeListOf<HTMLTextAreaElement>} */
      const both = conflict.querySelectorAll("textarea");
      both[0].value = found.theirs;
      both[1].value = found.mine;
      conflict.querySelector("button").addEventListener("click", () => {
        base = found.number;
        conflict.hidden = true;
        save();
      });
      state("没有存：别人刚存过", true);
      return;
    }
    if (found.error) {
      state(found.error.message + found.error.remedy, true);
      return;
    }
    conflict.hidden = true;
    base = found.number;
    saved = text;
    keep();
    /** @type {HTMLSelectElement} */
    const pick = document.querySelector("[data-history]");
    if (!pick.querySelector('option[value="' + found.number + '"]')) {
      pick.insertBefore(new Option(found.when, found.number), pick.options[1] || null);
    }
    kept = "存好了：" + found.when;
    state(kept);
  }).catch(trouble);
}

function prove() {
  tab("proof");
  const into = find("[data-proof]"), began = Date.now();
  into.innerHTML = '<div class="empty"><p role="status">正在走遍每一种玩法……</p>' +
    '<p data-since></p><button type="button">不等了，停下</button></div>';
  const asking = post("prove", { text: editor.text() });
  const waiting = setInterval(wait, 1000);
  /** @param {string} text */
  function over(text) {
    into.innerHTML = '<p class="empty" role="status"></p>';
    into.firstChild.textContent = text;
  }
  function wait() {
    ask("/studio/" + name + "/work").then((found) => {
      const since = into.querySelector("[data-since]"),
        ours = Math.round((Date.now() - began) / 1000);
      if (!since || going.prove !== asking) return;
      since.textContent = found.ahead
        ? "前面还有 " + found.ahead + " 件，排着队；等了 " + ours + " 秒。"
        : found.wall_s
        ? "走了 " + Math.round(found.since_s) + " 秒，最多 " + found.wall_s + " 秒。"
        : "等了 " + ours + " 秒。";
    }).catch(() => {/* the next second asks again */});
  }
  into.querySelector("button").addEventListener("click", () => {
    asking.stop();
    over("停下了。按“证明”再来。");
  });
  asking.then((found) => {
    clearInterval(waiting);
    if (found.error) {
      over(found.error.message + found.error.remedy);
      return;
    }
    into.innerHTML =
      '<p class="verdict"></p><ol class="groups"></ol><div></div><p class="hint"></p>' +
      '<details class="advice" hidden><summary></summary><div></div></details>' +
      "<details hidden><summary>不懂的队会怎样</summary><ul></ul></details>";
    into.children[0].textContent = found.proved
      ? "证明了：没有死路，没有卡住的关卡，每一条都走得通。"
      : found.issues.length
      ? "发现 " + found.issues.length + " 处，见下。"
      : "还没看完，不能说好。";
    into.children[0].classList.toggle("good", found.proved);
    found.groups.forEach(/** @param {{ name: string, result: string }} group */ (group) => {
      const item = document.createElement("li");
      item.textContent = group.name + "：" + group.result;
      into.children[1].appendChild(item);
    });
    list(into.children[2], found.issues, editor.go);
    into.children[3].textContent = found.line;
    const advice = /** @type {HTMLElement} */ (into.children[4]);
    advice.hidden = !found.advice.length;
    advice.children[0].textContent = found.advised;
    list(advice.children[1], found.advice, editor.go);
    const odds = /** @type {HTMLElement} */ (into.children[5]);
    odds.hidden = !found.odds.length;
    found.odds.forEach(/** @param {string} line */ (line) => {
      const item = document.createElement("li");
      item.textContent = line;
      odds.children[1].appendChild(item);
    });
  }).catch((error) => {
    clearInterval(waiting);
    if (error.stopped) return;
    over(error.message + "请再按一次“证明”。");
  });
}

find("[data-history]").addEventListener("change", (event) => {
  const number = /** @type {HTMLSelectElement} */ (event.target).value;
  if (!number) return;
  ask("/studio/" + name + "/drafts/" + number).then((found) => {
    if (found.error) {
      state(found.error.message + found.error.remedy, true);
      return;
    }
    editor.replace(found.text);
    state("看的是" + found.when + "；存一稿就恢复到这里。");
  }).catch(trouble);
});
drafts.asks(() => unsaved() || cards.dirty());
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    cards.save();
  }
});

// ── tabs and picture ──────────────────────────────────────────────────────────────────────────

/** @param {string} which */
function tab(which) {
  tabs.open(which);
  if (which === "graph") draw();
  if (which === "cards") cards.show();
}
tabs.walk(tab);
cards.begin(document.getElementById("see-cards"), {
  ask: (content) => post("cards", content),
  text: () => editor.text(),
  replace: (text) => editor.replace(text),
  save: () => save(),
  says: state,
});

function draw() {
  if (document.getElementById("see-graph").hidden || drawn === editor.text()) return;
  const text = editor.text();
  post("graph", { text: text }).then((found) => {
    const into = find("[data-drawing]");
    if (found.error) {
      found = { status: 0, svg: "", problem: found.error.message + found.error.remedy };
    }
    if (!found.svg) {
      into.innerHTML = '<p class="empty"></p>';
      into.firstChild.textContent = found.problem;
      return;
    }
    drawn = text;
    hang(into, found.svg);
  }).catch(trouble);
}

putBack();
check();
