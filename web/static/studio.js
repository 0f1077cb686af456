// The studio: text on the left; on the right phones, picture, proof. The server keeps nothing of a
// play: the moves are kept here, and played anew after every move and every edit.
(function () {
  "use strict";
  var body = document.body, name = body.dataset.name;
  var forms = window.HongchuanForms, drafts = window.HongchuanDrafts;
  var find = function (what) {
    return document.querySelector(what);
  };
  var CHECK_MS = 120, DRAW_MS = 500;
  var base = Number(body.dataset.base), moves = [], saved, sound = false, asked = 0, drawn = null;
  var checking = 0, drawing = 0, kept = ""; // what was said of the last save; a check says it again
  // What is being asked, by what it is: who asks anew lets go of what was asked before.
  var going = {};

  // The editor lives in a shadow root: there its styles need no exception from the page's policy.
  var source = find("[data-source]"), holder = find("[data-editor]"), editor;
  holder.hidden = false;
  source.hidden = true;
  editor = window.HongchuanEditor(holder.attachShadow({ mode: "open" }), source.value, changed);
  saved = editor.text();

  // What isn't saved is kept on this device as well: a laptop's battery ends, an iPhone never asks.
  var DRAFT = "studio:" + body.dataset.account + "/" + name, DRAFT_DAYS = 30;
  function unsaved() {
    return editor.text() !== saved;
  }
  function keep() {
    if (unsaved()) drafts.put(DRAFT, { text: editor.text(), base: base }, DRAFT_DAYS);
    else drafts.drop(DRAFT);
  }
  // Its base goes with it: where others have saved since, saving lays both side by side.
  function putBack() {
    var kept = drafts.find(DRAFT), served = { text: saved, base: base };
    if (!kept || kept.value.text === saved) {
      drafts.drop(DRAFT);
      return;
    }
    base = kept.value.base;
    editor.replace(kept.value.text);
    var more = base === served.base ? "" : "别人后来存过新的一稿；您存的时候，两份会并排给您看。";
    drafts.putBack(find(".pane-text"), more, function () {
      base = served.base;
      editor.replace(served.text);
      keep();
    });
  }

  // A long script's every play takes its time; others are before it.
  var PROVE_MS = 300000, WORK_MS = 60000;
  function post(what, content) {
    if (going[what] && what !== "save") going[what].stop();
    return going[what] = window.HongchuanTell(
      "/studio/" + name + "/" + what,
      "POST",
      content,
      what === "prove" ? PROVE_MS : WORK_MS,
    );
  }
  function state(text, bad) {
    find("[data-says]").textContent = text;
    find("[data-says]").classList.toggle("bad", !!bad);
  }
  function trouble(error) {
    if (!error.stopped) state(error.message + "写的都还在，也记在这台设备上。", true);
  }

  // ── while one types ───────────────────────────────────────────────────────────────────────────

  function changed() {
    clearTimeout(checking);
    checking = setTimeout(function () {
      keep();
      check();
    }, CHECK_MS);
  }
  window.addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) keep();
  });

  function check() {
    var text = editor.text(), mine = ++asked;
    post("check", { text: text }).then(function (found) {
      if (mine !== asked) return;
      if (found.error) {
        state(found.error.message + found.error.remedy, true);
        return;
      }
      sound = !found.issues.length;
      editor.issues(found.issues);
      list(find("[data-issues]"), found.issues.concat(found.advice || []));
      if (found.left) {
        var left = document.createElement("p");
        left.textContent = "改好上面这些，才查得了" + found.left + "。";
        find("[data-issues]").appendChild(left);
      }
      if (found.title) find("[data-title]").textContent = found.title;
      var hints = (found.advice || []).length;
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

  function list(into, issues) {
    into.textContent = "";
    issues.forEach(function (issue) {
      var row = document.createElement("button");
      row.type = "button";
      row.className = "issue";
      row.innerHTML = "<b></b> <span></span> <small></small>";
      row.children[0].textContent = "第 " + issue.line + " 行 " + issue.code;
      row.children[1].textContent = (issue.advice ? "提醒：" : "") + issue.message;
      row.children[2].textContent = issue.remedy;
      row.addEventListener("click", function () {
        editor.go(issue.line);
      });
      into.appendChild(row);
      if (issue.play) {
        var shown = document.createElement("p");
        shown.className = "shown-play";
        shown.textContent = "走法：" + (issue.play.join("　") || "（一开始就是）");
        into.appendChild(shown);
      }
    });
  }

  // ── phones ────────────────────────────────────────────────────────────────────────────────────

  function play() {
    var sent = moves.slice();
    var long = setTimeout(function () {
      find("[data-moves]").textContent = "正在走……";
    }, 700);
    return post("play", { text: editor.text(), moves: sent }).then(function (found) {
      clearTimeout(long);
      if (found.error) {
        refuse(found.error);
        find("[data-moves]").textContent = "停在第 " + sent.length + " 步";
        find('[data-act="back"]').disabled = !sent.length; // fewer moves are the way out
        return;
      }
      if (!found.phones) return;
      // A move that the edited script refuses, and all after it, are taken back; why is said.
      moves = sent.slice(0, found.made);
      refuse(found.refused);
      find("[data-moves]").textContent = moves.length ? "走了 " + moves.length + " 步" : "还没有走";
      find('[data-act="back"]').disabled = !moves.length;
      show(found.phones);
    }).catch(function (error) {
      clearTimeout(long);
      trouble(error);
    });
  }

  function refuse(error) {
    var refused = find("[data-refused]");
    refused.hidden = !error;
    refused.textContent = error ? error.message + " " + error.remedy : "";
  }

  function show(phones) {
    phones.forEach(function (phone) {
      phone.kind = "seat";
    });
    forms.screens(find("[data-phones]"), phones, false);
  }

  function act(from) {
    var frame = from.closest("[data-phone]");
    moves.push({ seat: frame.dataset.phone, command: forms.message(from) });
    from.querySelectorAll("[data-touched]").forEach(function (one) {
      delete one.dataset.touched;
    });
    play();
  }
  document.addEventListener("submit", function (event) {
    var form = event.target.closest("[data-phone] form[data-do]");
    if (!form) return;
    event.preventDefault();
    act(form);
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.do && button.closest("[data-phone]")) {
      event.preventDefault();
      act(button);
    } else if (button.dataset.act) ACTS[button.dataset.act]();
    else if (button.dataset.tab) tab(button.dataset.tab);
    else if (button.dataset.zoom) zoom(Number(button.dataset.zoom));
  });

  // ── what the buttons do ───────────────────────────────────────────────────────────────────────

  var ACTS = {
    back: function () {
      moves.pop();
      play();
    },
    restart: function () {
      moves = [];
      play();
    },
    wait: function () {
      moves.push({ wait_s: -1 });
      play();
    },
    save: save,
    prove: prove,
  };

  function save() {
    var text = editor.text();
    return post("save", { text: text, base: base }).then(function (found) {
      var conflict = find("[data-conflict]");
      if (found.status === 409) {
        conflict.hidden = false;
        conflict.innerHTML = '<p class="problem"></p><div class="both">' +
          "<label>他们的（第 <b></b> 稿）<textarea readonly></textarea></label>" +
          "<label>您的<textarea readonly></textarea></label></div>" +
          '<button type="button">我合好了，以他们的稿为底再存</button>';
        conflict.querySelector("p").textContent = found.error.message + found.error.remedy;
        conflict.querySelector("b").textContent = found.number;
        conflict.querySelectorAll("textarea")[0].value = found.theirs;
        conflict.querySelectorAll("textarea")[1].value = found.mine;
        conflict.querySelector("button").addEventListener("click", function () {
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
      var pick = find("[data-history]");
      if (!pick.querySelector('option[value="' + found.number + '"]')) {
        pick.insertBefore(new Option(found.when, found.number), pick.options[1] || null);
      }
      kept = "存好了：" + found.when;
      state(kept);
    }).catch(trouble);
  }

  function prove() {
    tab("proof");
    var into = find("[data-proof]"), began = Date.now();
    into.innerHTML = '<div class="empty"><p role="status">正在走遍每一种玩法……</p>' +
      '<p data-since></p><button type="button">不等了，停下</button></div>';
    var asking = post("prove", { text: editor.text() });
    var waiting = setInterval(wait, 1000);
    function over(text) {
      into.innerHTML = '<p class="empty" role="status"></p>';
      into.firstChild.textContent = text;
    }
    function wait() {
      window.HongchuanAsk("/studio/" + name + "/work").then(function (found) {
        var since = into.querySelector("[data-since]"),
          ours = Math.round((Date.now() - began) / 1000);
        if (!since || going.prove !== asking) return;
        since.textContent = found.ahead
          ? "前面还有 " + found.ahead + " 件，排着队；等了 " + ours + " 秒。"
          : found.wall_s
          ? "走了 " + Math.round(found.since_s) + " 秒，最多 " + found.wall_s + " 秒。"
          : "等了 " + ours + " 秒。";
      }).catch(function () {/* the next second asks again */});
    }
    into.querySelector("button").addEventListener("click", function () {
      asking.stop();
      over("停下了。按“证明”再来。");
    });
    asking.then(function (found) {
      clearInterval(waiting);
      if (found.error) {
        over(found.error.message + found.error.remedy);
        return;
      }
      into.innerHTML =
        '<p class="verdict"></p><ol class="groups"></ol><div></div><p class="hint"></p>';
      into.children[0].textContent = found.proved
        ? "证明了：没有死路，没有卡住的关卡，每一条都走得通。"
        : found.issues.length
        ? "发现 " + found.issues.length + " 处，见下。"
        : "还没看完，不能说好。";
      into.children[0].classList.toggle("good", found.proved);
      found.groups.forEach(function (group) {
        var item = document.createElement("li");
        item.textContent = group.name + "：" + group.result;
        into.children[1].appendChild(item);
      });
      list(into.children[2], found.issues);
      into.children[3].textContent = found.line;
    }).catch(function (error) {
      clearInterval(waiting);
      if (error.stopped) return;
      over(error.message + "请再按一次“证明”。");
    });
  }

  find("[data-history]").addEventListener("change", function (event) {
    if (!event.target.value) return;
    window.HongchuanAsk("/studio/" + name + "/drafts/" + event.target.value).then(function (found) {
      if (found.error) {
        state(found.error.message + found.error.remedy, true);
        return;
      }
      editor.replace(found.text);
      state("看的是" + found.when + "；存一稿就恢复到这里。");
    }).catch(trouble);
  });
  drafts.asks(unsaved);
  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      save();
    }
  });

  // ── tabs and picture ──────────────────────────────────────────────────────────────────────────

  function tab(which) {
    document.querySelectorAll("[data-tab]").forEach(function (one) {
      var on = one.dataset.tab === which;
      one.setAttribute("aria-selected", on);
      one.tabIndex = on ? 0 : -1;
      document.getElementById("see-" + one.dataset.tab).hidden = !on;
    });
    if (which === "graph") draw();
  }
  find('[role="tablist"]').addEventListener("keydown", function (event) {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    var all = Array.prototype.slice.call(document.querySelectorAll("[data-tab]"));
    var next = all[
      (all.indexOf(event.target) + (event.key === "ArrowRight" ? 1 : all.length - 1)) % all.length
    ];
    tab(next.dataset.tab);
    next.focus();
  });

  function draw() {
    if (document.getElementById("see-graph").hidden || drawn === editor.text()) return;
    var text = editor.text();
    post("graph", { text: text }).then(function (found) {
      var into = find("[data-drawing]");
      if (found.error) found = { svg: "", problem: found.error.message + found.error.remedy };
      if (!found.svg) {
        into.innerHTML = '<p class="empty"></p>';
        into.firstChild.textContent = found.problem;
        return;
      }
      drawn = text;
      into.innerHTML = found.svg;
      width = into.firstElementChild.viewBox.baseVal.width;
      zoom(0);
    }).catch(trouble);
  }
  var scale = 1, width = 0;
  function zoom(by) {
    var into = find("[data-drawing]"), picture = into.querySelector("svg");
    if (!picture) return;
    scale = by
      ? Math.min(4, Math.max(0.1, scale * by))
      : Math.max(0.5, Math.min(1.2, into.clientWidth / width));
    picture.setAttribute("width", width * scale);
    picture.removeAttribute("height");
  }

  putBack();
  check();
})();
