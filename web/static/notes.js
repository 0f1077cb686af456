// @ts-check
// What trainers write to a moment: kept on the server, shown to all of them.

import { tell } from "./ask.js";
import { say, stages } from "./stage.js";

/**
 * @param {string} path
 * @param {string} method
 * @param {object} body
 */
function send(path, method, body) {
  return tell(path, method, body).then((found) => {
    if (found.error) throw new Error(found.error.message + found.error.remedy);
    return found;
  });
}
/** @param {Error} error */
function failed(error) {
  say("没有记下：" + error.message, true);
}

/** @param {string} text */
export function keep(text) {
  const stage = stages[0];
  return send("/review/" + stage.log.run + "/notes", "POST", { seq: stage.seq, text: text }).then(
    (note) => {
      const list = document.querySelector("[data-notes]");
      const none = document.querySelector("[data-none]");
      if (none) none.remove();
      const after = Array.prototype.find.call(
        list.children,
        (one) => Number(one.dataset.noteSeq) > note.seq,
      );
      list.insertBefore(item(note), after || null);
      say("第 " + note.seq + " 步记下了。", false);
      return note;
    },
  ).catch(failed);
}

/** @param {Answer} note */
function item(note) {
  const made = document.createElement("li");
  made.dataset.noteId = note.id;
  made.dataset.noteSeq = note.seq;
  const jump = made.appendChild(button("第 " + note.seq + " 步"));
  jump.dataset.to = note.seq;
  jump.dataset.for = stages[0].log.run;
  made.append(" ");
  const text = made.appendChild(document.createElement("span"));
  text.dataset.text = "";
  text.textContent = note.text || "书签";
  made.append(" ");
  made.appendChild(document.createElement("small")).textContent = note.author;
  made.append(" ");
  made.appendChild(button("改")).dataset.edit = "";
  made.appendChild(button("删")).dataset.remove = "";
  return made;
}
/** @param {string} text */
function button(text) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "link";
  made.textContent = text;
  return made;
}

/** @param {HTMLElement} note */
export function edit(note) {
  const text = note.querySelector("[data-text]");
  if (note.querySelector("input")) return;
  const input = document.createElement("input");
  input.type = "text";
  input.maxLength = 1000;
  input.value = text.textContent === "书签" ? "" : text.textContent;
  input.setAttribute("aria-label", "批注");
  text.hidden = true;
  text.after(input);
  input.focus();
  // It is closed once the server has it: what isn't saved stays under the writer's hands.
  function close() {
    input.remove();
    text.hidden = false;
  }
  /** @param {boolean} save */
  function done(save) {
    if (!input.isConnected || input.readOnly) return;
    const now = input.value.trim();
    if (!save) {
      close();
      return;
    }
    input.readOnly = true;
    send("/review/" + stages[0].log.run + "/notes/" + note.dataset.noteId, "POST", { text: now })
      .then(() => {
        text.textContent = now || "书签";
        close();
        say("改好了。", false);
      })
      .catch((error) => {
        input.readOnly = false;
        failed(error);
      });
  }
  input.addEventListener("blur", () => {
    done(true);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") done(true);
    if (event.key === "Escape") done(false);
  });
}

// Taken away at once, and given back at a press for as long as the page is open.
/** @param {HTMLElement} note */
export function remove(note) {
  send("/review/" + stages[0].log.run + "/notes/" + note.dataset.noteId, "DELETE", {}).then(
    () => {
      const seq = Number(note.dataset.noteSeq),
        words = note.querySelector("[data-text]").textContent;
      note.remove();
      say("删掉了。", false);
      const undo = button("撤销");
      document.querySelector("[data-answer]").append(" ", undo);
      undo.addEventListener("click", () => {
        const here = stages[0].seq;
        stages[0].show(seq);
        keep(words === "书签" ? "" : words).then(() => {
          stages[0].show(here);
        });
      });
    },
  ).catch(failed);
}
