/**
 * The flags of `serve`.
 *
 * @module
 */
import { messageOf, UsageError } from "../../lib/base/errors.ts";
import { diskReason } from "../../lib/base/disk_reason.ts";
import { engineNames } from "../../lib/model/engines.ts";
import { versionOptions } from "./choose_version.ts";
import { settingsOption } from "./environment.ts";
import { choice, flag, integer, type Option, text, type ValuesOf } from "./options.ts";

const PORTS = { low: 0, high: 65_535 };

export const serveOptions = {
  ...versionOptions,
  model: text("FOLDER", "Serve the model in this folder, not a registered one", undefined),
  keep: integer("Versions in memory, so that requests can name them (1)", 1, { low: 1, high: 100 }),
  port: integer("Port (8080); 0 is any free one", 8080, PORTS),
  "grpc-port": integer("Port for gRPC (none)", undefined, PORTS),
  host: text("ADDRESS", "Address (127.0.0.1: this machine only; 0.0.0.0 in a pod)", undefined),
  engine: choice(engineNames, "What computes (auto)", "auto"),
  "max-body": integer("Megabytes that a request may have (4)", 4, { low: 1, high: 1000 }),
  timeout: integer("Seconds that a request may take (60)", 60, { low: 1, high: 3600 }),
  drain: integer("Seconds to answer the last requests (20)", 20, { low: 0, high: 3600 }),
  linger: integer(
    "Seconds to go on taking requests after SIGTERM (0; 5 in a pod)",
    undefined,
    { low: 0, high: 300 },
  ),
  log: choice(["off", "errors", "requests"], "What to log, as JSON on stdout (errors)", "errors"),
  "log-requests": flag("Keep a sample of the pictures asked about, and the answers, in the store"),
  cors: origin("Let pages of this origin ask (none); * is any"),
  "token-file": text("FILE", "Only answer requests with the token in it", undefined),
  "model-control": flag("Let anyone who reaches it load and unload models"),
  rollback: flag("Put the version before back into service, and end"),
  settings: settingsOption,
} as const;

/** What the flags say. */
export type ServeFlags = ValuesOf<typeof serveOptions>;

function origin(help: string): Option<string | undefined> {
  return {
    value: "ORIGIN",
    help,
    fallback: undefined,
    parse(given, name) {
      if (given === "*" || URL.canParse(given) && new URL(given).origin === given) return given;
      throw new UsageError(
        `--${name} takes an origin such as https://example.org, or *: got "${given}"`,
      );
    },
  };
}

/** The token in a file, without the line's end. @throws {UsageError} */
export function readToken(path: string): string {
  let content: string;
  try {
    content = Deno.readTextFileSync(path).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new UsageError(`Cannot read the token in "${path}": there is no such file`);
    }
    throw new UsageError(
      `Cannot read the token in "${path}": ${diskReason(error) ?? messageOf(error)}`,
    );
  }
  if (/^[\x21-\x7e]+$/.test(content)) return content;
  throw new UsageError(`Cannot use the token in "${path}": it must be one word of printable ASCII`);
}
