// Runs before a page's own scripts and keeps what no page should do.
window.seen = { refused: [], shift: 0 };
addEventListener("securitypolicyviolation", (event) => {
  seen.refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
