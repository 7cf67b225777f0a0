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

// Until there is a cookie, this makes one visitor of what somebody does at once in several tabs.
function firstVisit() {
  let [key, made] = (localStorage.firstVisit ?? "").split(" ");
  if (!(Date.now() - made < 3_600_000)) {
    key = crypto.randomUUID().replaceAll("-", "");
    localStorage.firstVisit = `${key} ${Date.now()}`;
  }
  return key;
}

try {
  firstVisit();
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.headers["First-Visit"] = firstVisit();
  });
  // Who signs out may be followed by somebody else.
  document.addEventListener("visitor:changed", () => delete localStorage.firstVisit);
} catch {} // Who lets no site keep anything keeps no cookie either.

// Whether this visitor measures is decided here, so that everybody gets the same page; who asks not
// to be tracked never does.
const rum = document.querySelector('meta[name="rum"]');
const wantsNone = navigator.doNotTrack === "1" || navigator.globalPrivacyControl === true;
if (rum && !wantsNone && Math.random() * 100 < Number(rum.content)) import(rum.dataset.measure);
