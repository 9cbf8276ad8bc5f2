// A real OpenID provider for the tests: node provider.mjs NODE_MODULES PORT REDIRECT_URI
// Whoever logs in under a name has the groups below, whatever the password; a line such as `olga everybody` on stdin changes them.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
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
createInterface({ input: process.stdin }).on("line", (line) => {
  const [name, ...groups] = line.split(" ");
  GROUPS[name] = groups;
  console.log("changed");
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
