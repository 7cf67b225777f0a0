import { type EventName, eventNames, problemWith } from "./events";
import { type Message, messageFor } from "./messages";
import { takeNotices } from "./notices";
import css from "./style.css";
import { Tabs } from "./tabs";
import { Countdown } from "./timer";
import { createToast } from "./toast";
import { words } from "./words";

/** ms that a toast stays, not counting the time it is held. */
const DURATION = 6000;
/** Toasts shown at once; later ones wait for a place. */
const VISIBLE = 3;
/** Messages that wait at most: a page gone wild must not fill the memory. */
const WAITING = 20;

/** ms within which the same message is the same one again. */
const REPEATED = 1000;

interface ShownToast {
  readonly element: HTMLElement;
  readonly countdown: Countdown;
}

/**
 * `<site-notifications>`: shows a toast for each of the shop's custom events that reaches the
 * document. It never takes the focus; hover, focus and a hidden tab hold the countdowns.
 */
export class SiteNotifications extends HTMLElement {
  readonly #region: HTMLElement;
  readonly #shown = new Map<HTMLElement, ShownToast>();
  #waiting: Message[] = [];
  #listening: AbortController | null = null;
  #tabs: Tabs | null = null;
  #focusBefore: HTMLElement | null = null;
  #hovered = false;
  #last = { text: "", at: 0 };

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    // A live region is announced only if it was there before its contents, so it is never removed.
    this.#region = document.createElement("div");
    this.#region.className = "toasts";
    this.#region.setAttribute("role", "status");
    this.#region.setAttribute("aria-label", words().region);
    // Each toast is announced alone; the default for role=status would repeat those still shown.
    this.#region.setAttribute("aria-atomic", "false");
    root.append(this.#region);
  }

  connectedCallback(): void {
    this.#listening = new AbortController();
    this.#tabs = new Tabs();
    const { signal } = this.#listening;
    for (const name of eventNames) {
      document.addEventListener(name, (event) => this.#receive(name, event), { signal });
    }
    document.addEventListener("visibilitychange", () => this.#holdOrRun(), { signal });
    this.#region.addEventListener("pointerenter", () => this.#hover(true), { signal });
    this.#region.addEventListener("pointerleave", () => this.#hover(false), { signal });
    this.#region.addEventListener("focusin", (event) => this.#focusArrived(event), { signal });
    this.#region.addEventListener("focusout", () => queueMicrotask(() => this.#holdOrRun()), { signal });
    this.#region.addEventListener("keydown", (event) => this.#escape(event), { signal });
    const { messages, events } = takeNotices();
    for (const message of messages) this.#enqueue(message);
    for (const { name, detail } of events) this.#tabs.tell(name, detail as never);
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
    this.#tabs?.close();
    this.#waiting = [];
    for (const toast of this.#shown.values()) {
      toast.countdown.hold();
      toast.element.remove();
    }
    this.#shown.clear();
  }

  #receive(name: EventName, event: Event): void {
    const detail: unknown = (event as CustomEvent<unknown>).detail;
    const problem = problemWith(name, detail);
    if (problem) {
      console.warn(`${name} was ignored: ${problem}`);
      return;
    }
    // Where it happened it was shown, and told to the other tabs.
    if (this.#tabs?.isForeign(event)) return;
    this.#tabs?.tell(name, detail as never);
    const message = messageFor(name, detail as never);
    if (message) this.#enqueue(message);
  }

  #enqueue(message: Message): void {
    // Both answers to a double click say the same.
    const now = performance.now();
    if (message.text === this.#last.text && now - this.#last.at < REPEATED) return;
    this.#last = { text: message.text, at: now };
    if (this.#waiting.length >= WAITING) {
      console.warn(`More than ${WAITING} notifications are waiting; dropped: ${message.text}`);
      return;
    }
    this.#waiting.push(message);
    this.#fill();
  }

  #fill(): void {
    while (this.#shown.size < VISIBLE) {
      const message = this.#waiting.shift();
      if (!message) break;
      this.#show(message);
    }
    this.#holdOrRun();
  }

  #show(message: Message): void {
    const element = createToast(message, () => this.#close(element));
    this.#shown.set(element, { element, countdown: new Countdown(DURATION, () => this.#close(element)) });
    this.#region.append(element);
  }

  #close(element: HTMLElement): void {
    const toast = this.#shown.get(element);
    if (!toast) return;
    toast.countdown.hold();
    const focusWasInside = element.contains(this.shadowRoot?.activeElement ?? null);
    this.#shown.delete(element);
    element.remove();
    this.#fill();
    if (focusWasInside) this.#handFocusOn();
  }

  /** The focus of a closed toast goes to the next one, or back to where it came from. */
  #handFocusOn(): void {
    const next = this.#region.querySelector<HTMLElement>("button");
    const target = next ?? (this.#focusBefore?.isConnected ? this.#focusBefore : null);
    target?.focus();
    this.#holdOrRun();
  }

  #focusArrived(event: FocusEvent): void {
    const from = event.relatedTarget;
    if (from instanceof HTMLElement && !this.#region.contains(from) && from !== this) {
      this.#focusBefore = from;
    }
    this.#holdOrRun();
  }

  #hover(inside: boolean): void {
    this.#hovered = inside;
    this.#holdOrRun();
  }

  #escape(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !(event.target instanceof Element)) return;
    const toast = event.target.closest<HTMLElement>(".toast");
    if (toast) this.#close(toast);
  }

  #holdOrRun(): void {
    // The pointer is over a region that may have become empty, and then never leaves it.
    if (this.#shown.size === 0) this.#hovered = false;
    const focused = this.#region.contains(this.shadowRoot?.activeElement ?? null);
    const held = this.#hovered || focused || document.visibilityState === "hidden";
    for (const { countdown } of this.#shown.values()) {
      if (held) countdown.hold();
      else countdown.run();
    }
  }
}
