/**
 * `deno task serve`: answers requests with the version that is in service, here or in a
 * pod of KServe.
 *
 * @module
 */
import process from "node:process";
import { messageOf } from "../../lib/base/errors.ts";
import { loadEngine } from "../../lib/model/engines.ts";
import { withAccessLog } from "../../lib/serve/access_log.ts";
import { type TokenCheck, tokenCheck, withToken } from "../../lib/serve/auth.ts";
import { withCors } from "../../lib/serve/cors.ts";
import { docsRoutes } from "../../lib/serve/docs_page.ts";
import type { GrpcServiceOptions } from "../../lib/serve/grpc_service.ts";
import { createHandler, type Handler } from "../../lib/serve/handler.ts";
import { listen, type Server } from "../../lib/serve/listen.ts";
import type { ListenGrpcOptions } from "../../lib/serve/listen_grpc.ts";
import { Metrics, type ProcessUsage } from "../../lib/serve/metrics.ts";
import type { ModelEvent } from "../../lib/serve/model_event.ts";
import { ModelRepository } from "../../lib/serve/model_repository.ts";
import { isPageFile } from "../../lib/serve/page/page.ts";
import { PredictThread } from "../../lib/serve/predict_thread.ts";
import { readyUntil } from "../../lib/serve/repository.ts";
import { repositoryRoutes } from "../../lib/serve/repository_routes.ts";
import { RequestSamples } from "../../lib/serve/request_samples.ts";
import { rollBack } from "../../lib/steps/champion.ts";
import { chooseName } from "../cli/choose_version.ts";
import { type CommandContext, defineCommand } from "../cli/command.ts";
import { readSettings } from "../cli/environment.ts";
import { JsonLog } from "../cli/json_log.ts";
import { keepSamples } from "../cli/keep_samples.ts";
import { modelSources } from "../cli/model_sources.ts";
import { readToken, type ServeFlags, serveOptions } from "../cli/serve_options.ts";
import { noticeOn } from "../cli/terminal.ts";
import { openWorkspace } from "../cli/workspace.ts";
import project from "../../deno.json" with { type: "json" };

const SERVER = { name: "digits-recognizer", version: project.version };

export const serveCommand = defineCommand({
  name: "serve",
  summary: "Answer over HTTP with the model that is in service",
  words: "",
  maxWords: 0,
  examples: [
    "serve",
    "serve --port 9000 --grpc-port 9001",
    "serve --model /mnt/models --name digits-recognizer",
    "serve --rollback",
  ],
  options: serveOptions,
  async run(flags, _words, context) {
    return await (flags.rollback ? putBack(flags, context) : serve(flags, context));
  },
});

async function putBack(flags: ServeFlags, { terminal, signal }: CommandContext): Promise<number> {
  await using workspace = await openWorkspace(await readSettings(flags.settings), {
    servers: true,
    notice: noticeOn(terminal),
    signal,
  });
  const { tracker: { registry } } = workspace;
  const { name, version } = await rollBack(registry, await chooseName(registry, flags.name));
  terminal.say(`${name} version ${version} is in service again; servers that run take it up`);
  return 0;
}

