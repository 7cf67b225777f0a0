// Makes a panel of the overlay's table and draws outlines around the slots it tells of.
// Everything here also stands in the table, for browsers without script.

const STORE = "composer-overlay";
const MAX_ASSETS = 60;
// Well before what is set ends by itself: somebody is still at work.
const RENEW_MS = 300_000;
const panel = document.getElementById("composer-overlay");

function remembered() {
  try {
    return { open: true, dock: "bottom", ...JSON.parse(localStorage.getItem(STORE)) };
  } catch {
    return { open: true, dock: "bottom" };
  }
}

function remember(state) {
  try {
    localStorage.setItem(STORE, JSON.stringify(state));
  } catch {
    // A browser that keeps nothing shows the panel as it is at first.
  }
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// -- Where the slots are -------------------------------------------------------------------------

function ranges() {
  const found = new Map();
  const opened = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_COMMENT);
  while (walker.nextNode()) {
    const [, end, position] = /^(\/?)slot (\d+)$/.exec(walker.currentNode.data) ?? [];
    if (position === undefined) continue;
    if (!end) opened.set(position, walker.currentNode);
    else if (opened.has(position)) {
      const range = document.createRange();
      range.setStartAfter(opened.get(position));
      range.setEndBefore(walker.currentNode);
      found.set(position, range);
    }
  }
  return found;
}

const isVisible = (part) => part.width && part.height;

function box(range) {
  const { startContainer, startOffset, endOffset } = range;
  // The slot's own elements; where they have no boxes, those of all that is in them.
  const own = [...startContainer.childNodes].slice(startOffset, endOffset);
  let parts = own.flatMap((node) => [...(node.getClientRects?.() ?? [])]).filter(isVisible);
  if (!parts.length) parts = [...range.getClientRects()].filter(isVisible);
  if (!parts.length) return null;
  const left = Math.min(...parts.map((part) => part.left));
  const top = Math.min(...parts.map((part) => part.top));
  return {
    left: left + scrollX,
    top: top + scrollY,
    width: Math.max(...parts.map((part) => part.right)) - left,
    height: Math.max(...parts.map((part) => part.bottom)) - top,
  };
}

class Outlines {
  constructor(rows) {
    this.layer = element("div", { class: "composer-outlines", "aria-hidden": "true" });
    this.ranges = ranges();
    this.boxes = new Map();
    for (const [position, row] of rows) {
      const { kind, staged } = row.dataset;
      const ms = row.querySelector("td.co-number:nth-last-of-type(2)").textContent;
      const parts = [row.querySelector(".co-name").textContent, kind, `${ms} ms`];
      const outline = element("div", { class: "composer-outline", "data-kind": kind });
      if (staged !== undefined) outline.dataset.staged = "";
      outline.append(element("span", {}, parts.join(" · ")));
      this.boxes.set(position, outline);
    }
    this.layer.append(...this.boxes.values());
    document.body.append(this.layer);
  }

  draw() {
    for (const [position, outline] of this.boxes) {
      const range = this.ranges.get(position);
      const where = range && box(range);
      outline.hidden = !where;
      outline.style.display = where ? "" : "none";
      for (const [side, value] of Object.entries(where ?? {})) outline.style[side] = `${value}px`;
    }
  }

  light(position, isLit) {
    this.boxes.get(position)?.toggleAttribute("data-lit", isLit);
  }

  show(position) {
    const range = this.ranges.get(position);
    const where = range && box(range);
    if (where) scrollTo({ top: Math.max(0, where.top - 120), behavior: "smooth" });
  }
}

// -- What the browser loaded -----------------------------------------------------------------------

function assets() {
  const entries = performance
    .getEntriesByType("resource")
    .filter((entry) => /^(link|script|css|img)$/.test(entry.initiatorType))
    .filter((entry) => !/\/composer\/overlay[^/]*\.(css|js)/.test(entry.name))
    .slice(0, MAX_ASSETS);
  if (!entries.length) return null;
  const scale = Math.max(...entries.map((entry) => entry.responseEnd));
  const rows = entries.map((entry) => {
    const url = new URL(entry.name);
    const name = url.origin === location.origin ? url.pathname : url.href;
    const times = [entry.startTime, entry.responseEnd].map((ms) => Math.round(ms));
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", { class: "co-number" }, String(entry.encodedBodySize)),
      element("td", { class: "co-number" }, String(times[0])),
      element("td", { class: "co-number" }, String(times[1] - times[0])),
      element("td", { class: "co-wide" }, bar(entry, scale, times)),
    );
  });
  const titles = ["Asset", "Bytes", "From", "ms", `In the browser, 0 to ${Math.round(scale)} ms`];
  const heads = titles.map((title, index) => {
    const kind = index === 4 ? "co-wide" : index ? "co-number" : "";
    return element("th", { scope: "col", class: kind }, title);
  });
  return element(
    "table",
    { class: "co-table co-assets" },
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...rows),
  );
}

