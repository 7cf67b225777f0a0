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
