import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventName } from "../src/events";
import { Tabs } from "../src/tabs";

/** The channel as one tab has it: what it says goes to the test, which plays all other tabs. */
class Channel {
  static readonly all: Channel[] = [];
  readonly said: unknown[] = [];
  onmessage: ((message: { data: unknown }) => void) | null = null;
  isOpen = true;
  constructor(readonly name: string) {
    Channel.all.push(this);
  }
  postMessage(message: unknown): void {
    this.said.push(structuredClone(message));
  }
  hear(data: unknown): void {
    this.onmessage?.({ data });
  }
  close(): void {
    this.isOpen = false;
  }
}

const toggled = { ref: "h1001", name: "Vase", state: "added" } as const;

describe("the tabs of the shop", () => {
  let tabs: Tabs;
  let channel: Channel;
  let heard: Event[];
  const listen = (event: Event) => heard.push(event);

  beforeEach(() => {
    vi.stubGlobal("BroadcastChannel", Channel);
    vi.useFakeTimers({ toFake: ["performance"] });
    tabs = new Tabs();
    channel = Channel.all.at(-1)!;
    heard = [];
    for (const name of ["cart:updated", "bookmark:toggled", "notification:show"]) document.addEventListener(name, listen);
  });

  afterEach(() => {
    for (const name of ["cart:updated", "bookmark:toggled", "notification:show"]) document.removeEventListener(name, listen);
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("hear of what changes the shopper's things, without what cannot travel", () => {
    tabs.tell("bookmark:toggled", { ...toggled, elt: document.body } as typeof toggled);
    expect(channel.said).toEqual([JSON.stringify(["bookmark:toggled", toggled])]);
  });

  it("do not hear of messages, which are for who did it", () => {
    tabs.tell("notification:show", { message: "Saved", level: "info" });
    tabs.tell("review:submitted", { ref: "h1001", state: "pending" });
    expect(channel.said).toEqual([]);
  });

  it("dispatch what they hear, and know that it happened elsewhere", () => {
    channel.hear(JSON.stringify(["cart:updated", { count: 3 }]));
    expect(heard.map((event) => (event as CustomEvent).detail)).toEqual([{ count: 3 }]);
    expect(tabs.isForeign(heard[0]!)).toBe(true);
    expect(tabs.isForeign(new CustomEvent("cart:updated"))).toBe(false);
  });

  it("do not say back what they have heard, until that is long ago", () => {
    channel.hear(JSON.stringify(["cart:updated", { count: 3 }]));
    tabs.tell("cart:updated", { count: 3 });
    expect(channel.said).toEqual([]);
    tabs.tell("cart:updated", { count: 4 });
    expect(channel.said).toHaveLength(1);
    vi.advanceTimersByTime(5000);
    tabs.tell("cart:updated", { count: 3 });
    expect(channel.said).toHaveLength(2);
  });

  it.each([
    ["no JSON", "cart:updated"],
    ["no pair", '{"name": "cart:updated"}'],
    ["an event that nobody knows", '["cart:exploded", {}]'],
    ["an event of the prototype", '["constructor", {}]'],
    ["a message", '["notification:show", {"message": "Hello", "level": "info"}]'],
    ["a malformed detail", '["cart:updated", {"count": -1}]'],
    ["a value that is no text", { name: "cart:updated" }],
    ["nothing", null],
  ])("are deaf to %s", (_, said) => {
    channel.hear(said);
    expect(heard).toEqual([]);
  });

  it("leave the channel when they are closed", () => {
    tabs.close();
    expect(channel.isOpen).toBe(false);
  });

  it("share a name that is an event", () => {
    const names: EventName[] = ["cart:item-added", "visitor:changed"];
    for (const name of names) tabs.tell(name, { ref: "h1", sku: "S", name: "Vase", quantity: 1 });
    expect(channel.said.map((said) => JSON.parse(String(said))[0])).toEqual(names);
  });
});
