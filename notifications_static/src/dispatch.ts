import { type Detail, type EventName, problemWith } from "./events";

/**
 * Dispatch one of the shop's events so that it bubbles from `target` up to the document.
 *
 * Returns false, warns in the console and dispatches nothing where the detail is malformed.
 */
export function dispatch<Name extends EventName>(
  name: Name,
  detail: Detail<Name>,
  target: EventTarget = document,
): boolean {
  const problem = problemWith(name, detail);
  if (problem) {
    console.warn(`${name} was not dispatched: ${problem}`);
    return false;
  }
  target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  return true;
}
