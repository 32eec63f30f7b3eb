/** A container that serves, for as long as a test needs it. */
import { podmanEnvironment } from "../../scripts/services/podman.ts";
import { startServer } from "../../scripts/services/real_server.ts";
import { podman } from "./container_image.ts";

/** What to run, on the network of this machine. */
export interface ContainerPlan {
  readonly image: string;
  /** Flags of `podman run`; how the container is told its port is up to them or to the command. */
  readonly flags: (port: number) => readonly string[];
  /** Empty is the image's own. */
  readonly command?: (port: number) => readonly string[];
  /** Answers 200 when it is ready. */
  readonly healthPath: string;
}

/** A container that answers. */
export interface RunningContainer extends AsyncDisposable {
  /** Without a last `/`. */
  readonly url: string;
  readonly name: string;
}

/** Starts a container and waits until it answers. */
export async function startContainer(
  { image, flags, command = () => [], healthPath }: ContainerPlan,
): Promise<RunningContainer> {
  const name = `digits-${crypto.randomUUID()}`;
  const env = {
    ...await podmanEnvironment(),
    PATH: Deno.env.get("PATH") ?? "",
    HOME: Deno.env.get("HOME") ?? "/",
  };
  const own = ["--rm", "--name", name, "--network", "host", "--read-only"];
  await using stack = new AsyncDisposableStack();
  const server = stack.use(
    await startServer(({ port }) => ({
      name: image,
      program: "podman",
      args: ["run", ...own, ...flags(port), image, ...command(port)],
      env,
      healthPath,
    })),
  );
  // It is no child of podman's: killing podman would leave it.
  stack.defer(async () => void await podman("rm", "--force", "--time", "0", "--volumes", name));
  const owned = stack.move();
  return { url: server.url, name, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
