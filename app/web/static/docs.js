"use strict";
// Starts Swagger UI on the page; a file of its own, so that no script is inline.
const place = document.getElementById("docs");

// The button that opens an operation holds a link to it, which the keyboard cannot tell from the
// button. The name alone does: what is opened stands in the address.
const names = ({ React }) => ({
  components: { DeepLink: ({ text }) => React.createElement("span", null, text) },
});
window.ui = SwaggerUIBundle({
  url: place.dataset.contract,
  dom_id: "#docs",
  deepLinking: true,
  plugins: [names],
  tryItOutEnabled: true,
  validatorUrl: null,
});

// Swagger UI has a dark theme of its own; the page's colours follow the system.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

// Links of this page open the operation that they name.
addEventListener("hashchange", () => {
  const [, tag, operation] = location.hash.split("/").map(decodeURIComponent);
  if (!operation) return;
  window.ui.layoutActions.show(["operations", tag, operation], true);
  document.getElementById(`operations-${tag}-${operation}`)?.scrollIntoView();
});

// Swagger UI gives fields no name for screen readers, and no focus to what scrolls.
new MutationObserver(() => {
  for (const field of place.querySelectorAll(":is(select,textarea):not([aria-label])")) {
    field.setAttribute("aria-label", field.closest("[data-param-name]")?.dataset.paramName ?? "example or body");
  }
  for (const block of place.querySelectorAll("pre:not([tabindex])")) block.tabIndex = 0;
}).observe(place, { childList: true, subtree: true });
