import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { FILES } from "../assets.js";
import { BadParameters, html, manifestOf, read } from "../fragment.js";
import { rugFor, sane } from "../public/calculator.js";
import { service } from "../server.js";

let server;
let origin;

before(async () => {
  server = service().listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());

test("the largest rug that leaves 30 cm of floor on each side fits", () => {
  assert.deepEqual(rugFor(400, 300), [200, 300]);
  assert.deepEqual(rugFor(300, 400), [200, 300]);
  assert.deepEqual(rugFor(360, 460), [300, 400]);
  assert.deepEqual(rugFor(359, 460), [250, 350]);
  assert.equal(rugFor(100, 100), null);
});

test("what a visitor types is used only if it is sane", () => {
  assert.equal(sane("length", "250", 1), 250);
  for (const text of ["", "99", "2001", "-5", "1e3", "abc", "12345", " 250"]) {
    assert.equal(sane("length", text, 400), 400, text);
  }
});

test("parameters have defaults, and wrong ones are named", () => {
  assert.deepEqual(read(""), { length: 400, width: 300 });
  assert.deepEqual(read("width=%31%30%30"), { length: 400, width: 100 });
  for (const query of ["length=99", "width=x", "a=1", "length=200&length=300", "length=%FF", "length"]) {
    assert.throws(() => read(query), BadParameters, query);
  }
  assert.throws(() => read("x".repeat(9000)), BadParameters);
});

test("the server renders what the browser would", () => {
  const text = html({ length: 360, width: 460 });
  assert.match(text, /A rug of 300 × 400 cm fits a room of 360 × 460 cm\./);
  assert.match(text, /data-length="360" data-width="460"/);
});

test("the version changes with where the files are", () => {
  assert.notEqual(manifestOf("/a/").version, manifestOf("/b/").version);
});

test("files have names that change with their content, and import each other by these", () => {
  for (const [name, { data }] of FILES) {
    assert.match(name, /\.[0-9a-f]{12}\.(js|css)$/);
    for (const [, imported] of data.toString().matchAll(/from\s*"([^"]+)"/g)) {
      assert.ok(FILES.has(imported.replace("./", "")), imported);
    }
  }
});

test("what is not there, not readable or not understood is told by status", async () => {
  const status = async (path, options) => (await fetch(origin + path, options)).status;
  assert.equal(await status("/nowhere"), 404);
  assert.equal(await status("/static/size_guide_node/../server.js"), 404);
  assert.equal(await status("/static/size_guide_node/%2e%2e%2fserver.js"), 404);
  assert.equal(await status("/fragments/calculator/?length=1"), 400);
  assert.equal(await status("/fragments/calculator/", { method: "POST", body: "x" }), 405);
  assert.equal(await status("/fragments/calculator"), 200);
});
