// What a few visitors' browsers measure, told once when they leave the page. Only theirs load this:
// site.js. Nothing about the visitor is sent: page, fragments, numbers.
const settings = document.querySelector('meta[name="rum"]');
import(settings.dataset.library).then(measure);

function measure({ onCLS, onINP, onLCP, onTTFB }) {
  const found = new Map();
  const note = (metric, subject, value) => found.set(`${metric} ${subject}`, [metric, subject, value]);
  onTTFB((metric) => note("ttfb", "", metric.value));
  onLCP((metric) => {
    note("lcp", "", metric.value);
    note("lcp", boundary(metric.entries.at(-1)?.element), metric.value);
  });
  onINP((metric) => {
    note("inp", "", metric.value);
    note("inp", boundary(metric.entries[0]?.target), metric.value);
  });
  onCLS((metric) => {
    const shifts = new Map();
    for (const entry of metric.entries) {
      const subject = boundary(entry.sources?.[0]?.node);
      shifts.set(subject, (shifts.get(subject) ?? 0) + entry.value);
    }
    shifts.forEach((value, subject) => note("cls", subject, value));
    note("cls", "", metric.value);
  });
  addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || found.size === 0) return;
    for (const [service, ms] of files()) note("load", service, ms);
    const told = { path: location.pathname, vitals: [...found.values()] };
    found.clear();
    navigator.sendBeacon("/_composer/rum", JSON.stringify(told));
  });
}

// The fragment that an element is part of; the page's own have none.
function boundary(node) {
  const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  return element?.closest?.("[data-boundary]")?.dataset.boundary ?? "";
}

// By service, how long its slowest css or js took.
function files() {
  const [root] = settings.dataset.library.split("site_shell/");
  const slowest = new Map();
  for (const { name, duration, initiatorType } of performance.getEntriesByType("resource")) {
    const service = name.includes(root) && name.split(root)[1].split("/")[0];
    if (service && ["link", "script"].includes(initiatorType)) {
      slowest.set(service, Math.max(duration, slowest.get(service) ?? 0));
    }
  }
  return slowest;
}
