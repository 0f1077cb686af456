// Every page: large type, the wall's light and dark, full screen. Remembered on this device.
(function () {
  "use strict";
  var root = document.documentElement;
  function kept(name) {
    try {
      return localStorage.getItem(name);
    } catch (e) {
      return null;
    }
  }
  function keep(name, value) {
    try {
      localStorage.setItem(name, value);
    } catch (e) { /* private mode */ }
  }

  function large(on) {
    root.classList.toggle("large", on);
    document.querySelectorAll("[data-large]").forEach(function (button) {
      button.setAttribute("aria-pressed", on ? "true" : "false");
    });
  }
  large(kept("large") === "1");
  if (root.classList.contains("wall")) root.classList.toggle("light", kept("wall") === "light");

  // A number where there was none, or a smaller one than there was.
  function fewer(input) {
    var now = Number(input.value), was = Number(input.defaultValue);
    return now > 0 && (!was || now < was);
  }

  // What can't be undone is asked twice.
  document.addEventListener("submit", function (event) {
    var sure = event.target.dataset.sure, field = event.target.dataset.sureFewer;
    if (field && !fewer(event.target.elements[field])) return;
    if (sure && !window.confirm(sure)) event.preventDefault();
    if (!event.defaultPrevented && event.target.method === "post") sendOnce(event);
  });

  // A form is sent once: its button rests until the answer comes, or until it plainly doesn't.
  var AGAIN_MS = 10000;
  function sendOnce(event) {
    var form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    // Only once the browser has taken what the pressed button says.
    setTimeout(function () {
      rest(form, true);
    }, 0);
    setTimeout(function () {
      awaken(form);
    }, AGAIN_MS);
  }
  function rest(form, still) {
    Array.prototype.forEach.call(
      form.querySelectorAll("button:not([type=button])"),
      function (one) {
        if (still ? !one.disabled : one.dataset.rests) {
          one.disabled = still;
          // What takes seconds says so: somebody waits in line for a seat.
          if (one.dataset.waiting) {
            var said = one.dataset.waiting;
            one.dataset.waiting = one.textContent;
            one.textContent = said;
          }
          if (still) one.dataset.rests = "1";
          else delete one.dataset.rests;
        }
      },
    );
  }
  function awaken(form) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    rest(form, false);
  }
  // Coming back to a page that was kept as it stood.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(awaken);
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.hasAttribute("data-large")) {
      var on = !root.classList.contains("large");
      large(on);
      keep("large", on ? "1" : "0");
    } else if (button.hasAttribute("data-dark")) {
      keep("wall", root.classList.toggle("light") ? "light" : "dark");
    } else if (button.hasAttribute("data-full")) {
      if (document.fullscreenElement) document.exitFullscreen();
      else if (root.requestFullscreen) root.requestFullscreen();
    }
  });
})();
