import { type EventName, eventNames, problemWith } from "./events";
import type { Level, Message } from "./messages";

const LEVELS: readonly string[] = ["info", "success", "warning", "error"] satisfies Level[];

export interface Notices {
  readonly messages: readonly Message[];
  readonly events: readonly { readonly name: EventName; readonly detail: object }[];
}

/**
 * Take what the server has written into the page for who has no script, and remove it there.
 *
 * A page after a form was sent tells what came of it: as messages, and as the events of which
 * other tabs do not know yet.
 */
export function takeNotices(): Notices {
  const region = document.querySelector<HTMLElement>("[data-notices]");
  if (!region) return { messages: [], events: [] };
  const messages = [...region.querySelectorAll<HTMLElement>("[data-level]")].map((element) => ({
    text: (element.querySelector("[data-text]")?.textContent ?? "").trim(),
    level: (LEVELS.includes(element.dataset.level ?? "") ? element.dataset.level : "info") as Level,
  }));
  const events = eventsIn(region.dataset.notices ?? "");
  region.remove();
  return { messages: messages.filter(({ text }) => text), events };
}

function eventsIn(text: string): Notices["events"] {
  try {
    const found: Record<string, object> = JSON.parse(text);
    return eventNames
      .filter((name) => Object.hasOwn(found, name) && problemWith(name, found[name]) === null)
      .map((name) => ({ name, detail: found[name]! }));
  } catch {
    return [];
  }
}
