// Runs before a page's own scripts and keeps what no page should do.
window.seen = { refused: [], shifted: [] };
addEventListener("securitypolicyviolation", (event) => {
  seen.refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries()) {
    const moved = sources.map(({ node }) => (node?.outerHTML ?? String(node?.data)).slice(0, 80));
    seen.shifted.push(`${value} ${moved.join(" ")}`);
  }
}).observe({ type: "layout-shift", buffered: true });
