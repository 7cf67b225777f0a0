import { afterEach, describe, expect, it, vi } from "vitest";
import { messageFor } from "../src/messages";
import { createToast } from "../src/toast";
import { wordsOf } from "../src/words";

const added = { ref: "h1001", sku: "H1001", name: "Aurora vase" };

describe("what the shopper reads", () => {
  it.each([
    [{ ...added, quantity: 1 }, "Added to your cart: Aurora vase"],
    [{ ...added, quantity: 3 }, "Added to your cart: 3 × Aurora vase"],
    [{ ...added, quantity: 2, price: "€24.00" }, "Added to your cart: 2 × Aurora vase, €24.00"],
  ])("names the product and how many", (detail, text) => {
    expect(messageFor("cart:item-added", detail)).toEqual({ text, level: "success" });
  });

  it("says that a review awaits moderation", () => {
    expect(messageFor("review:submitted", { ref: "h1001", state: "pending" })?.text).toContain("awaits moderation");
  });

  it("is the message itself for a plain notification", () => {
    expect(messageFor("notification:show", { message: "Saved", level: "info" })).toEqual({ text: "Saved", level: "info" });
  });
});

describe("what happened elsewhere on the page", () => {
  it("is not said where it is to be seen", () => {
    expect(messageFor("cart:updated", { count: 3 })).toBeNull();
    expect(messageFor("visitor:changed", {})).toBeNull();
  });

  it.each([
    ["added", "Added to your bookmarks: Aurora vase"],
    ["removed", "Removed from your bookmarks: Aurora vase"],
  ] as const)("is said of a bookmark that was %s", (state, text) => {
    expect(messageFor("bookmark:toggled", { ref: "h1001", name: "Aurora vase", state })?.text).toBe(text);
  });
});

describe("the language of the page", () => {
  afterEach(() => document.documentElement.removeAttribute("lang"));

  it.each(["de", "de-AT", "DE"])("is that of the messages, as in %s", (tag) => {
    document.documentElement.lang = tag;
    expect(messageFor("cart:item-added", { ...added, quantity: 2 })?.text).toBe("In den Warenkorb gelegt: 2 × Aurora vase");
    expect(createToast({ text: "Weg", level: "error" }, () => {}).textContent).toBe("Fehler: Weg");
  });

  it.each(["", "fr", "constructor"])("is English where there are no words, as for %j", (tag) => {
    expect(wordsOf(tag).region).toBe("Notifications");
  });
});

describe("a toast", () => {
  it("shows hostile text as text", () => {
    const text = "<img src=x onerror=alert(1)>";
    const toast = createToast({ text, level: "info" }, () => {});
    expect(toast.querySelector("img")).toBeNull();
    expect(toast.textContent).toBe(text);
  });

  it("says warnings and errors in words, not by colour alone", () => {
    expect(createToast({ text: "Low stock", level: "warning" }, () => {}).textContent).toBe("Warning: Low stock");
    expect(createToast({ text: "Not saved", level: "error" }, () => {}).textContent).toBe("Error: Not saved");
  });

  it("has a close button that says what it closes", () => {
    const onClose = vi.fn();
    const button = createToast({ text: "Saved", level: "info" }, onClose).querySelector("button")!;
    expect(button.getAttribute("aria-label")).toBe("Dismiss: Saved");
    button.click();
    expect(onClose).toHaveBeenCalledOnce();
  });
});
