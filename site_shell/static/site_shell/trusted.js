// The site's one Trusted Types policy. Browsers ask it whenever a script makes HTML out of a text
// (htmx does, for what a service answered), and refuse all that could become a script: code and
// addresses of scripts have no rule here, so no text ever turns into one.
// Inline handlers and javascript: links that HTML may bring are dead under the page's policy.
if (window.trustedTypes) {
  const runs =
    /<script(?![^>]*\stype\s*=\s*["']?application\/(?:ld\+)?json\b)|<iframe[^>]*\ssrcdoc\b|<(?:object|embed)\b/i;
  window.trustedTypes.createPolicy("default", {
    // Null makes the browser refuse the text and report it.
    createHTML: (text) => (runs.test(text) ? null : text),
  });
}
