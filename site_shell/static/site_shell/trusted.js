// The site's one Trusted Types policy. Browsers ask it whenever a script makes HTML out of a text
// (htmx does, for what a service answered), and refuse all that could become a script: code and
// addresses of scripts have no rule here, so no text ever turns into one.
// Inline handlers and javascript: links that HTML may bring are dead under the page's policy.
if (window.trustedTypes) {
  // The first type of a tag is the one that counts, and nothing within another attribute's value.
  const attribute = String.raw`\s+(?!type\b)[a-z][a-z-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>=]+))?`;
  const data = String.raw`(?:${attribute})*\s+type\s*=\s*["']?application/(?:ld\+)?json["']?[\s>]`;
  const runs = new RegExp(
    String.raw`<script(?!${data})|<iframe[^>]*[\s"'/]srcdoc\b|<(?:object|embed)\b`,
    "i",
  );
  window.trustedTypes.createPolicy("default", {
    // Null makes the browser refuse the text and report it.
    createHTML: (text) => (runs.test(text) ? null : text),
  });
}
