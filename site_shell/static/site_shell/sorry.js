// Where htmx gets no usable answer it shows nothing: tell the shopper, through the one place
// that shows messages. Forms keep what was typed.
const SORRY = {
  en: "That did not work just now. What you typed is still here: please try again in a moment.",
  de: "Das hat gerade nicht geklappt. Was Sie eingegeben haben, ist noch da: Bitte versuchen Sie es gleich noch einmal.",
};

function sorry({ detail: { xhr } = {} }) {
  // The answer has a word for it itself.
  if (xhr?.getResponseHeader("HX-Trigger")) return;
  const message = SORRY[document.documentElement.lang] ?? SORRY.en;
  const detail = { message, level: "error" };
  document.dispatchEvent(new CustomEvent("notification:show", { detail }));
}

for (const name of [
  "htmx:responseError",
  "htmx:sendError",
  "htmx:swapError",
  "htmx:timeout",
]) {
  document.addEventListener(name, sorry);
}
