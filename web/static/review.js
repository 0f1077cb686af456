// The trainer's room: a run's moments on a timeline. What a screen showed is asked of the server,
// which renders it as it did live; here is only which moment, and how fast.
(function () {
  "use strict";
  var forms = window.HongchuanForms;
  var stages = [];

  function clock(ms) {
    var s = Math.max(0, Math.floor(ms / 1000));
    return Math.floor(s / 60) + ":" + ("0" + (s % 60)).slice(-2);
  }

  function Stage(root) {
    var self = this;
    this.root = root;
    this.log = JSON.parse(root.querySelector("[data-log]").textContent);
    this.total = this.log.axis[this.log.axis.length - 1];
    this.screens = root.querySelector("[data-screens]");
    this.scrub = root.querySelector("[data-scrub]");
    this.seq = 0;
    this.t = 0;
    this.playing = false;
    this.names = {};
    root.querySelectorAll("[data-pick]").forEach(function (one) {
      self.names[one.dataset.pick] = one.textContent;
    });
    this.scrub.addEventListener("input", function () {
      self.moveTo(Number(self.scrub.value));
    });
    root.addEventListener("click", function (event) {
      var one = event.target.closest("[data-to], [data-play], [data-step], [data-pick]");
      if (!one || !root.contains(one)) return;
      if (one.dataset.to) self.show(Number(one.dataset.to));
      else if (one.dataset.step) self.step(Number(one.dataset.step));
      else if (one.dataset.pick) self.pick(one.dataset.pick);
      else self.play(!self.playing);
    });
    this.pick(root.dataset.screen, true);
    this.show(Number(root.dataset.seq), true);
  }

  // The last event that had happened at `t`.
  Stage.prototype.seqAt = function (t) {
    var low = 0, high = this.log.axis.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (this.log.axis[middle] <= t) low = middle + 1;
      else high = middle;
    }
    return Math.max(1, low);
  };

  Stage.prototype.moveTo = function (t, quiet) {
    t = Math.min(this.total, Math.max(0, t));
    this.t = t;
    this.draw(this.seqAt(t));
    if (!quiet) follow(this);
  };

  Stage.prototype.show = function (seq, quiet) {
    seq = Math.min(this.log.axis.length, Math.max(1, seq));
    this.t = this.log.axis[seq - 1];
    this.draw(seq);
    if (!quiet) follow(this);
  };

  Stage.prototype.step = function (by) {
    this.play(false);
    this.show(this.seq + by);
  };

  // The next event of a list of seqs, forwards or back.
  Stage.prototype.leap = function (seqs, by) {
    var here = this.seq;
    var found = seqs.filter(function (seq) {
      return by > 0 ? seq > here : seq < here;
    });
    if (found.length) this.show(by > 0 ? Math.min.apply(null, found) : Math.max.apply(null, found));
  };

  Stage.prototype.draw = function (seq) {
    this.scrub.value = this.t;
    this.scrub.setAttribute("aria-valuetext", clock(this.t) + "，第 " + seq + " 步");
    var head = this.root.querySelector("[data-head]"),
      x = (100 * this.t / Math.max(1, this.total)).toFixed(3) + "%";
    head.setAttribute("x1", x);
    head.setAttribute("x2", x);
    this.root.querySelector("[data-clock]").textContent = clock(this.t) + " / " + clock(this.total);
    if (seq === this.seq) {
      this.tick();
      return;
    }
    this.seq = seq;
    this.root.dataset.seq = seq;
    var told = "";
    this.log.marks.forEach(function (mark) {
      if (mark[0] <= seq && mark[1] !== "wait") told = mark[2];
    });
    this.root.querySelector("[data-now]").textContent = "第 " + seq + " 步 " + told;
    this.fetch();
    if (stages[0] === this) address();
  };

  // One question at a time; the newest moment asked for is the one that is shown.
  Stage.prototype.fetch = function () {
    var self = this;
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    this.again = false;
    var wanted = this.chosen === "all" ? this.log.seats : [this.chosen];
    var asked = this.seq, began = performance.now();
    window.HongchuanAsk(
      "/review/" + this.log.run + "/moment?seq=" + asked + "&screens=" + wanted.join(","),
    )
      .then(function (found) {
        if (found.error) {
          say(found.error.message + found.error.remedy, true);
          return;
        }
        var shown = Object.keys(found.screens).map(function (name) {
          return {
            seat: name,
            name: self.names[name] || name,
            kind: name === "projector" ? name : "seat",
            parts: found.screens[name],
          };
        });
        self.at = found.at_ms;
        if (shown.length) forms.screens(self.screens, shown, true);
        else nobody(self.screens);
        self.tick();
        self.root.dataset.shown = asked;
        self.root.dataset.tookMs = Math.round(performance.now() - began);
      })
      .catch(function (error) {
        say("取不到这一刻：" + error.message, true);
      })
      .then(function () {
        self.asking = false;
        if (self.again) self.fetch();
      });
  };

  function nobody(into) {
    var told = document.createElement("p");
    told.className = "empty";
    told.textContent = "这时还没有人入座。";
    into.replaceChildren(told);
  }

  // Countdowns stand as they stood at this moment.
  Stage.prototype.tick = function () {
    if (!this.at) return;
    var now = this.at + (this.t - this.log.axis[this.seq - 1]);
    this.screens.querySelectorAll("[data-until]").forEach(function (item) {
      var left = Number(item.dataset.until) - now, shown = item.querySelector("b") || item;
      shown.textContent = left <= 0 && item.dataset.over ? item.dataset.over : clock(left + 999);
    });
  };

  Stage.prototype.pick = function (name, first) {
    if (!(name in this.names)) name = "all";
    this.chosen = name;
    this.root.dataset.screen = name;
    this.root.querySelectorAll("[data-pick]").forEach(function (one) {
      one.setAttribute("aria-pressed", one.dataset.pick === name ? "true" : "false");
    });
    if (first) return;
    this.fetch();
    address();
  };

  Stage.prototype.play = function (on) {
    var self = this, before = 0;
    var button = this.root.querySelector("[data-play]");
    button.textContent = on ? "暂停" : "播放";
    button.setAttribute("aria-pressed", on ? "true" : "false");
    if (on === this.playing) return;
    this.playing = on;
    if (on && this.t >= this.total) this.moveTo(0);
    function frame(now) {
      if (!self.playing) return;
      if (before) {
        self.moveTo(
          self.t + (now - before) * Number(self.root.querySelector("[data-speed]").value),
        );
      }
      before = now;
      if (self.t >= self.total) self.play(false);
      else requestAnimationFrame(frame);
    }
    if (on) requestAnimationFrame(frame);
  };

  // Side by side: what one does, the other does as long after its own start.
  function follow(leader) {
    var linked = document.querySelector("[data-linked]");
    if (!linked || !linked.checked) return;
    stages.forEach(function (other) {
      if (other !== leader) other.moveTo(leader.t - leader.log.start + other.log.start, true);
    });
  }

  function address() {
    var first = stages[0];
    document.querySelectorAll("[data-seq-field]").forEach(function (one) {
      one.value = first.seq;
    });
    if (stages.length === 1) history.replaceState(null, "", link());
  }
  function link() {
    return location.pathname + "?seq=" + stages[0].seq + "&screen=" +
      encodeURIComponent(stages[0].chosen);
  }

  // ── keyboard ──────────────────────────────────────────────────────────────────────────────────

  document.addEventListener("keydown", function (event) {
    var stage = stages[0];
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) &&
      event.target.type !== "range" && event.target.type !== "checkbox";
    if (!stage || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.target.closest("button, summary, a")) return;
    var speed = stage.root.querySelector("[data-speed]");
    var traps = stage.log.marks.filter(function (mark) {
      return mark[1] === "trap";
    }).map(function (mark) {
      return mark[0];
    });
    var keys = {
      " ": function () {
        stage.play(!stage.playing);
      },
      ArrowLeft: function () {
        stage.step(-1);
      },
      ArrowRight: function () {
        stage.step(1);
      },
      Home: function () {
        stage.show(1);
      },
      End: function () {
        stage.show(stage.log.axis.length);
      },
      "[": function () {
        stage.leap(stage.log.scenes, -1);
      },
      "]": function () {
        stage.leap(stage.log.scenes, 1);
      },
      "{": function () {
        stage.leap(traps, -1);
      },
      "}": function () {
        stage.leap(traps, 1);
      },
      "-": function () {
        speed.selectedIndex = Math.max(0, speed.selectedIndex - 1);
      },
      "+": function () {
        speed.selectedIndex = Math.min(speed.options.length - 1, speed.selectedIndex + 1);
      },
      "=": function () {
        speed.selectedIndex = Math.min(speed.options.length - 1, speed.selectedIndex + 1);
      },
      b: function () {
        keep("");
      },
      B: function () {
        keep("");
      },
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  // ── notes ─────────────────────────────────────────────────────────────────────────────────────

  function say(text, bad) {
    var place = document.querySelector("[data-answer]");
    if (!place) return;
    place.textContent = text;
    place.hidden = !text;
    place.classList.toggle("problem", bad);
  }

  function send(path, method, body) {
    return window.HongchuanTell(path, method, body).then(function (found) {
      if (found.error) throw new Error(found.error.message + found.error.remedy);
      return found;
    });
  }
  function failed(error) {
    say("没有记下：" + error.message, true);
  }

  function keep(text) {
    var stage = stages[0];
    return send("/review/" + stage.log.run + "/notes", "POST", { seq: stage.seq, text: text }).then(
      function (note) {
        var list = document.querySelector("[data-notes]");
        var none = document.querySelector("[data-none]");
        if (none) none.remove();
        var after = Array.prototype.find.call(list.children, function (one) {
          return Number(one.dataset.noteSeq) > note.seq;
        });
        list.insertBefore(item(note), after || null);
        say("第 " + note.seq + " 步记下了。", false);
        return note;
      },
    ).catch(failed);
  }

  function item(note) {
    var made = document.createElement("li");
    made.dataset.noteId = note.id;
    made.dataset.noteSeq = note.seq;
    var jump = made.appendChild(button("第 " + note.seq + " 步"));
    jump.dataset.to = note.seq;
    jump.dataset.for = stages[0].log.run;
    made.append(" ");
    var text = made.appendChild(document.createElement("span"));
    text.dataset.text = "";
    text.textContent = note.text || "书签";
    made.append(" ");
    made.appendChild(document.createElement("small")).textContent = note.author;
    made.append(" ");
    made.appendChild(button("改")).dataset.edit = "";
    made.appendChild(button("删")).dataset.remove = "";
    return made;
  }
  function button(text) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "link";
    made.textContent = text;
    return made;
  }

  function edit(note) {
    var text = note.querySelector("[data-text]");
    if (note.querySelector("input")) return;
    var input = document.createElement("input");
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
    function done(save) {
      if (!input.isConnected || input.readOnly) return;
      var now = input.value.trim();
      if (!save) {
        close();
        return;
      }
      input.readOnly = true;
      send("/review/" + stages[0].log.run + "/notes/" + note.dataset.noteId, "POST", { text: now })
        .then(function () {
          text.textContent = now || "书签";
          close();
          say("改好了。", false);
        })
        .catch(function (error) {
          input.readOnly = false;
          failed(error);
        });
    }
    input.addEventListener("blur", function () {
      done(true);
    });
    input.addEventListener("keydown", function (event) {
      if (event.key === "Enter") done(true);
      if (event.key === "Escape") done(false);
    });
  }

  // Taken away at once, and given back at a press for as long as the page is open.
  function remove(note) {
    send("/review/" + stages[0].log.run + "/notes/" + note.dataset.noteId, "DELETE", {}).then(
      function () {
        var seq = Number(note.dataset.noteSeq),
          words = note.querySelector("[data-text]").textContent;
        note.remove();
        say("删掉了。", false);
        var undo = button("撤销");
        document.querySelector("[data-answer]").append(" ", undo);
        undo.addEventListener("click", function () {
          var here = stages[0].seq;
          stages[0].show(seq);
          keep(words === "书签" ? "" : words).then(function () {
            stages[0].show(here);
          });
        });
      },
    ).catch(failed);
  }

  document.addEventListener("submit", function (event) {
    var form = event.target.closest("[data-note]");
    if (!form) return;
    event.preventDefault();
    var area = form.querySelector("textarea");
    keep(area.value).then(function (note) {
      if (!note) return;
      area.value = "";
      window.HongchuanDrafts.drop(form.dataset.kept);
    });
  });

  document.addEventListener("click", function (event) {
    var one = event.target.closest("[data-for], [data-link], [data-edit], [data-remove]");
    if (!one) return;
    if (one.dataset.for) {
      stages.forEach(function (stage) {
        if (stage.log.run !== one.dataset.for || stage.root.contains(one)) return;
        stage.show(Number(one.dataset.to));
        stage.root.scrollIntoView({ block: "start" });
      });
    } else if (one.hasAttribute("data-link")) {
      var url = location.origin + link();
      var copied = navigator.clipboard ? navigator.clipboard.writeText(url) : Promise.reject();
      copied.then(function () {
        say("链接复制好了。", false);
      }, function () {
        say("请复制：" + url, false);
      });
    } else if (one.hasAttribute("data-edit")) {
      edit(one.closest("[data-note-id]"));
    } else {
      remove(one.closest("[data-note-id]"));
    }
  });

  document.querySelectorAll("[data-stage]").forEach(function (root) {
    stages.push(new Stage(root));
  });
  window.HongchuanStages = stages;
})();
