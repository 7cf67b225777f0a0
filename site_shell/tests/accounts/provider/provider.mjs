// An OpenID provider, Cognito shaped, and beside it a door through which a test tells it what to do.
import { createServer } from "node:http";
import { OAuth2Server } from "oauth2-mock-server";

const server = new OAuth2Server();
await server.issuer.keys.generate("RS256");
await server.start(0, "127.0.0.1");
server.issuer.url = `http://127.0.0.1:${server.address().port}`;

const cognito = {
  sub: "c0ffee00-1111-2222-3333-444455556666",
  email: "ada@example.com",
  email_verified: "true",
  name: "Ada Lovelace",
  "cognito:username": "ada",
  token_use: "id",
};
let orders = {};

server.service.on("beforeAuthorizeRedirect", ({ url }) => {
  for (const [name, value] of Object.entries(orders.redirect ?? {})) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
});

server.service.on("beforeTokenSigning", (token) => {
  Object.assign(token.payload, cognito, orders.claims ?? {});
  for (const name of orders.without ?? []) delete token.payload[name];
});

server.service.on("beforeResponse", (response) => {
  if ("id_token" in orders) response.body.id_token = orders.id_token;
  if (orders.status) {
    response.statusCode = orders.status;
    response.body = { error: "invalid_grant" };
  }
});

// From now on a new key signs, and the former one is no longer published.
async function rotate() {
  const other = new OAuth2Server().issuer.keys;
  await other.generate("RS256");
  server.issuer.keys.get = other.get.bind(other);
  server.issuer.keys.toJSON = other.toJSON.bind(other);
}

const door = createServer(async (request, response) => {
  let text = "";
  for await (const part of request) text += part;
  orders = JSON.parse(text);
  if (orders.rotate) await rotate();
  response.end();
});
door.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ issuer: server.issuer.url, door: door.address().port }));
});
// Ends with the test that started it, however that ends.
process.stdin.on("end", () => process.exit(0)).resume();
