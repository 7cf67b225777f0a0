import { afterEach, describe, expect, it } from "vitest";
import { takeNotices } from "../src/notices";

function page(events: string, ...items: string[]): void {
  document.body.innerHTML = `<main><section role="status" data-notices="">${items.join("")}</section><h1>Cart</h1></main>`;
  document.querySelector<HTMLElement>("[data-notices]")!.dataset.notices = events;
}

const item = (text: string, level = "success") =>
  `<p data-level="${level}"><strong>Done: </strong><span data-text>${text}</span></p>`;

describe("what the server has written into the page", () => {
  afterEach(() => (document.body.innerHTML = ""));

  it("becomes messages in their order, and is gone from the page", () => {
    page("{}", item("Added"), item("Low stock", "warning"));
    expect(takeNotices().messages).toEqual([
      { text: "Added", level: "success" },
      { text: "Low stock", level: "warning" },
    ]);
    expect(document.body.textContent).toBe("Cart");
    expect(takeNotices()).toEqual({ messages: [], events: [] });
  });

  it("is text, whatever it looks like", () => {
    page("{}", item("&lt;img src=x&gt; &amp;amp;"));
    expect(takeNotices().messages[0]!.text).toBe("<img src=x> &amp;");
  });

  it("is mere information where its level is unknown, and nothing where it is empty", () => {
    page("{}", item("Hm", "loud"), item(" "));
    expect(takeNotices().messages).toEqual([{ text: "Hm", level: "info" }]);
  });

  it("tells the events that other tabs do not know of yet", () => {
    page('{"cart:updated": {"count": 2}, "visitor:changed": {}, "cart:exploded": {}, "bookmark:toggled": {}}');
    expect(takeNotices().events).toEqual([
      { name: "cart:updated", detail: { count: 2 } },
      { name: "visitor:changed", detail: {} },
    ]);
  });

  it.each(["", "[", "null", "7"])("may hold no events at all: %j", (events) => {
    page(events, item("Added"));
    expect(takeNotices()).toEqual({ messages: [{ text: "Added", level: "success" }], events: [] });
  });
});
