// What the fragment is: its manifest, its parameters, its HTML. Wire contract, version 1:
// docs/fragment-teams/wire-contract.md
import { createHash } from "node:crypto";
import { h } from "preact";
import { render } from "preact-render-to-string";
import { ASSETS } from "./assets.js";
import { Calculator, LIMITS } from "./public/calculator.js";

const DEFAULTS = { length: 400, width: 300 };
const MAX_QUERY = 8192;

const property = (name) => {
  const [minimum, maximum] = LIMITS[name];
  return { type: "integer", minimum, maximum, default: DEFAULTS[name] };
};

/** The manifest. Its version changes with the files, so that composers notice. */
export function manifestOf(prefix) {
  const value = ({ name, integrity }, type) => ({ value: `${prefix}${name}`, type, integrity });
  const manifest = {
    name: "size_guide-calculator",
    version: "1.0.0",
    content: "/",
    fallback: "/fallback",
    css: [value(ASSETS.css, "text/css")],
    js: [ASSETS.preact, ASSETS.calculator, ASSETS.client].map((file) => value(file, "module")),
    proxy: [],
    fragment: {
      name: "size_guide/calculator",
      parameters: {
        type: "object",
        additionalProperties: false,
        required: [],
        properties: { length: property("length"), width: property("width") },
      },
      identity: "none",
      varies: [],
      nested: false,
      events: [],
      actions: [],
    },
  };
  const digest = createHash("sha256").update(JSON.stringify(manifest)).digest("hex");
  return { ...manifest, version: `1.0.0+${digest.slice(0, 8)}` };
}

export class BadParameters extends Error {}

/** The parameters of a query, or a BadParameters that names the wrong one and what is legal. */
export function read(query) {
  if (query.length > MAX_QUERY) throw new BadParameters(`the query is at most ${MAX_QUERY} characters`);
  const given = new Map();
  for (const pair of query.split("&").filter(Boolean)) {
    const [name, text] = decode(pair);
    const legal = LIMITS[name];
    if (!legal) throw new BadParameters(`unknown parameter "${name}"; legal: length, width`);
    if (given.has(name)) throw new BadParameters(`parameter ${name} is given more than once`);
    const number = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : NaN;
    if (!(number >= legal[0] && number <= legal[1])) {
      throw new BadParameters(
        `parameter ${name} must be a whole number from ${legal[0]} to ${legal[1]}`,
      );
    }
    given.set(name, number);
  }
  return { ...DEFAULTS, ...Object.fromEntries(given) };
}

function decode(pair) {
  const at = pair.indexOf("=");
  const parts = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
  try {
    return parts.map((part) => decodeURIComponent(part.replaceAll("+", " ")));
  } catch {
    throw new BadParameters("the query must be percent-encoded UTF-8");
  }
}

/** The fragment's HTML. What the browser needs to wake it up is in its attributes. */
export function html(parameters) {
  const { length, width } = parameters;
  return render(
    h(
      "section",
      {
        class: "size-guide section",
        "data-boundary": "size_guide/calculator",
        "data-length": length,
        "data-width": width,
        "aria-labelledby": "size-guide-title",
      },
      h(Calculator, parameters),
    ),
  );
}

/** For bad times: composers keep it while the service is well. */
export const FALLBACK =
  '<section class="size-guide section" data-boundary="size_guide/calculator">' +
  "<p>Leave 30 cm of bare floor on each side of a rug.</p></section>";
