/**
 * Podman as a Docker server, for clients of Docker.
 *
 * @module
 */
import { join } from "node:path";
import { unlessMissing } from "../../lib/base/unless_missing.ts";
import { type InstallOptions, servicesFolder } from "./installation.ts";
import { type RealServer, startServer } from "./real_server.ts";

/**
 * What podman needs on small virtual machines, which have no systemd, and cgroups of the first
 * version. It does no harm elsewhere.
 */
const CONTAINERS_CONF = `[containers]
netns = "host"
pids_limit = 0
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]

[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`;

/** The environment that every call of podman is made with; writes the file that it names. */
export async function podmanEnvironment(): Promise<Readonly<Record<string, string>>> {
  const folder = servicesFolder();
  await Deno.mkdir(folder, { recursive: true });
  const path = join(folder, "containers.conf");
  if (await unlessMissing(Deno.readTextFile(path)) !== CONTAINERS_CONF) {
    await Deno.writeTextFile(path, CONTAINERS_CONF);
  }
  return { CONTAINERS_CONF: path };
}

/** A server that runs containers. Its `url` is not for HTTP. */
export interface PodmanServer extends RealServer {
  /** What clients of Docker take from the variable of this name. */
  readonly dockerHost: string;
}

/** Starts podman as a Docker server, on a socket that no other user can reach. */
export async function startPodman(options: InstallOptions = {}): Promise<PodmanServer> {
  const env = {
    ...await podmanEnvironment(),
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: Deno.env.get("HOME") ?? "/root",
  };
  const socketIn = (folder: string) => `unix://${join(folder, "podman.sock")}`;
  const server = await startServer(({ folder }) => ({
    name: "podman",
    program: "podman",
    args: ["system", "service", "--time", "0", socketIn(folder)],
    env,
    answers: async () => {
      const { success } = await new Deno.Command("podman", {
        args: ["--remote", "--url", socketIn(folder), "version"],
        env,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).output();
      return success;
    },
  }), options);
  return { ...server, dockerHost: socketIn(server.folder) };
}
