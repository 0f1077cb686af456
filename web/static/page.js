// Every page: large type, the wall's light and dark, full screen. Remembered on this device.
(function () {
  "use strict";
  var root = document.documentElement;
  function kept(name) { try { return localStorage.getItem(name); } catch (e) { return null; } }
  function keep(name, value) { try { localStorage.setItem(name, value); } catch (e) { /* private mode */ } }

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
