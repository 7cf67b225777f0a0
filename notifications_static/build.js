/**
 * Builds the static fragment, or checks that a built one is up to date.
 *
 *   node build.js           write dist/ and EVENTS.md
 *   node build.js --check   exit 1 and name the files that differ from a fresh build
 */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { describeEvents, schemaOf } from "./describe-events.js";

/** Where the files are served, by the shell's static files in development and by the CDN in production. */
const PUBLIC_PATH = "/static/notifications_static/";

async function bundle() {
  const result = await esbuild.build({
    absWorkingDir: import.meta.dirname,
    entryPoints: { notifications: "src/index.ts" },
    entryNames: "[name].[hash]",
    outdir: "dist",
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022"],
    loader: { ".css": "text" },
    sourcemap: "linked",
    sourcesContent: true,
    legalComments: "none",
    write: false,
    plugins: [minifiedCss, withoutDescriptions],
  });
  return Object.fromEntries(result.outputFiles.map(({ path, contents }) => [path.split("/").at(-1), Buffer.from(contents)]));
}

/** The style sheet travels as a string, which the bundler would leave as it is written. */
const minifiedCss = {
  name: "minified-css",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { code } = await esbuild.transform(source, { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** Descriptions are for people, who find them in EVENTS.md: browsers need not load them. */
const withoutDescriptions = {
  name: "without-descriptions",
  setup(build) {
    build.onLoad({ filter: /\/src\/events\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return { contents: source.replaceAll(/\bdescription:\s*"(?:[^"\\]|\\.)*",?/g, ""), loader: "ts" };
    });
  },
};

async function loadEvents() {
  const folder = await mkdtemp(join(tmpdir(), "events-"));
  try {
    const outfile = join(folder, "events.mjs");
    await esbuild.build({
      absWorkingDir: import.meta.dirname,
      entryPoints: ["src/events.ts"],
      outfile,
      format: "esm",
    });
    return (await import(pathToFileURL(outfile))).events;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function manifest(version, script, events) {
  return {
    name: "notifications-toasts",
    version,
    content: "/content.html",
    fallback: "",
    css: [],
    js: [
      {
        value: `${PUBLIC_PATH}${script.name}`,
        type: "module",
        integrity: `sha384-${createHash("sha384").update(script.contents).digest("base64")}`,
      },
    ],
    proxy: [],
    fragment: {
      name: "notifications/toasts",
      parameters: { type: "object", additionalProperties: false, required: [], properties: {} },
      identity: "none",
      varies: [],
      nested: false,
      events: Object.keys(events),
      actions: [],
    },
  };
}

async function build() {
  const [files, events, packageText] = await Promise.all([
    bundle(),
    loadEvents(),
    readFile(join(import.meta.dirname, "package.json"), "utf8"),
  ]);
  const name = Object.keys(files).find((file) => file.endsWith(".js"));
  const { version } = JSON.parse(packageText);
  return {
    "dist/content.html": '<site-notifications data-boundary="notifications/toasts"></site-notifications>\n',
    "dist/manifest.json": `${JSON.stringify(manifest(version, { name, contents: files[name] }, events), null, 2)}\n`,
    "dist/events.schema.json": `${JSON.stringify(schemaOf(events), null, 2)}\n`,
    "EVENTS.md": describeEvents(events),
    ...Object.fromEntries(Object.entries(files).map(([file, contents]) => [`dist/${file}`, contents])),
  };
}

async function write(files) {
  await rm(join(import.meta.dirname, "dist"), { recursive: true, force: true });
  await mkdir(join(import.meta.dirname, "dist"));
  for (const [file, contents] of Object.entries(files)) {
    await writeFile(join(import.meta.dirname, file), contents);
  }
}

async function drift(files) {
  const present = (await readdir(join(import.meta.dirname, "dist"))).map((file) => `dist/${file}`);
  const differing = present.filter((file) => !(file in files));
  for (const [file, contents] of Object.entries(files)) {
    const committed = await readFile(join(import.meta.dirname, file)).catch(() => null);
    if (!committed?.equals(Buffer.from(contents))) differing.push(file);
  }
  return differing;
}

const files = await build();
if (process.argv[2] === "--check") {
  const differing = await drift(files);
  if (differing.length > 0) {
    console.error(`Not what a fresh build gives: ${differing.join(", ")}. Run "npm run build" and commit.`);
    process.exitCode = 1;
  } else {
    console.log(`dist equals a fresh build (${Object.keys(files).length} files).`);
  }
} else {
  await write(files);
}
