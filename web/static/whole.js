// @ts-check
// Half a page is no page: where one of its scripts didn't come, isn't ours or can't be read, no
// module that needs it runs, and this says so. It is the one script that is no module.
(function () {
  "use strict";

  function broken() {
    const told = document.querySelector("[data-offline]");
    if (!told || document.body.classList.contains("is-live")) return;
    document.body.classList.add("is-offline");
    told.classList.remove("opening");
    told.querySelector("[data-says]").textContent = told.dataset.broken;
    told.querySelector("[data-reload]").hidden = false;
    told.hidden = false;
  }

  window.addEventListener("error", (event) => {
    const from = event.target;
    const missing = from instanceof HTMLScriptElement;
    if (missing || event.error instanceof SyntaxError) broken();
  }, true);
})();
