import { type Detail, type EventName, events, problemWith } from "./events";

/** The channel of the shop's tabs. Browsers let no other origin listen or speak. */
const CHANNEL = "shop:events";
/** ms for which what another tab said is not said back to it. */
const ECHO = 5000;

/** What other tabs have to know: their cart, bookmarks and greeting are the same shopper's. */
const SHARED: readonly EventName[] = ["cart:item-added", "cart:updated", "bookmark:toggled", "visitor:changed"];

/**
 * Lets the tabs of the shop hear of each other's events, so that what shows the cart follows.
 *
 * What came from another tab is dispatched here like any event, except that it is never sent on.
 * A fragment that says the same again because it heard of it is not sent on either: two tabs
 * would otherwise go on for ever.
 */
export class Tabs {
  readonly #channel: BroadcastChannel;
  readonly #foreign = new WeakSet<Event>();
  readonly #heard = new Map<string, number>();

  constructor() {
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
  }

  /** Whether an event happened in another tab: its message was shown there. */
  isForeign(event: Event): boolean {
    return this.#foreign.has(event);
  }

  /** Tell other tabs of an event that has happened here. */
  tell<Name extends EventName>(name: Name, detail: Detail<Name>): void {
    if (!SHARED.includes(name)) return;
    const said = JSON.stringify([name, described(name, detail)]);
    const heardAt = this.#heard.get(said);
    if (heardAt !== undefined && performance.now() - heardAt < ECHO) return;
    this.#channel.postMessage(said);
  }

  close(): void {
    this.#channel.close();
  }

  #hear(said: unknown): void {
    const found = understood(said);
    if (!found) return;
    const now = performance.now();
    for (const [key, at] of this.#heard) if (now - at >= ECHO) this.#heard.delete(key);
    this.#heard.set(said as string, now);
    const event = new CustomEvent(found.name, { detail: found.detail, bubbles: true, composed: true });
    this.#foreign.add(event);
    document.dispatchEvent(event);
  }
}

/** Another release of the shop may be open in the other tab, and say what is not known here. */
function understood(said: unknown): { name: EventName; detail: object } | null {
  try {
    const [name, detail]: [EventName, object] = JSON.parse(String(said));
    return SHARED.includes(name) && problemWith(name, detail) === null ? { name, detail } : null;
  } catch {
    return null;
  }
}

/** The described properties, in their order: htmx adds elements, which cannot travel. */
function described(name: EventName, detail: object): object {
  const known = Object.keys(events[name].detail).filter((key) => Object.hasOwn(detail, key));
  return Object.fromEntries(known.map((key) => [key, (detail as Record<string, unknown>)[key]]));
}
