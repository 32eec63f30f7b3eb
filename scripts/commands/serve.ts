/**
 * `deno task serve`: answers V1 requests with the version that is in service.
 *
 * @module
 */
import { createHandler } from "../../lib/serve/handler.ts";
import { listen } from "../../lib/serve/listen.ts";
import { rollBack } from "../../lib/steps/champion.ts";
import { openVersion } from "../../lib/steps/open_version.ts";
import { defineCommand } from "../cli/command.ts";
import { chooseName, chooseVersion, versionOptions } from "../cli/choose_version.ts";
import { readSettings, settingsOption } from "../cli/environment.ts";
import { choice, flag, integer, text } from "../cli/options.ts";
import { openWorkspace } from "../cli/workspace.ts";
import { engineNames } from "../../lib/model/engines.ts";

export const serveCommand = defineCommand({
  name: "serve",
  summary: "Answer over HTTP with the model that is in service",
  words: "",
  maxWords: 0,
  examples: ["serve", "serve --port 9000", "serve --rollback"],
  options: {
    ...versionOptions,
    port: integer("Port (8080); 0 is any free one", 8080, { low: 0, high: 65_535 }),
    host: text("ADDRESS", "Address (127.0.0.1: this machine only)", "127.0.0.1"),
    rollback: flag("Put the version before back into service, and end"),
    engine: choice(engineNames, "What computes (auto)", "auto"),
    settings: settingsOption,
  },
  async run(flags, _words, { terminal, signal }) {
    const { tracker: { registry }, host } = openWorkspace(await readSettings(flags.settings));
    if (flags.rollback) {
      const { name, version } = await rollBack(registry, await chooseName(registry, flags.name));
      terminal.say(`${name} version ${version} is in service again; restart servers to use it`);
      return 0;
    }
    const wanted = await chooseVersion(registry, flags);
    await using model = await openVersion(registry, wanted, { host, engine: flags.engine });
    await using server = listen(createHandler({ models: [model.predictor] }), {
      hostname: flags.host,
      port: flags.port,
      signal,
    });
    const path = `${server.url}/v1/models/${wanted.name}`;
    terminal.say(`${wanted.name} version ${wanted.version} answers at ${path}:predict`);
    terminal.say(`Send {"instances": [28 rows of 28 numbers 0..255]}; Ctrl-C ends.`);
    await server.finished;
    return 0;
  },
});
