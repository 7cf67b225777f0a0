// The service: node server.js   On standard output, when it listens: its origin.
//
// PORT          the port, 0 takes a free one (default)
// HOST          the address to listen at; 127.0.0.1 by default
// ASSET_PREFIX  in front of the files' names in the manifest; the site's own path by default
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { FILES } from "./assets.js";
import { BadParameters, FALLBACK, html, manifestOf, read } from "./fragment.js";

const STATIC = "/static/size_guide_node/";
const BASE = "/fragments/calculator";
const HTML = "text/html; charset=utf-8";
// The same question has the same answer until the service is deployed again.
const CONTENT_CACHE = "public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400";

export function service({ prefix = STATIC } = {}) {
  const manifest = manifestOf(prefix);
  const document = JSON.stringify(manifest);
  const whole = (body, type, control) => ({ status: 200, body, type, control });

  function answer(path, query) {
    switch (path) {
      case `${BASE}/manifest.json`:
        return whole(document, "application/json; charset=utf-8", "public, max-age=60");
      case `${BASE}/fallback`:
        return whole(FALLBACK, HTML, "public, max-age=60");
      case `${BASE}/`:
      case BASE: // A Podium layout cuts the last slash off.
        try {
          return { ...whole(html(read(query)), HTML, CONTENT_CACHE), tags: "size-guide" };
        } catch (error) {
          if (!(error instanceof BadParameters)) throw error;
          return sentence(400, error.message);
        }
      case "/healthz":
      case "/readyz":
        return whole('{"status": "ok"}', "application/json", "no-store");
    }
    const file = path.startsWith(STATIC) && FILES.get(path.slice(STATIC.length));
    return file
      ? whole(file.data, file.type, "public, max-age=31536000, immutable")
      : sentence(404, "there is no such thing");
  }

  return createServer({ requestTimeout: 5000, headersTimeout: 5000 }, (request, response) => {
    request.resume(); // nothing here takes a body
    const [path, query = ""] = split(request.url);
    const isRead = request.method === "GET" || request.method === "HEAD";
    let found;
    try {
      found = isRead ? answer(path, query) : sentence(405, "the method must be one of GET, HEAD");
    } catch (error) {
      console.error(error);
      found = sentence(500, "something went wrong");
    }
    send(request, response, found, manifest.version);
  });
}

function split(url) {
  const at = url.indexOf("?");
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)];
}

function sentence(status, text) {
  return { status, body: `${text}\n`, type: "text/plain; charset=utf-8", control: "no-store" };
}

function send(request, response, { status, body, type, control, tags }, version) {
  const data = Buffer.from(body);
  const digest = createHash("sha256").update(`${version}\n`).update(data).digest("hex");
  const etag = `"${digest.slice(0, 32)}"`;
  const headers = { "cache-control": control, "podlet-version": version };
  if (tags) headers["surrogate-key"] = tags;
  if (status === 405) headers.allow = "GET, HEAD";
  if (status === 200) headers.etag = etag;
  const known = (request.headers["if-none-match"] ?? "").split(",").map((tag) => tag.trim());
  if (status === 200 && (known.includes(etag) || known.includes("*") || known.includes(`W/${etag}`))) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(status, {
    ...headers,
    "content-type": type,
    "content-length": data.length,
    "x-content-type-options": "nosniff",
    "access-control-allow-origin": "*",
  });
  response.end(request.method === "HEAD" ? undefined : data);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { PORT = "0", HOST = "127.0.0.1", ASSET_PREFIX } = process.env;
  const server = service(ASSET_PREFIX ? { prefix: ASSET_PREFIX } : {});
  server.listen(Number(PORT), HOST, () => {
    console.log(`http://${HOST}:${server.address().port}`);
  });
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => {
      server.close(() => process.exit(0));
      server.closeAllConnections();
    });
  }
}
