// Forms and buttons of parts: what they say, and new HTML morphed around what was typed.
// Used by the live page and by the studio's phones. No rule of the game is in here.
(function () {
  "use strict";

  // What the page notes on an element of its own accord; the server knows nothing of it.
  var OWN = ["data-sent", "data-draft", "data-touched", "aria-busy"];

  // Another question's form in the same place: what was typed belonged to the one before.
  function another(was, will) {
    return ["do", "task", "role", "seat"].some(function (name) {
      return was.dataset[name] !== will.dataset[name];
    });
  }
  function forgetOwn(form) {
    var all = Array.prototype.slice.call(form.querySelectorAll("[data-touched]")).concat(form);
    all.forEach(function (one) {
      OWN.forEach(function (name) {
        one.removeAttribute(name);
      });
    });
  }

  function morph(holder, html) {
    window.Idiomorph.morph(holder, html, {
      morphStyle: "innerHTML",
      callbacks: {
        beforeAttributeUpdated: function (name, node, how) {
          return !(how === "remove" && OWN.indexOf(name) >= 0);
        },
        beforeNodeMorphed: function (was, will) {
          if (was.nodeType !== 1) return true;
          if (was.tagName === "FORM" && will.tagName === "FORM" && another(was, will)) {
            forgetOwn(was);
          }
          // What a person has put in order, typed or ticked stays until it is sent.
          if (was.hasAttribute("data-keep") && was.dataset.touched) return false;
          if (
            (was.tagName === "INPUT" || was.tagName === "TEXTAREA" || was.tagName === "SELECT") &&
            was.dataset.touched
          ) {
            return false;
          }
          if (was.tagName === "DETAILS" && will.tagName === "DETAILS") will.open = was.open;
          if (was.hasAttribute("data-until") || was.hasAttribute("data-since")) {
            if (was.isEqualNode(will)) return false;
          }
          return true;
        },
      },
    });
  }

  function collect(form) {
    switch (form.dataset.collect) {
      case "checked":
        return Array.prototype.map.call(form.querySelectorAll("input:checked"), function (one) {
          return one.value;
        });
      case "text":
        return [form.querySelector("input[type=text], textarea").value];
      case "items":
        return Array.prototype.map.call(form.querySelectorAll("[data-item]"), function (one) {
          return one.dataset.item;
        });
      case "pairs":
        return Array.prototype.filter.call(form.querySelectorAll("[data-left]"), function (one) {
          return one.value && (one.type !== "radio" || one.checked);
        })
          .map(function (one) {
            return one.dataset.left + "=" + one.value;
          });
      case "none":
        return [];
    }
    return null;
  }

  // What a form or button asks for, as a command of the wire (without id).
  function message(from) {
    var data = from.dataset;
    var made = { do: data.do };
    ["task", "role", "card", "to", "seat", "scene", "run", "address", "claim"].forEach(
      function (name) {
        if (data[name] !== undefined) made[name] = data[name];
      },
    );
    if (data.seats !== undefined) made.seats = data.seats.split(" ");
    if (data.seconds) made.seconds = Number(data.seconds);
    if (data.answer !== undefined) made.answer = [data.answer];
    var answer = from.tagName === "FORM" ? collect(from) : null;
    if (answer) made.answer = answer;
    if (data.collect === "fields") {
      new FormData(from).forEach(function (value, name) {
        made[name] = value;
      });
    }
    return made;
  }

  function move(button) {
    var item = button.closest("[data-item]"), list = item.parentNode;
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

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (button && button.dataset.move) move(button);
  });

  ["input", "change"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var one = event.target;
      one.dataset.touched = "1";
      if (one.type !== "radio" || !one.form) return;
      // What is picked is picked of all: the server's pick of before mustn't take it back.
      one.form.querySelectorAll("input[type=radio]").forEach(function (other) {
        other.dataset.touched = "1";
      });
    });
  });

  // ── screens: several pages in one ─────────────────────────────────────────────────────────────

  var PARTS = {
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
    projector: ["session", "story", "progress", "traps", "debrief"],
  };

  // Show `shown` ([{seat, name, kind, parts}]) as frames in `into`.
  // `still`: nothing can be pressed.
  function screens(into, shown, still) {
    var have = Array.prototype.map.call(into.children, function (one) {
      return one.dataset.phone;
    }).join();
    if (
      have !== shown.map(function (one) {
        return one.seat;
      }).join()
    ) {
      into.textContent = "";
      shown.forEach(function (one) {
        into.appendChild(frame(one, still));
      });
    }
    shown.forEach(function (one) {
      var box = into.querySelector('[data-phone="' + one.seat + '"]');
      box.querySelector("h3").textContent = one.name;
      PARTS[one.kind].forEach(function (part) {
        // Ids and group names are the page's, and here are several pages in one.
        var html = (one.parts[part] || "").replace(
          /\b(id|for|name|aria-labelledby|aria-describedby)="([^"]+)"/g,
          '$1="' + one.seat + '-$2"',
        );
        morph(box.querySelector('[data-part="' + part + '"]'), html);
      });
    });
  }

  function frame(one, still) {
    var box = document.createElement("article");
    box.className = one.kind === "seat" ? "phone" : "phone wall-frame";
    box.dataset.phone = one.seat;
    box.appendChild(document.createElement("h3"));
    var inside = box;
    if (still) {
      inside = box.appendChild(document.createElement("fieldset"));
      inside.disabled = true;
      box.tabIndex = 0;
    }
    PARTS[one.kind].forEach(function (part) {
      var holder = document.createElement("div");
      holder.dataset.part = part;
      inside.appendChild(holder);
    });
    return box;
  }

  window.HongchuanForms = { screens: screens, morph: morph, message: message };
})();
