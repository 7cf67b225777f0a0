// The files for the browser, under names that change with their content. No bundler: what is
// imported by name becomes a file beside the others.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const PREACT = join(
  dirname(createRequire(import.meta.url).resolve("preact/package.json")),
  "dist/preact.module.js",
);
const TYPES = { css: "text/css", js: "text/javascript" };

const digest = (data, algorithm, encoding) => createHash(algorithm).update(data).digest(encoding);

function asset(name, text) {
  const data = Buffer.from(text);
  const at = name.lastIndexOf(".");
  const hash = digest(data, "sha256", "hex").slice(0, 12);
  return {
    name: `${name.slice(0, at)}.${hash}${name.slice(at)}`,
    type: `${TYPES[name.slice(at + 1)]}; charset=utf-8`,
    integrity: `sha384-${digest(data, "sha384", "base64")}`,
    data,
  };
}

function build() {
  const source = (name) => readFileSync(join(HERE, "public", name), "utf8");
  // A map of the source is not published.
  const preact = asset(
    "preact.js",
    readFileSync(PREACT, "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"),
  );
  const use = (text, name, file) => text.replaceAll(`from "${name}"`, `from "./${file.name}"`);
  const calculator = asset("calculator.js", use(source("calculator.js"), "preact", preact));
  const client = asset(
    "client.js",
    use(use(source("client.js"), "preact", preact), "./calculator.js", calculator),
  );
  return { css: asset("size-guide.css", source("size-guide.css")), preact, calculator, client };
}

export const ASSETS = build();
export const FILES = new Map(Object.values(ASSETS).map((file) => [file.name, file]));