async function serve(flags: ServeFlags, context: CommandContext): Promise<number> {
  const { terminal, signal } = context;
  const settings = await readSettings(flags.settings);
  const tokenFile = flags["token-file"];
  const token = tokenFile === undefined ? settings.serveToken : readToken(tokenFile);
  const isRightToken = token === undefined ? undefined : tokenCheck(token);
  await using workspace = await openWorkspace(settings, {
    servers: flags["log-requests"], // They go to the store that is set.
    notice: noticeOn(terminal),
    signal,
  });
  const { host, store } = workspace;
  await using log = new JsonLog(Deno.stdout);
  const note = (line: object): void => {
    if (flags.log !== "off") log.write({ time: new Date().toISOString(), ...line });
  };
  const onError = (error: unknown): void =>
    note({ level: "error", message: messageOf(error), stack: Deno.inspect(error) });

  const metrics = new Metrics({ now: () => performance.now(), usage });
  const batch = { now: metrics.now, observer: metrics };
  const threads = host.cores;
  // One core stays free for small requests.
  const largeThreads = Math.max(1, threads - 1);
  using thread = new PredictThread({ host, engine: flags.engine, threads: largeThreads });
  const samples = new RequestSamples({ seed: host.randomSeed() });
  const sources = await modelSources(flags, settings, {
    host,
    engine: await loadEngine(flags.engine, { threads }),
    sharing: { batch, thread },
    watch: (predictor) => flags["log-requests"] ? samples.watch(predictor) : predictor,
  });
  await using _keeper = flags["log-requests"]
    ? keepSamples(samples, { store, host, notice: noticeOn(terminal) })
    : undefined;
  let started = false;
  await using repository = new ModelRepository(sources, {
    host,
    keep: flags.keep,
    onEvent(event) {
      metrics.modelEvent(event);
      note(eventLine(event));
      if (event.type === "failed" && started) terminal.say(messageOf(event.error));
      if (event.type === "in-service" && event.before !== null) {
        terminal.say(`${event.name} version ${event.version} answers now, not ${event.before}`);
      }
    },
  });

  const place = placeOf(flags);
  const control = flags["model-control"] || token !== undefined || place.isPrivate;
  const models = readyUntil(signal, repository);
  const maxBodyBytes = flags["max-body"] * 1_000_000;
  const handler = createHandler({
    models,
    maxBodyBytes,
    onError,
    observer: metrics,
    server: SERVER,
    routes: [
      metrics.routes(),
      docsRoutes({ server: SERVER, token: token !== undefined }),
      repositoryRoutes(repository, { control }),
    ],
  });
  const ending = { signal, lingerMs: place.lingerMs, drainMs: flags.drain * 1000 };
  const where = { hostname: place.hostname, ...ending };
  await using http = listen(
    guarded(handler, { flags, isRightToken, write: (line) => log.write(line) }),
    { ...where, port: flags.port, requestMs: flags.timeout * 1000 },
  );
  await using grpc = flags["grpc-port"] === undefined ? undefined : await serveGrpc({
    service: {
      models,
      server: SERVER,
      repository: control ? repository : undefined,
      isRightToken,
      observer: metrics,
      onError,
    },
    listen: { ...where, port: flags["grpc-port"], maxBodyBytes },
  });

  await repository.loadAll();
  started = true;
  repository.follow();
  for (const { name, version } of repository.index().filter(({ latest }) => latest)) {
    terminal.say(`${name} version ${version} answers at ${http.url}/v1/models/${name}:predict`);
  }
  if (grpc) terminal.say(`gRPC at ${grpc.url}`);
  terminal.say(`Draw at ${http.url}, read ${http.url}/docs; Ctrl-C ends.`);
  await Promise.all([http.finished, grpc?.finished]);
  return 0;
}

/** Where to listen, and how to end there: in a pod others learn late that it ends. */
function placeOf(
  { host, linger }: Pick<ServeFlags, "host" | "linger">,
): { readonly hostname: string; readonly isPrivate: boolean; readonly lingerMs: number } {
  const inPod = Deno.env.get("KUBERNETES_SERVICE_HOST") !== undefined;
  const hostname = host ?? (inPod ? "0.0.0.0" : "127.0.0.1");
  return {
    hostname,
    isPrivate: ["127.0.0.1", "::1", "localhost"].includes(hostname),
    lingerMs: 1000 * (linger ?? (inPod ? 5 : 0)),
  };
}

/** What a request passes before it is answered, outermost last. */
function guarded(
  handler: Handler,
  { flags, isRightToken, write }: {
    readonly flags: Pick<ServeFlags, "cors" | "log">;
    readonly isRightToken: TokenCheck | undefined;
    readonly write: (line: object) => void;
  },
): Handler {
  const { cors, log } = flags;
  const forKnown = isRightToken ? withToken(handler, isRightToken, { open: isPageFile }) : handler;
  const forPages = cors === undefined ? forKnown : withCors(forKnown, cors);
  return log === "off" ? forPages : withAccessLog(forPages, {
    what: log,
    log: write,
    now: Date.now,
    newId: () => crypto.randomUUID(),
  });
}

async function serveGrpc(options: {
  readonly service: GrpcServiceOptions;
  readonly listen: ListenGrpcOptions;
}): Promise<Server> {
  // Its libraries take 0.1 s and 25 MB.
  const [{ grpcMethods }, { listenGrpc }] = await Promise.all([
    import("../../lib/serve/grpc_service.ts"),
    import("../../lib/serve/listen_grpc.ts"),
  ]);
  return await listenGrpc(grpcMethods(options.service), options.listen);
}

function eventLine(event: ModelEvent): object {
  const { type, ...about } = event;
  if (event.type !== "failed") return { level: "info", event: type, ...about };
  const { name, version, error } = event;
  return { level: "error", event: type, name, version, message: messageOf(error) };
}

function usage(): ProcessUsage {
  const { user, system } = process.cpuUsage();
  return {
    cpuSeconds: (user + system) / 1e6,
    residentBytes: Deno.memoryUsage().rss,
    startedAt: performance.timeOrigin / 1000,
  };
}
