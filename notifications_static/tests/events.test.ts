import { afterEach, describe, expect, it, vi } from "vitest";
import { dispatch } from "../src/dispatch";
import { type Detail, events, problemWith } from "../src/events";

const added: Detail<"cart:item-added"> = { ref: "h1001", sku: "H1001-SAGE", name: "Vase", quantity: 1 };

describe("a detail", () => {
  it("is well formed with every required property", () => {
    expect(problemWith("cart:item-added", added)).toBeNull();
  });

  it("may leave out what is optional, and may say more than is described", () => {
    expect(problemWith("cart:item-added", { ...added, price: "€ 24.00", elt: document.body })).toBeNull();
  });

  it.each([
    ["nothing", undefined, "detail must be an object, not undefined"],
    ["null", null, "detail must be an object, not null"],
    ["a list", [], "detail must be an object"],
    ["a text", "h1001", 'detail must be an object, not "h1001"'],
  ])("cannot be %s", (_, detail, problem) => {
    expect(problemWith("cart:item-added", detail)).toContain(problem);
  });

  it.each([
    [{ quantity: 0 }, "detail.quantity must be a whole number from 1 to 999, not 0"],
    [{ quantity: 1.5 }, "not 1.5"],
    [{ quantity: "2" }, 'not "2"'],
    [{ quantity: Number.NaN }, "not NaN"],
    [{ name: "" }, "detail.name must be a text of 1 to 300 characters"],
    [{ name: "   " }, "detail.name must be"],
    [{ name: "x".repeat(301) }, "(303 characters)"],
    [{ name: { text: "Vase" } }, "detail.name must be"],
    [{ sku: undefined }, "detail.sku is missing"],
    [{ price: 12 }, "detail.price must be"],
  ])("with %j is refused, and the sentence names the value and the legal ones", (change, problem) => {
    expect(problemWith("cart:item-added", { ...added, ...change })).toContain(problem);
  });

  it("names the legal choices", () => {
    expect(problemWith("notification:show", { message: "Hello", level: "loud" })).toBe(
      'detail.level must be one of info, success, warning, error, not "loud"',
    );
  });

  it("is not taken from the prototype chain", () => {
    const detail: unknown = Object.create(added);
    expect(problemWith("cart:item-added", detail)).toBe("detail.ref is missing");
  });

  it("of every event needs something, except where the event says it all", () => {
    for (const name of Object.keys(events) as (keyof typeof events)[]) {
      if (name === "visitor:changed") expect(problemWith(name, {})).toBeNull();
      else expect(problemWith(name, {})).toMatch(/^detail\.\w+ is missing$/);
    }
  });
});

describe("dispatch", () => {
  afterEach(() => vi.restoreAllMocks());

  it("lets a well formed event bubble to the document", () => {
    const received: unknown[] = [];
    document.addEventListener("cart:item-added", (event) => received.push((event as CustomEvent).detail), { once: true });
    document.body.append(document.createElement("form"));

    expect(dispatch("cart:item-added", added, document.body.lastElementChild!)).toBe(true);

    expect(received).toEqual([added]);
  });

  it("warns and dispatches nothing where the detail is malformed", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const listener = vi.fn();
    document.addEventListener("cart:item-added", listener, { once: true });

    expect(dispatch("cart:item-added", { ...added, quantity: -1 })).toBe(false);

    expect(listener).not.toHaveBeenCalled();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("cart:item-added was not dispatched: detail.quantity"));
    document.removeEventListener("cart:item-added", listener);
  });
});
