// A real OpenID provider for the tests: node provider.mjs NODE_MODULES PORT REDIRECT_URI
// Whoever logs in under a name has the groups below, whatever the password.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, port, redirect] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(createRequire(`${modules}/`).resolve("oidc-provider")));
const GROUPS = { ada: ["owners", "everybody"], olga: ["support"], vera: ["everybody"], nobody: [] };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "pagewire", client_secret: "a-secret-of-the-console", redirect_uris: [redirect] }],
  claims: { openid: ["sub"], email: ["email"], groups: ["groups"] },
  scopes: ["openid", "email", "groups"],
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  cookies: { keys: ["tests"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.com`, groups: GROUPS[id] ?? [] }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
