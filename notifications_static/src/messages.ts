import type { Detail, EventName } from "./events";
import { words } from "./words";

export type Level = Detail<"notification:show">["level"];

export interface Message {
  readonly text: string;
  readonly level: Level;
}

const reviewed: Readonly<Record<Detail<"review:submitted">["state"], () => string>> = {
  pending: () => words().reviewPending,
  published: () => words().reviewPublished,
  deleted: () => words().reviewDeleted,
};

const composers: { [Name in EventName]: (detail: Detail<Name>) => Message | null } = {
  "cart:item-added": ({ name, quantity, price }) => ({
    text: words().added(`${quantity > 1 ? `${quantity} × ` : ""}${name}${price ? `, ${price}` : ""}`),
    level: "success",
  }),
  // What changed is to be seen where it changed.
  "cart:updated": () => null,
  "visitor:changed": () => null,
  "bookmark:toggled": ({ name, state }) => ({
    text: state === "added" ? words().bookmarked(name) : words().unbookmarked(name),
    level: "success",
  }),
  "review:submitted": ({ state }) => ({ text: reviewed[state](), level: "success" }),
  "notification:show": ({ message, level }) => ({ text: message, level }),
};

/** What the shopper reads for an event whose detail is well formed; null if there is nothing to say. */
export function messageFor<Name extends EventName>(name: Name, detail: Detail<Name>): Message | null {
  return composers[name](detail);
}
