import type { Level, Message } from "./messages";
import { words } from "./words";

/** Said before the message, so that its level does not hang on colour alone (WCAG 1.4.1). */
function spoken(level: Level): string {
  return level === "warning" || level === "error" ? words()[level] : "";
}

const icons: Record<Level, string> = {
  info: "M12 8h.01M11 12h1v5h1",
  success: "M7 12.5l3.5 3.5L17 9",
  warning: "M12 7v6M12 16.5h.01",
  error: "M8.5 8.5l7 7M15.5 8.5l-7 7",
};

/** One toast's element; `onClose` is called when the shopper presses its button. */
export function createToast({ text, level }: Message, onClose: () => void): HTMLElement {
  const toast = document.createElement("div");
  toast.className = `toast toast--${level}`;
  toast.append(createIcon(level), createText(text, level), createCloseButton(text, onClose));
  return toast;
}

function createText(text: string, level: Level): HTMLElement {
  const paragraph = document.createElement("p");
  paragraph.className = "toast__text";
  paragraph.dir = "auto";
  const prefix = spoken(level);
  if (prefix) {
    const strong = document.createElement("strong");
    strong.textContent = prefix;
    paragraph.append(strong);
  }
  paragraph.append(text);
  return paragraph;
}

function createCloseButton(text: string, onClose: () => void): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast__close";
  button.setAttribute("aria-label", words().dismiss(text));
  button.append(createSvg("M7 7l10 10M17 7L7 17"));
  button.addEventListener("click", onClose);
  return button;
}

function createIcon(level: Level): SVGElement {
  const svg = createSvg(icons[level]);
  svg.classList.add("toast__icon");
  return svg;
}

function createSvg(path: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}
