// A Podium layout around fragments of ours: node layout.js <name>=<manifest URI> ...
// It answers with JSON what a layout's author has in hand; `/page` is the page itself.
import Layout from "@podium/layout";
import express from "express";

const layout = new Layout({ name: "foreign-layout", pathname: "/" });
const podlets = process.argv.slice(2).map((argument) => {
  const at = argument.indexOf("=");
  return layout.client.register({
    name: argument.slice(0, at),
    uri: argument.slice(at + 1),
    timeout: 4000,
  });
});

const app = express();
app.use(layout.middleware());

async function fetchAll(incoming, query) {
  const options = { query };
  const parts = await Promise.all(podlets.map((podlet) => podlet.fetch(incoming, options)));
  incoming.podlets = parts;
  return parts;
}

app.get("/parts", async (request, response) => {
  const parts = await fetchAll(response.locals.podium, request.query);
  response.json(
    parts.map((part) => ({
      content: part.content,
      css: part.css.map((asset) => ({ ...asset.toJSON(), html: asset.toHTML() })),
      js: part.js.map((asset) => ({ ...asset.toJSON(), html: asset.toHTML() })),
      headers: part.headers,
      redirect: part.redirect,
    })),
  );
});
app.get("/page", async (request, response) => {
  const parts = await fetchAll(response.locals.podium, request.query);
  response.locals.podium.view = { title: "Foreign" };
  response.podiumSend(parts.map((part) => part.content).join("\n"));
});

const server = app.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