function bar(entry, scale, times) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const rect = document.createElementNS(space, "rect");
  const size = {
    x: (entry.startTime / scale) * 1000,
    y: 1,
    width: Math.max(4, (entry.duration / scale) * 1000),
    height: 12,
    rx: 2,
    class: "co-run",
    "data-kind": entry.transferSize ? "fresh" : "cached",
  };
  for (const [name, value] of Object.entries(size)) rect.setAttribute(name, value);
  const frame = { class: "co-fall", viewBox: "0 0 1000 14", preserveAspectRatio: "none", role: "img" };
  for (const [name, value] of Object.entries(frame)) svg.setAttribute(name, value);
  svg.setAttribute("aria-label", `from ${times[0]} to ${times[1]} ms`);
  svg.append(rect);
  return svg;
}

// -- The panel -------------------------------------------------------------------------------------

function start() {
  const rows = new Map(
    [...panel.querySelectorAll("tr[data-slot]")].map((row) => [row.dataset.slot, row]),
  );
  const outlines = new Outlines(rows);
  const state = remembered();
  const toggle = element("button", { type: "button", "aria-keyshortcuts": "Alt+Shift+O" });
  const dock = element("button", { type: "button", class: "co-dock" });

  function apply() {
    panel.dataset.live = "";
    panel.toggleAttribute("data-open", state.open);
    panel.dataset.dock = state.dock;
    toggle.textContent = state.open ? "Hide" : "Show what is behind";
    toggle.setAttribute("aria-expanded", String(state.open));
    dock.textContent = state.dock === "top" ? "To the bottom" : "To the top";
    outlines.layer.hidden = !state.open;
    if (state.open) outlines.draw();
    remember(state);
  }

  function change(values) {
    Object.assign(state, values);
    apply();
  }

  toggle.addEventListener("click", () => change({ open: !state.open }));
  dock.addEventListener("click", () => change({ dock: state.dock === "top" ? "bottom" : "top" }));
  document.addEventListener("keydown", (event) => {
    if (event.altKey && event.shiftKey && event.code === "KeyO") {
      event.preventDefault();
      change({ open: !state.open });
    } else if (event.key === "Escape" && state.open && panel.contains(event.target)) {
      change({ open: false });
      toggle.focus();
    }
  });
  for (const [position, row] of rows) {
    row.tabIndex = 0;
    for (const name of ["mouseenter", "focusin"]) {
      row.addEventListener(name, () => outlines.light(position, true));
    }
    for (const name of ["mouseleave", "focusout"]) {
      row.addEventListener(name, () => outlines.light(position, false));
    }
    row.addEventListener("click", () => outlines.show(position));
    row.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === row) outlines.show(position);
    });
  }
  panel.querySelector(".co-bar").append(element("div", { class: "co-buttons" }, dock, toggle));
  apply();

  let isDue = false;
  const redraw = () => {
    if (isDue || !state.open) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      outlines.draw();
    });
  };
  new ResizeObserver(redraw).observe(document.body);
  addEventListener("resize", redraw);
  // What comes later, a deferred fragment or a new list, is outlined too.
  new MutationObserver((changes) => {
    if (changes.some(({ target }) => !panel.contains(target) && !outlines.layer.contains(target))) {
      redraw();
    }
  }).observe(document.body, { childList: true, subtree: true });

  const manage = panel.querySelector(".co-facts a")?.pathname;
  const renew = () => {
    // Whoever is no longer allowed is refused there, and what is set ends.
    if (manage && !document.hidden) fetch(manage, { method: "HEAD" }).catch(() => {});
  };
  renew();
  setInterval(renew, RENEW_MS);

  const listAssets = () => {
    const table = assets();
    if (table) panel.querySelector(".co-id").before(table);
  };
  if (document.readyState === "complete") listAssets();
  else addEventListener("load", () => setTimeout(listAssets), { once: true });
}

if (panel) start();
