// The live page: parts in over one socket, commands out. No rule of the game is in here.
// What was typed survives every update and every reload (drafts.js); what wasn't acknowledged is
// sent again after a reconnect (line.js), by the seat that said it and while it still means it.
(function () {
  "use strict";
  var forms = window.HongchuanForms, drafts = window.HongchuanDrafts;
  var body = document.body;
  var kind = body.dataset.live;
  var offline = document.querySelector("[data-offline]");
  var answer = document.querySelector("[data-answer]");
  var seated = kind === "seat";
  var whose = seated ? body.dataset.run + "/" + body.dataset.seat : body.dataset.session;
  var PENDING = "pending:" + kind + ":" + whose;
  // A participant's answer is good for as long as one walks through a cellar. A desk's press means
  // the room as it is now: after that it is dropped, with a word.
  var MEANT_MS = seated ? 600000 : 5000;
  var offset = 0, line = null;
  var pending = load();
  var lastNotice = -1;

  function now() {
    return performance.now();
  }

  // Only a seat's outlive the page; how old they are is known by the wall's clock alone.
  function load() {
    var kept = [];
    if (seated) {
      try {
        kept = JSON.parse(sessionStorage.getItem(PENDING) || "[]");
      } catch (e) { /* private mode */ }
    }
    return kept.filter(function (one) {
      return one.command && Date.now() - one.at < MEANT_MS;
    }).map(function (one) {
      one.since = now() - Math.max(0, Date.now() - one.at);
      one.sent = 0;
      return one;
    });
  }
  function save() {
    if (!seated) return;
    try {
      sessionStorage.setItem(PENDING, JSON.stringify(pending));
    } catch (e) { /* private mode */ }
  }
  function newId() {
    var bytes = new Uint8Array(9);
    crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (b) {
      return ("0" + b.toString(16)).slice(-2);
    }).join("");
  }

  // ── the line ──────────────────────────────────────────────────────────────────────────────────

  function hello() {
    var message = { type: "hello", format: "html", as: kind, session: body.dataset.session || "" };
    if (seated) {
      message.run = body.dataset.run;
      message.seat = body.dataset.seat;
    }
    return message;
  }

  // How the line is, in words: what is said is so, and one word stands for one cause.
  function state(name, told) {
    body.classList.toggle("is-offline", name !== "live");
    body.classList.toggle("is-over", name === "final");
    if (name !== "live") {
      pending.forEach(function (one) {
        one.sent = 0;
      });
    }
    if (!offline) return;
    offline.hidden = name === "live";
    if (name === "live") return;
    offline.querySelector("[data-says]").textContent = told || offline.dataset[name];
    offline.querySelector("[data-reload]").hidden = name === "lost" || name === "busy";
  }

  function owed() {
    return pending.reduce(function (first, one) {
      return one.sent && (!first || one.sent < first) ? one.sent : first;
    }, 0);
  }

  function hear(message) {
    if (message.now_ms) offset = message.now_ms - now();
    if (message.type === "parts") {
      show(message);
      return true;
    }
    if (message.type === "ack") settle(message.id, null);
    if (message.type === "rejected") settle(message.id, message);
    return false;
  }

  // The page counts as live once it shows what it was sent.
  function show(message) {
    var place = within(document.activeElement);
    Object.keys(message.parts).forEach(function (name) {
      morph(name, message.parts[name]);
    });
    if ("debrief" in message.parts) body.classList.toggle("is-debriefing", !!message.parts.debrief);
    if (seated) {
      if (document.querySelector('[data-phase="closed"]')) drafts.names(whose).forEach(drafts.drop);
      drafts.restore(whose);
      pending.forEach(mark);
    }
    turnPage();
    showPlayed();
    body.dataset.seq = message.seq;
    body.classList.add("is-live");
    tick();
    alertNew();
    tell();
    comeTo(place);
  }

  // ── parts ─────────────────────────────────────────────────────────────────────────────────────

  function morph(name, html) {
    var holder = document.querySelector('[data-part="' + name + '"]');
    if (holder) forms.morph(holder, html);
  }

  // ── for who doesn't see it: one polite line for what is new, and focus on what came ───────────

  var known = null;
  var NEWS = [
    "[data-scene] h1",
    "[data-step] h2",
    "article[data-state=open] > h2",
    ".last .asked",
    ".last .came",
    ".banner",
    ".missed",
    "section.held > p:not(.label):not(.countdown)",
    "section.rescue legend",
    "[data-notice] > p > b",
  ].join(", ");

  function tell() {
    var into = document.querySelector("[data-tell]");
    if (!into) return;
    var found = {};
    document.querySelectorAll(NEWS).forEach(function (one) {
      found[one.textContent.replace(/\s+/g, " ").trim()] = true;
    });
    if (known) {
      var fresh = Object.keys(found).filter(function (text) {
        return text && !known[text];
      });
      if (fresh.length) into.textContent = fresh.join(" ");
    }
    known = found;
  }

  // Where focus is, so that it can be found again: its question, and its part.
  function within(one) {
    if (!one || one === body || !one.closest("[data-part]")) return null;
    var box = one.closest("article[id], section[id]");
    return { one: one, id: box ? box.id : "", part: one.closest("[data-part]") };
  }
  function comeTo(place) {
    if (!place || document.contains(place.one)) return;
    var box = place.id ? document.getElementById(place.id) : null;
    var next = (box && box.querySelector("h2")) ||
      document.querySelector("article[data-state=open] > h2") ||
      document.querySelector("[data-step] h2, [data-scene] h1") || place.part;
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
  }

  // A new scene begins at its top, wherever the reader had scrolled to.
  var scene = null;
  function turnPage() {
    if (kind === "console") return;
    var shown = document.querySelector("[data-scene]");
    var card = document.querySelector("[data-step]");
    var here = (shown ? shown.dataset.scene : "") + "/" + (card ? card.dataset.step : "");
    if (scene !== null && here !== scene && !typing()) window.scrollTo(0, 0);
    scene = here;
  }
  // Whoever is writing isn't led away from it.
  function typing() {
    return document.activeElement && document.activeElement.tagName === "TEXTAREA";
  }

  // What was played can be looked back on; before that there is nothing there.
  function showPlayed() {
    var link = document.querySelector("[data-played]");
    if (link) link.hidden = !document.querySelector('.desk-run:not([data-scene=""])');
  }

  function alertNew() {
    var newest = lastNotice;
    document.querySelectorAll("[data-notice]").forEach(function (item) {
      var id = Number(item.dataset.notice);
      if (id <= lastNotice) return;
      newest = Math.max(newest, id);
      if (lastNotice >= 0) {
        item.classList.add("fresh");
        if (navigator.vibrate && (item.dataset.kind === "nudged" || item.dataset.kind === "trap")) {
          navigator.vibrate([120, 60, 120]);
        }
        if (item.dataset.kind === "nudged") say(item.textContent.trim(), false);
      }
    });
    lastNotice = Math.max(newest, 0);
  }

  function clock(ms) {
    var s = Math.max(0, Math.ceil(ms / 1000));
    return Math.floor(s / 60) + ":" + ("0" + (s % 60)).slice(-2);
  }
  function tick() {
    var here = now() + offset;
    document.querySelectorAll("[data-until]").forEach(function (item) {
      var left = Number(item.dataset.until) - here;
      var shown = item.querySelector("b") || item;
      var text = left <= 0 && item.dataset.over ? item.dataset.over : clock(left);
      if (shown.textContent !== text) shown.textContent = text;
      item.classList.toggle("soon", left < 30000);
    });
    document.querySelectorAll("[data-since]").forEach(function (item) {
      item.textContent = "已 " + clock(here - Number(item.dataset.since));
    });
  }
  setInterval(tick, 500);

  // ── commands ──────────────────────────────────────────────────────────────────────────────────

  function send(one) {
    if (line.send(one.command)) one.sent = now();
  }

  function command(from) {
    if (body.classList.contains("is-over")) {
      say(offline.textContent.trim(), true);
      return;
    }
    var message = forms.message(from);
    message.type = "command";
    message.id = newId();
    if (seated) {
      message.run = body.dataset.run;
      message.by = body.dataset.seat;
    }
    say("", false);
    var draft = from.dataset.draft || "";
    var one = {
      command: message,
      draft: draft,
      label: from.tagName === "BUTTON" ? from.textContent.trim() : "",
      at: Date.now(),
      since: now(),
      sent: 0,
    };
    pending.push(one);
    save();
    from.setAttribute("aria-busy", "true");
    from.dataset.sent = message.id;
    send(one);
  }

  // What couldn't be said while it was meant isn't said any more.
  function expire() {
    pending.slice().forEach(function (one) {
      var age = Math.max(now() - one.since, Date.now() - one.at);
      if (one.sent || age < MEANT_MS) return;
      settle(one.command.id, {
        message: (one.label && !seated ? "“" + one.label + "”：" : "") + answer.dataset.dropped,
        remedy: "",
      });
    });
  }
  setInterval(expire, 1000);

  // After a reload the form that was sent stands there again: it is still on its way.
  function mark(one) {
    var from = one.draft ? document.querySelector('[data-draft="' + one.draft + '"]') : null;
    if (!from || from.dataset.sent) return;
    from.dataset.sent = one.command.id;
    from.setAttribute("aria-busy", "true");
  }

  function settle(id, refusal) {
    var settled = pending.filter(function (one) {
      return one.command.id === id;
    })[0];
    pending = pending.filter(function (one) {
      return one !== settled;
    });
    save();
    if (settled && settled.draft && !refusal) drafts.drop(settled.draft);
    var from = document.querySelector('[data-sent="' + id + '"]');
    if (from) {
      from.removeAttribute("aria-busy");
      delete from.dataset.sent;
      if (!refusal) {
        from.querySelectorAll("[data-touched]").forEach(function (one) {
          delete one.dataset.touched;
        });
        drafts.forget(from);
      }
    }
    if (refusal) say(refusal.message + " " + refusal.remedy, true, refusal.code ? from : null);
  }

  function say(text, bad, near) {
    document.querySelectorAll(".near").forEach(function (one) {
      one.remove();
    });
    if (near && text) {
      var note = document.createElement("p");
      note.className = "near problem";
      note.setAttribute("role", "alert");
      note.textContent = text;
      // Above the button just pressed: below it lies the rest of a long page.
      var press = near.querySelector("fieldset > .primary");
      if (press) press.parentNode.insertBefore(note, press);
      else near.appendChild(note);
      return;
    }
    if (!answer) return;
    answer.textContent = text;
    answer.hidden = !text;
    answer.classList.toggle("problem", bad);
  }

  function confirmed(text, then) {
    var box = document.querySelector("dialog[data-confirm]");
    if (!text) {
      then();
      return;
    }
    if (!box || !box.showModal) {
      if (window.confirm(text)) then();
      return;
    }
    box.querySelector("[data-confirm-text]").textContent = text;
    box.returnValue = "no";
    box.onclose = function () {
      if (box.returnValue === "yes") then();
    };
    box.showModal();
  }

  document.addEventListener("submit", function (event) {
    var form = event.target.closest("form[data-do]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    confirmed(form.dataset.confirm, function () {
      command(form);
    });
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.move) return;
    if (!button.dataset.do || button.dataset.sent) return;
    event.preventDefault();
    confirmed(button.dataset.confirm, function () {
      command(button);
    });
  });

  // An iPhone's keyboard covers the page's foot without making the page any smaller.
  var seen = window.visualViewport;
  function foot() {
    var covered = Math.max(0, window.innerHeight - seen.height - seen.offsetTop);
    document.documentElement.style.setProperty("--covered", covered + "px");
  }
  if (seen) {
    seen.addEventListener("resize", foot);
    seen.addEventListener("scroll", foot);
  }

  // Half a page mustn't count as somebody who is there: it doesn't say hello.
  if (!forms || !drafts || !window.Idiomorph || !window.HongchuanLine || !window.HongchuanAsk) {
    state("broken", "");
    return;
  }
  if (seated) drafts.watch(whose);
  line = new window.HongchuanLine({
    hello: hello,
    hear: hear,
    owed: owed,
    state: function (name, told) {
      state(name, told);
      if (name === "live") pending.forEach(send);
    },
  });
  line.start();
})();
