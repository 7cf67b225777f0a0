import { describe, expect, it, vi } from "vitest";
import { messageFor } from "../src/messages";
import { createToast } from "../src/toast";

describe("what the shopper reads", () => {
  const added = { ref: "h1001", sku: "H1001", name: "Aurora vase" };

  it.each([
    [{ ...added, quantity: 1 }, "Added to your cart: Aurora vase"],
    [{ ...added, quantity: 3 }, "Added to your cart: 3 × Aurora vase"],
    [{ ...added, quantity: 2, price: "€24.00" }, "Added to your cart: 2 × Aurora vase, €24.00"],
  ])("names the product and how many", (detail, text) => {
    expect(messageFor("cart:item-added", detail)).toEqual({ text, level: "success" });
  });

  it("says that a review awaits moderation", () => {
    expect(messageFor("review:submitted", { ref: "h1001", state: "pending" }).text).toContain("awaits moderation");
  });

  it("is the message itself for a plain notification", () => {
    expect(messageFor("notification:show", { message: "Saved", level: "info" })).toEqual({ text: "Saved", level: "info" });
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
