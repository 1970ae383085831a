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

// What is wider than the window, and words of charts of which a part is hidden.
seen.stickingOut = () => {
  const most = innerWidth;
  const whole = document.documentElement.scrollWidth;
  const box = (one) => one.getBoundingClientRect();
  const cut = (word, by) => {
    if (!by || /auto|scroll/.test(getComputedStyle(by).overflowX)) return false;
    const hides = /hidden|clip/.test(getComputedStyle(by).overflowX);
    // A letter has a little room on both sides.
    const out = box(word).right > box(by).right + 3 || box(word).left < box(by).left - 3;
    return (hides && out) || cut(word, by.parentElement);
  };
  const found = [];
  if (whole > most) {
    const wide = [...document.querySelectorAll("body *")].filter((one) => box(one).right > most);
    found.push(`${whole} px wide in ${most}`);
    found.push(...wide.slice(0, 3).map((one) => `too wide: ${one.outerHTML.slice(0, 80)}`));
  }
  const words = [...document.querySelectorAll("svg text")].filter((one) => one.checkVisibility());
  const hidden = words.filter((one) => cut(one, one.parentElement));
  return [...found, ...hidden.map((one) => `cut off: ${one.textContent.trim()}`)];
};
