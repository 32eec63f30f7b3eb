/** Starts a server, says its URL and its folder, and stays. */
import { fileURLToPath } from "node:url";
import { startServer } from "../../scripts/services/real_server.ts";

const fake = fileURLToPath(new URL("fake_service.ts", import.meta.url));
await using server = await startServer(({ port, folder }) => ({
  name: "Fake",
  program: Deno.execPath(),
  args: ["run", "--no-config", "-A", fake, String(port), folder],
  env: { PATH: "/usr/bin:/bin", HOME: folder },
  healthPath: "/",
}));
console.log(server.url, server.folder);
await new Promise((resolve) => setTimeout(resolve, 600_000));
