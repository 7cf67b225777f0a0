// What a few visitors' browsers measure, told once when they leave the page. Only theirs load this:
// site.js. Nothing about the visitor is sent: page, fragments, numbers.
//
// The figures are the Core Web Vitals (https://web.dev/articles/vitals) of the visit that began
// with loading the page.
const settings = document.querySelector('meta[name="rum"]');
const [visit] = performance.getEntriesByType("navigation");
// Of a page that was prerendered, the moment when somebody went there.
const start = visit.activationStart ?? 0;

// Shifts that follow each other within a second, in five seconds at most, count together.
const GAP_MS = 1000;
const SPAN_MS = 5000;
// Of so many interactions one may be slower than what is told.
const FORGIVEN_OF = 50;

// What is painted in a tab that nobody looks at is painted late, and nobody waited for it.
let hiddenAt = document.hidden ? 0 : Infinity;
let paint;
let shifts = { sum: 0, since: -Infinity };
let worst = shifts;
const interactions = new Map();

const watchers = [
  watch("visibility-state", ({ name, startTime }) => {
    if (name === "hidden" && startTime >= start) hiddenAt = Math.min(hiddenAt, startTime);
  }),
  watch("largest-contentful-paint", (entry) => (paint = entry)),
  watch("layout-shift", ({ hadRecentInput, startTime, value, sources }) => {
    // What moves because of the visitor does not surprise.
    if (hadRecentInput) return;
    if (startTime - shifts.last > GAP_MS || startTime - shifts.since > SPAN_MS) {
      shifts = { sum: 0, since: startTime, parts: new Map() };
    }
    shifts.last = startTime;
    shifts.sum += value;
    const part = boundary(sources[0]?.node);
    shifts.parts.set(part, (shifts.parts.get(part) ?? 0) + value);
    if (shifts.sum > worst.sum) worst = shifts;
  }),
  // One interaction is several events, of which the slowest counts.
  watch("event", ({ interactionId, duration, target }) => {
    if (interactionId && duration > (interactions.get(interactionId)?.duration ?? 0)) {
      interactions.set(interactionId, { duration, part: boundary(target) });
    }
  }),
];

function isSeen(type) {
  return PerformanceObserver.supportedEntryTypes.includes(type);
}

function watch(type, each) {
  const take = (entries) => entries.forEach(each);
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  if (isSeen(type)) observer.observe({ type, buffered: true, durationThreshold: 16 });
  return () => take(observer.takeRecords());
}

// The fragment that an element is part of; the page's own have none.
function boundary(node) {
  const element = node?.closest ? node : node?.parentElement;
  return element?.closest("[data-boundary]")?.dataset.boundary ?? "";
}

// By service, how long its slowest css or js took.
function files() {
  const [root] = settings.dataset.measure.split("site_shell/");
  const slowest = new Map();
  for (const { name, duration, initiatorType } of performance.getEntriesByType("resource")) {
    const service = name.includes(root) && name.split(root)[1].split("/")[0];
    if (service && ["link", "script"].includes(initiatorType)) {
      slowest.set(service, Math.max(duration, slowest.get(service) ?? 0));
    }
  }
  return slowest;
}

addEventListener("visibilitychange", function tell() {
  if (!document.hidden) return;
  removeEventListener("visibilitychange", tell);
  for (const watcher of watchers) watcher();
  const vitals = [];
  // Parts that are of no fragment are in the figure of the page, which has no name here.
  const note = (metric, part, value) => part && vitals.push([metric, part, value]);
  const noteBoth = (metric, part, value) => {
    vitals.push([metric, "", value]);
    note(metric, part, value);
  };
  noteBoth("ttfb", "", Math.max(0, visit.responseStart - start));
  if (paint?.startTime < hiddenAt) {
    noteBoth("lcp", boundary(paint.element), Math.max(0, paint.startTime - start));
    // Where shifts are not seen there is no figure, not even a good one.
    if (isSeen("layout-shift")) noteBoth("cls", "", worst.sum);
    worst.parts?.forEach((value, part) => note("cls", part, value));
  }
  const slow = [...interactions.values()].sort((a, b) => b.duration - a.duration);
  if (slow[0]) {
    const count = performance.interactionCount ?? slow.length;
    const { duration, part } = slow[Math.min(slow.length - 1, Math.floor(count / FORGIVEN_OF))];
    noteBoth("inp", part, duration);
  }
  for (const [service, ms] of files()) note("load", service, ms);
  navigator.sendBeacon("/_composer/rum", JSON.stringify({ path: location.pathname, vitals }));
});
