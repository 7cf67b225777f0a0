// What a page does not have yet: <fragment-slot> holds the place of a fragment that comes at the
// end of the page (deferred), when it is looked at (lazy), or again after an event (refresh).
//
// Nodes are moved and never made of text, so that Trusted Types have nothing to object to: an
// XMLHttpRequest parses HTML into a document of its own, in which no script runs.

const NEAR = "300px 0px";
const TIMEOUT_MS = 30_000;
const COALESCE_MS = 30;
// Between the beginnings of two refreshes of a slot: what it shows may itself send the event.
const PAUSE_MS = 1000;
const WORDS = {
  en: { sorry: "This part of the page could not be loaded.", again: "Try again" },
  de: { sorry: "Dieser Teil der Seite konnte nicht geladen werden.", again: "Noch einmal versuchen" },
};
const { sorry: SORRY, again: AGAIN } = WORDS[document.documentElement.lang] ?? WORDS.en;

const whenNear = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) target.load();
  },
  { rootMargin: NEAR },
);

// Whoever went somewhere by themselves is not taken away from there by what comes late.
let isOnTheirWay = false;
for (const name of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  addEventListener(name, () => (isOnTheirWay = true), { once: true, passive: true });
}

class FragmentSlot extends HTMLElement {
  #turn = 0;
  #timer = 0;
  #mayBegin = 0;
  #isLoading = false;
  #isFilled = false;
  #isOutdated = false;
  #onEvent = () => this.#refreshSoon();
  // Kept by the browser while something else was looked at, the page tells of the time before.
  #onReturn = ({ persisted }) => persisted && this.#refreshSoon();

