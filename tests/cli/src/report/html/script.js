// Comfort only: the page is complete without it.
(() => {
  "use strict";
  const find = document.querySelector("#find");
  const items = [...document.querySelectorAll("[data-find]")];
  if (find) {
    find.hidden = false;
    find.querySelector("input").addEventListener("input", (event) => {
      const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const item of items) {
        const text = item.dataset.find;
        item.classList.toggle("off", !words.every((word) => text.includes(word)));
      }
    });
  }
  const shown = () => items.filter((item) => item.tagName === "DETAILS" && item.offsetParent);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input[type=search]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "/" && find) {
      event.preventDefault();
      find.querySelector("input").focus();
    }
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    const vectors = shown();
    const at = vectors.findIndex((item) => item.contains(document.activeElement));
    const next = vectors[at < 0 ? 0 : at + step];
    if (next) {
      next.querySelector("summary").focus();
      next.scrollIntoView({ block: "start" });
    }
  });
})();
