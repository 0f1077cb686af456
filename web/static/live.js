// The live page: parts in over one socket, commands out. No rule of the game is in here.
// What was typed survives every update; what wasn't acknowledged is sent again after a reconnect.
(function () {
  "use strict";
  var forms = window.HongchuanForms;
  var body = document.body;
  var kind = body.dataset.live;
  var offline = document.querySelector("[data-offline]");
  var answer = document.querySelector("[data-answer]");
  var PENDING = "pending:" + kind + ":" + (body.dataset.session || "");
  var RESTARTING = 1012; // the server stops; another one, or the same anew, is there at once
  var QUIET_MS = 25000, PONG_MS = 10000, RETRY_MAX_MS = 8000;
  var socket = null, tries = 0, offset = 0, heard = 0, pinged = 0, retry = 0, stopped = false;
  var pending = load();
  var lastNotice = -1;

  function load() {
    try { return JSON.parse(sessionStorage.getItem(PENDING) || "[]"); } catch (e) { return []; }
  }
  function save() {
    try { sessionStorage.setItem(PENDING, JSON.stringify(pending)); } catch (e) { /* private mode */ }
  }
  function newId() {
    var bytes = new Uint8Array(9);
    crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }

  // ── the socket ────────────────────────────────────────────────────────────────────────────────

  function connect() {
    clearTimeout(retry);
    if (stopped || (socket && socket.readyState < 2)) return;
    socket = new WebSocket((location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/live");
    var mine = socket;
    mine.onopen = function () {
      heard = Date.now(); pinged = 0;
      mine.send(JSON.stringify({ type: "hello", format: "html", as: kind, session: body.dataset.session || "" }));
    };
    mine.onmessage = function (event) {
      if (mine !== socket) return;
      heard = Date.now(); pinged = 0;
      receive(JSON.parse(event.data));
    };
    mine.onclose = function (event) { if (mine === socket) lost(event.code === RESTARTING); };
  }

  // Whoever was told to come back does so before anybody is told of it; a second try is news.
  function lost(toldToComeBack) {
    if (!toldToComeBack || tries) {
      body.classList.add("is-offline");
      if (offline && !stopped) offline.hidden = false;
    }
    if (stopped) return;
    var wait = Math.random() * Math.min(RETRY_MAX_MS, 400 * Math.pow(2, tries++));
    clearTimeout(retry);
    retry = setTimeout(connect, wait);
  }

  function again() {
    if (stopped) return;
    if (socket && socket.readyState === 1) { if (Date.now() - heard > 3000) ping(); return; }
    tries = 0;
    connect();
  }

  function ping() {
    if (!pinged && socket && socket.readyState === 1) {
      pinged = Date.now();
      socket.send('{"type":"ping"}');
    }
  }

  setInterval(function () {
    if (!socket || socket.readyState !== 1) return;
    if (pinged && Date.now() - pinged > PONG_MS) { var dead = socket; socket = null; dead.close(); lost(); }
    else if (Date.now() - heard > QUIET_MS) ping();
  }, 1000);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) again(); });
  window.addEventListener("online", again);
  window.addEventListener("pageshow", again);

  function receive(message) {
    if (message.now_ms) offset = message.now_ms - Date.now();
    if (message.type === "parts") {
      if (!body.classList.contains("is-live")) {
        tries = 0;
        body.classList.add("is-live");
      }
      if (body.classList.contains("is-offline") || tries) {
        body.classList.remove("is-offline");
        if (offline) offline.hidden = true;
        tries = 0;
      }
      if (!socket.greeted) { socket.greeted = true; pending.forEach(send); }
      Object.keys(message.parts).forEach(function (name) { morph(name, message.parts[name]); });
      if ("debrief" in message.parts) body.classList.toggle("is-debriefing", !!message.parts.debrief);
      turnPage();
      showPlayed();
      body.dataset.seq = message.seq;
      tick();
      alertNew();
    } else if (message.type === "ack") {
      settle(message.id, null);
    } else if (message.type === "rejected") {
      settle(message.id, message);
    } else if (message.type === "bye") {
      stopped = true;
      say(message.message + " " + message.remedy, true);
      if (message.code === "seat_needed") location.href = "/join?left=1";
      if (message.code === "login_needed") location.href = "/login?next=" + encodeURIComponent(location.pathname);
    }
  }

  // ── parts ─────────────────────────────────────────────────────────────────────────────────────

  function morph(name, html) {
    var holder = document.querySelector('[data-part="' + name + '"]');
    if (holder) forms.morph(holder, html);
  }

  // A new scene begins at its top, wherever the reader had scrolled to.
  var scene = null;
  function turnPage() {
    if (kind === "console") return;
    var shown = document.querySelector("[data-scene]");
    var card = document.querySelector("[data-step]");
    var now = (shown ? shown.dataset.scene : "") + "/" + (card ? card.dataset.step : "");
    if (scene !== null && now !== scene) window.scrollTo(0, 0);
    scene = now;
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
        if (navigator.vibrate && (item.dataset.kind === "nudged" || item.dataset.kind === "trap")) navigator.vibrate([120, 60, 120]);
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
    var now = Date.now() + offset;
    document.querySelectorAll("[data-until]").forEach(function (item) {
      var left = Number(item.dataset.until) - now;
      var shown = item.querySelector("b") || item;
      var text = left <= 0 && item.dataset.over ? item.dataset.over : clock(left);
      if (shown.textContent !== text) shown.textContent = text;
      item.classList.toggle("soon", left < 30000);
    });
    document.querySelectorAll("[data-since]").forEach(function (item) {
      item.textContent = "已 " + clock(now - Number(item.dataset.since));
    });
  }
  setInterval(tick, 500);

  // ── commands ──────────────────────────────────────────────────────────────────────────────────

  function send(command) {
    if (socket && socket.readyState === 1 && socket.greeted) socket.send(JSON.stringify(command));
  }

  function command(from) {
    var message = forms.message(from);
    message.type = "command";
    message.id = newId();
    say("", false);
    pending.push(message);
    save();
    from.setAttribute("aria-busy", "true");
    from.dataset.sent = message.id;
    send(message);
  }

  function settle(id, refusal) {
    pending = pending.filter(function (one) { return one.id !== id; });
    save();
    var from = document.querySelector('[data-sent="' + id + '"]');
    if (from) {
      from.removeAttribute("aria-busy");
      delete from.dataset.sent;
      from.querySelectorAll("[data-touched]").forEach(function (one) { if (!refusal) delete one.dataset.touched; });
    }
    if (refusal) say(refusal.message + " " + refusal.remedy, true, from);
  }

  function say(text, bad, near) {
    document.querySelectorAll(".near").forEach(function (one) { one.remove(); });
    if (near && text) {
      var note = document.createElement("p");
      note.className = "near problem";
      note.setAttribute("role", "alert");
      note.textContent = text;
      // Above the button just pressed: below it lies the rest of a long page.
      var press = near.querySelector("fieldset > .primary");
      if (press) press.parentNode.insertBefore(note, press); else near.appendChild(note);
      return;
    }
    if (!answer) return;
    answer.textContent = text;
    answer.hidden = !text;
    answer.classList.toggle("problem", bad);
  }

  function confirmed(text, then) {
    var dialog = document.querySelector("[data-confirm]");
    var box = document.querySelector("dialog[data-confirm]");
    if (!text) { then(); return; }
    if (!box || !box.showModal) { if (window.confirm(text)) then(); return; }
    box.querySelector("[data-confirm-text]").textContent = text;
    box.returnValue = "no";
    box.onclose = function () { if (box.returnValue === "yes") then(); };
    box.showModal();
    return dialog;
  }

  document.addEventListener("submit", function (event) {
    var form = event.target.closest("form[data-do]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    confirmed(form.dataset.confirm, function () { command(form); });
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.move) return;
    if (!button.dataset.do || button.dataset.sent) return;
    event.preventDefault();
    confirmed(button.dataset.confirm, function () { command(button); });
  });

  connect();
})();