  connectedCallback() {
    for (const name of this.#events) document.addEventListener(name, this.#onEvent);
    if (this.#events.length) addEventListener("pageshow", this.#onReturn);
    if (this.isLazy) whenNear.observe(this);
    else this.#isFilled ||= !this.hasAttribute("aria-busy");
  }

  disconnectedCallback() {
    for (const name of this.#events) document.removeEventListener(name, this.#onEvent);
    removeEventListener("pageshow", this.#onReturn);
    whenNear.unobserve(this);
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  get isLazy() {
    return this.getAttribute("loading") === "lazy";
  }

  get #events() {
    return (this.getAttribute("refresh") ?? "").split(" ").filter(Boolean);
  }

  // Put nodes in the place of what is here, without taking the focus away.
  receive(nodes) {
    const wasFilled = this.#isFilled;
    const refocus = focusPlace(this, wasFilled);
    this.#isFilled = true;
    this.removeAttribute("aria-busy");
    this.removeAttribute("loading");
    if (this.hasAttribute("refresh")) {
      this.replaceChildren();
      move(nodes, this, null);
    } else {
      move(nodes, this.parentNode, this);
      this.remove();
    }
    const arrived = nodes.filter((node) => node instanceof Element);
    // An element with the id "htmx" would have the name as well.
    if (window.htmx?.process instanceof Function) arrived.forEach((one) => htmx.process(one));
    refocus?.(arrived);
    if (!wasFilled && !isOnTheirWay) scrollToTarget(arrived);
    arrived[0]?.dispatchEvent(new CustomEvent("fragment:arrived", { bubbles: true }));
    if (!this.#isOutdated) return;
    this.#isOutdated = false;
    this.#refreshSoon();
  }

  async load() {
    if (this.#isLoading) return;
    this.#isLoading = true;
    whenNear.unobserve(this);
    this.querySelector(":scope > .fragment-slot__failure")?.remove();
    this.setAttribute("aria-busy", "true");
    const turn = ++this.#turn;
    try {
      const found = await fetchDocument(this.getAttribute("src"));
      await addStyles(found);
      addLoaders(found);
      // Something happened while it was on its way: it tells of the time before.
      if (turn === this.#turn && this.isConnected) this.receive([...found.body.childNodes]);
    } catch {
      if (turn === this.#turn) this.#sayFailed();
    } finally {
      this.#isLoading = false;
      this.removeAttribute("aria-busy");
    }
    if (turn !== this.#turn) this.#loadSoon();
  }

  // The page has ended, and what was to come is not in it.
  giveUp() {
    if (this.hasAttribute("src")) this.load();
    else this.remove();
  }

  #refreshSoon() {
    // What was not asked for yet will be new when it comes.
    if (this.isLazy && !this.#isLoading) return;
    if (this.#isLoading) this.#turn++;
    else if (this.#isFilled) this.#loadSoon();
    else this.#isOutdated = true;
  }

  #loadSoon() {
    if (this.#timer) return;
    const pause = Math.max(COALESCE_MS, this.#mayBegin - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#mayBegin = performance.now() + PAUSE_MS;
      this.load();
    }, pause);
  }

  #sayFailed() {
    // What was there before a refresh stays.
    if (this.#isFilled) return;
    const failure = document.createElement("p");
    failure.className = "fragment-slot__failure";
    failure.setAttribute("role", "status");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = AGAIN;
    button.addEventListener("click", () => {
      this.tabIndex = -1;
      this.focus({ preventScroll: true });
      this.load();
    });
    failure.append(`${SORRY} `, button);
    this.append(failure);
  }
}

class FragmentArrival extends HTMLElement {
  #isDone = false;

  connectedCallback() {
    // Inside an element that its fragment did not close, it is moved with that.
    if (this.#isDone) return;
    const name = CSS.escape(this.getAttribute("for"));
    // By element, too: fragments may have the same ids.
    const slot = document.querySelector(`fragment-slot#${name}[aria-busy]`);
    const part = document.querySelector(`fragment-part#${name}-late`);
    if (!slot || !part) return;
    this.#isDone = true;
    slot.receive([...part.childNodes]);
    part.remove();
    this.remove();
  }
}

function move(nodes, parent, before) {
  for (const node of nodes) {
    // Keeps frames loaded and animations running, where browsers have it.
    if (parent.moveBefore && node.isConnected && node.ownerDocument === document) {
      parent.moveBefore(node, before);
    } else parent.insertBefore(node, before);
  }
}

function fetchDocument(url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    request.timeout = TIMEOUT_MS;
    request.onload = () => {
      if (request.status === 200 && request.response) resolve(request.response);
      else reject(new Error(`${url}: ${request.status}`));
    };
    request.onerror = request.ontimeout = request.onabort = () => reject(new Error(url));
    request.send();
  });
}

// Stylesheets that the page does not have yet; the fragment is shown when they are there.
function addStyles(found) {
  const known = new Set();
  for (const link of document.querySelectorAll("link[rel=stylesheet]")) known.add(link.href);
  const missing = [...found.head.querySelectorAll("link[rel=stylesheet]")].filter(
    (link) => !known.has(new URL(link.getAttribute("href"), document.baseURI).href),
  );
  const loading = missing.map(
    (link) =>
      new Promise((resolve) => {
        link.onload = link.onerror = resolve;
        setTimeout(resolve, 3000);
      }),
  );
  document.head.append(...missing);
  return Promise.all(loading);
}

// What loads the modules that a fragment brings, if it brings any that the page does not have.
// import() is no sink for Trusted Types; the integrity is checked by the modulepreload, whose answer
// the import then takes.
function addLoaders(found) {
  const isHere = (module) =>
    document.querySelector(`script[src="${CSS.escape(module.getAttribute("src"))}"]`);
  if ([...found.querySelectorAll("fragment-module")].every(isHere)) return;
  for (const { src, integrity, crossOrigin } of found.head.querySelectorAll("script[type=module]")) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "modulepreload", integrity, crossOrigin, href: src });
    link.onload = () => import(src);
    document.head.append(link);
  }
}

// How to focus again what has the focus inside of an element, if anything has. Where only a link
// or a button stood for the fragment, one goes on where the fragment begins.
function focusPlace(root, wasFilled) {
  const active = document.activeElement;
  if (!active || !root.contains(active)) return null;
  const { id, tagName, value, selectionStart, selectionEnd } = active;
  const index = [...root.querySelectorAll(tagName)].indexOf(active);
  return (elements) => {
    const same = elements.flatMap((element) => [
      ...(element.matches(tagName) ? [element] : []),
      ...element.querySelectorAll(tagName),
    ]);
    let next = elements[0];
    if (wasFilled) next = (id && same.find((element) => element.id === id)) || same[index] || next;
    if (!next) return;
    if (wasFilled && next.matches("input, textarea") && typeof value === "string") {
      next.value = value;
      if (selectionStart != null) next.setSelectionRange(selectionStart, selectionEnd);
    } else if (next.tabIndex < 0) next.tabIndex = -1;
    next.focus({ preventScroll: true });
  };
}

function scrollToTarget(elements) {
  if (!location.hash) return;
  let name = location.hash.slice(1);
  let target = document.getElementById(name);
  if (!target) {
    try {
      name = decodeURIComponent(name);
    } catch {
      return; // Not everything behind a "#" is encoded.
    }
    target = document.getElementById(name);
  }
  if (target && elements.some((element) => element.contains(target))) target.scrollIntoView();
}

// The order matters: arrivals look for slots.
customElements.define("fragment-slot", FragmentSlot);
customElements.define("fragment-arrival", FragmentArrival);

function endPage() {
  for (const slot of document.querySelectorAll("fragment-slot[id][aria-busy]")) {
    if (!document.querySelector(`fragment-part#${CSS.escape(slot.id)}-late`)) slot.giveUp();
  }
}
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", endPage);
else endPage();

// Who comes back to a page finds the place where they were, although what was above it by then is
// lazy: the page is as high as it was until that is there again.
function keepPlace() {
  const place = { top: scrollY, height: document.documentElement.scrollHeight };
  history.replaceState({ ...history.state, fragmentPlace: place }, "");
}

function comeBack() {
  const place = history.state?.fragmentPlace;
  if (!place || performance.getEntriesByType("navigation")[0]?.type === "navigate") return;
  const { style } = document.documentElement;
  style.minHeight = `${place.height}px`;
  addEventListener("load", async () => {
    const lazy = document.querySelectorAll("fragment-slot[loading=lazy]");
    const isAbove = (slot) => slot.getBoundingClientRect().top + scrollY < place.top;
    await Promise.allSettled([...lazy].filter(isAbove).map((slot) => slot.load()));
    style.minHeight = "";
    if (!isOnTheirWay) scrollTo({ top: place.top, behavior: "instant" });
  });
}
addEventListener("pagehide", keepPlace);
comeBack();
