// A podlet as its authors write one: node podlet.js <name> <version> [port]
// On standard output, when it listens: its origin.
import Podlet from "@podium/podlet";
import express from "express";

const [, , name, version, port = "0"] = process.argv;
const podlet = new Podlet({ name, version, pathname: "/", fallback: "/fallback" });

podlet.css({ value: `/assets/${version}/main.css` });
podlet.css({ value: `/assets/${version}/sorry.css`, scope: "fallback" });
podlet.css({ value: `/assets/${version}/inside.css`, strategy: "shadow-dom" });
podlet.js({
  value: `/assets/${version}/main.js`,
  type: "module",
  scope: "content",
  strategy: "afterInteractive",
  // Of the empty file.
  integrity: "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb",
});
podlet.proxy({ target: "/api", name: "api" });
podlet.proxy({ target: "/hidden/deep", name: "deep" });

const app = express();
app.disable("x-powered-by");
app.use(podlet.middleware());

app.get(podlet.manifest(), (request, response) => response.status(200).send(podlet));
app.get(podlet.content(), (request, response) => {
  const { context } = response.locals.podium;
  response.set("x-podlet", name);
  if (request.query.slow !== undefined) response.sendHeaders();
  response.podiumSend(
    `<section class="podlet" data-version="${version}" data-query="${Object.keys(request.query)}">` +
      `<pre>${JSON.stringify(context).replaceAll("<", "&lt;")}</pre></section>`,
  );
});
app.get(podlet.fallback(), (request, response) => {
  response.podiumSend(`<p class="sorry">${name} ${version} is away</p>`);
});
app.get("/assets/:version/:file", (request, response) => {
  const kind = request.params.file.endsWith(".css") ? "text/css" : "text/javascript";
  response.set("access-control-allow-origin", "*").type(kind).send("");
});
app.use("/api", express.json(), (request, response) => {
  response
    .status(request.path === "/teapot" ? 418 : 200)
    .set({ "set-cookie": "podlet=1", "cache-control": "max-age=30", "x-podlet": name })
    .json({
      method: request.method,
      path: request.path,
      query: request.query,
      body: request.body ?? null,
      headers: request.headers,
    });
});
app.get("/hidden/deep/page", (request, response) => response.redirect("/elsewhere"));
app.get("/hidden/other", (request, response) => response.send("not for browsers"));

const server = app.listen(Number(port), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
