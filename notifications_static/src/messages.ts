import type { Detail, EventName } from "./events";

export type Level = Detail<"notification:show">["level"];

export interface Message {
  readonly text: string;
  readonly level: Level;
}

const composers: { [Name in EventName]: (detail: Detail<Name>) => Message } = {
  "cart:item-added": ({ name, quantity, price }) => ({
    text: `Added to your cart: ${quantity > 1 ? `${quantity} × ` : ""}${name}${price ? `, ${price}` : ""}`,
    level: "success",
  }),
  "review:submitted": () => ({
    text: "Thank you. Your review awaits moderation and appears once it is approved.",
    level: "success",
  }),
  "notification:show": ({ message, level }) => ({ text: message, level }),
};

/** What the shopper reads for an event whose detail is well formed. */
export function messageFor<Name extends EventName>(name: Name, detail: Detail<Name>): Message {
  return composers[name](detail);
}
