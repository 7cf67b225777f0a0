// A Podium layout: node podium.js <page.json> <port> <upstream origin>
//
// It keeps the manifests of its podlets and fetches their content for every page, as layouts do.
// On Node's own HTTP server, because that is the least a layout can cost.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import Layout from "@podium/layout";
import { HttpIncoming } from "@podium/utils";

const [, , file, port, upstream] = process.argv;
const { names, pieces } = JSON.parse(readFileSync(file, "utf8"));

const layout = new Layout({ name: "bench", pathname: "/missed" });
const podlets = names.map((name) =>
  layout.client.register({
    name,
    uri: `${upstream}/missed/fragments/${name}/manifest.json`,
    throwable: true,
    timeout: 2000,
  }),
);

createServer(async (request, response) => {
  try {
    const incoming = await layout.process(new HttpIncoming(request, response, {}));
    const parts = await Promise.all(podlets.map((podlet) => podlet.fetch(incoming)));
    const page = pieces.map((piece, at) => piece + (parts[at]?.content ?? "")).join("");
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page);
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
}).listen(Number(port), "127.0.0.1");
