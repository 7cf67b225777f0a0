// Zalando's Tailor: node tailor.js <page.json> <port> <upstream origin>
//
// Its template is parsed once and its fragments are fetched for every page, as Tailor does.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import Tailor from "node-tailor";

const [, , file, port, upstream] = process.argv;
const { names, pieces } = JSON.parse(readFileSync(file, "utf8"));

const tag = (name) =>
  `<fragment src="${upstream}/missed/fragments/${name}/content.html" timeout="2000"></fragment>`;
const template = pieces.map((piece, at) => piece + (at < names.length ? tag(names[at]) : "")).join("");
let parsed;

const tailor = new Tailor({
  fetchTemplate: (request, parse) => (parsed ??= parse(template, "")),
});
tailor.on("error", (request, error) => console.error(error));
createServer(tailor.requestHandler).listen(Number(port), "127.0.0.1");
