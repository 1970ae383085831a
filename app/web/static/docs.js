"use strict";
// Starts Swagger UI on the page; a file of its own, so that no script is inline.
const place = document.getElementById("docs");
window.ui = SwaggerUIBundle({
  url: place.dataset.contract,
  dom_id: "#docs",
  deepLinking: false, // it puts links into buttons; the address is kept below
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete: open,
});

// Swagger UI has a dark theme of its own; the page's colours follow the system.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

// The address names the operation that is open (#/occupations/get_occupation), and opens it.
function open() {
  const [, tag, operation] = location.hash.split("/").map(decodeURIComponent);
  if (!operation) return;
  window.ui.layoutActions.show(["operations", tag, operation], true);
  document.getElementById(`operations-${tag}-${operation}`)?.scrollIntoView();
}
addEventListener("hashchange", open);
place.addEventListener("click", (event) => {
  const operation = event.target.closest(".opblock-summary")?.closest("[id^=operations-]");
  const [, tag, name] = operation ? operation.id.split("-") : [];
  if (name) history.replaceState(null, "", `#/${tag}/${name}`);
});
