// What a person has typed, picked or put in order and not yet sent, kept on this device: a page in
// the background may be thrown away at any moment, and a part may be replaced under one's hands.
(function () {
  "use strict";
  var DAY_MS = 86400000;
  var memory = {}; // where the browser keeps nothing

  function read(name) {
    var text = null;
    try {
      text = localStorage.getItem("draft:" + name);
    } catch (e) { /* refused */ }
    if (text === null) return memory[name] || null;
    try {
      return JSON.parse(text);
    } catch (e) {
      return null;
    }
  }
  function put(name, value, days) {
    var kept = { value: value, at: Date.now(), until: Date.now() + days * DAY_MS };
    memory[name] = kept;
    try {
      localStorage.setItem("draft:" + name, JSON.stringify(kept));
    } catch (e) { /* refused, or full */ }
  }
  function find(name) {
    var kept = read(name);
    return kept && kept.until > Date.now() ? kept : null;
  }
  function drop(name) {
    delete memory[name];
    try {
      localStorage.removeItem("draft:" + name);
    } catch (e) { /* refused */ }
  }
  function names(scope) {
    var found = Object.keys(memory);
    try {
      for (var i = 0; i < localStorage.length; i++) {
        var key = localStorage.key(i);
        if (key.indexOf("draft:") === 0) found.push(key.slice(6));
      }
    } catch (e) { /* refused */ }
    return found.filter(function (name) {
      return name.indexOf(scope) === 0;
    });
  }
  names("").forEach(function (name) {
    if (!find(name)) drop(name);
  });

  // ── a form as it stands ───────────────────────────────────────────────────────────────────────

  function each(form, what, act) {
    Array.prototype.forEach.call(form.querySelectorAll(what), act);
  }

  var TYPED = "input:not([type]), textarea, " +
    ["text", "number", "date", "time", "datetime-local", "search", "email", "tel", "url"]
      .map(function (type) {
        return "input[type=" + type + "]";
      }).join(", ");

  function taken(form) {
    var made = { typed: [], picked: [], chosen: [], order: [] };
    each(form, TYPED, function (one) {
      made.typed.push(one.value);
    });
    each(form, "input[type=radio], input[type=checkbox]", function (one) {
      if (one.checked) made.picked.push(one.name + "=" + one.value);
    });
    each(form, "select", function (one) {
      made.chosen.push(one.value);
    });
    each(form, "[data-item]", function (one) {
      made.order.push(one.dataset.item);
    });
    return made;
  }

  function fill(form, made) {
    var place = 0;
    each(form, TYPED, function (one) {
      set(one, "value", made.typed[place++]);
    });
    each(form, "input[type=radio], input[type=checkbox]", function (one) {
      set(one, "checked", made.picked.indexOf(one.name + "=" + one.value) >= 0);
    });
    place = 0;
    each(form, "select", function (one) {
      var value = made.chosen[place++];
      if (
        Array.prototype.some.call(one.options, function (each) {
          return each.value === value;
        })
      ) set(one, "value", value);
    });
    arrange(form, made.order);
  }
  function set(one, what, value) {
    if (value === undefined || one[what] === value) return;
    one[what] = value;
    one.dataset.touched = "1";
  }
  function arrange(form, order) {
    var items = {}, list = null;
    each(form, "[data-item]", function (one) {
      items[one.dataset.item] = one;
      list = one.parentNode;
    });
    var same = order.length && order.length === Object.keys(items).length &&
      order.every(function (name) {
        return items[name];
      });
    if (!same) return;
    order.forEach(function (name) {
      list.appendChild(items[name]);
    });
    list.dataset.touched = "1";
  }

  // ── the forms of a live page, by scope (run and seat), scene and task ─────────────────────────

  function nameOf(scope, form) {
    var data = form.dataset, shown = document.querySelector("[data-scene]");
    var scene = data.task === "reflect" ? "" : shown ? shown.dataset.scene : "";
    return [scope, scene, data.do, data.task || "", data.role || "", data.seat || ""].join("/");
  }
  function watch(scope) {
    function note(event) {
      var form = event.target.closest ? event.target.closest("[data-part] form[data-do]") : null;
      if (!form) return;
      form.dataset.draft = nameOf(scope, form);
      put(form.dataset.draft, taken(form), 0.5);
    }
    document.addEventListener("input", note);
    document.addEventListener("change", note);
    document.addEventListener("moved", note);
  }
  // Put back what isn't there any more. A form that was put back, or typed in since, is left alone.
  function restore(scope) {
    each(document, "[data-part] form[data-do]", function (form) {
      var name = nameOf(scope, form), kept = find(name);
      if (!kept || form.dataset.draft === name) return;
      form.dataset.draft = name;
      fill(form, kept.value);
    });
  }
  function forget(form) {
    if (form.dataset.draft) drop(form.dataset.draft);
    delete form.dataset.draft;
  }

  // ── leaving a page, and coming back to it ─────────────────────────────────────────────────────

  // The browser asks before something unsaved is left. Chromium before 119 asks only where
  // returnValue is set; iPhones never ask: hence the copy on this device.
  function asks(dirty) {
    window.addEventListener("beforeunload", function (event) {
      if (!dirty()) return;
      event.preventDefault();
      event.returnValue = "";
    });
  }

  // Says at the head of `into` that something was put back; the button takes it away again.
  function putBack(into, more, undo) {
    var told = document.createElement("p");
    told.className = "hint kept";
    told.setAttribute("role", "status");
    told.textContent = "已放回这台设备上还没存下的内容。" + more + " ";
    var no = told.appendChild(document.createElement("button"));
    no.type = "button";
    no.className = "link";
    no.textContent = "不要了";
    no.addEventListener("click", function () {
      told.remove();
      undo();
    });
    into.insertBefore(told, into.firstChild);
  }

  // ── plain forms: <form data-kept="activity:…"> ────────────────────────────────────────────────

  // What was typed since `base` (what the server sent) is put back while the server still has that.
  function keep(form) {
    var name = form.dataset.kept,
      base = JSON.stringify(taken(form)),
      kept = find(name),
      leaving = false;
    if (
      kept && JSON.stringify(kept.value.made) !== base &&
      (kept.value.base === base || !kept.value.sent)
    ) {
      fill(form, kept.value.made);
      putBack(form, "", function () {
        drop(name);
        fill(form, JSON.parse(base));
      });
    } else if (kept) {
      drop(name);
    }
    function note(sent) {
      leaving = sent;
      put(name, { made: taken(form), base: base, sent: sent }, 14);
    }
    asks(function () {
      return !leaving && JSON.stringify(taken(form)) !== base;
    });
    form.addEventListener("input", function () {
      note(false);
    });
    form.addEventListener("change", function () {
      note(false);
    });
    form.addEventListener("submit", function () {
      if (find(name)) note(true);
    });
  }
  each(document, "form[data-kept]", keep);

  window.HongchuanDrafts = {
    find: find,
    put: put,
    drop: drop,
    names: names,
    watch: watch,
    restore: restore,
    forget: forget,
    asks: asks,
    putBack: putBack,
  };
})();
