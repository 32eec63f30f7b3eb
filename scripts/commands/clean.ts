/**
 * `deno task clean`: frees old step results, runs and downloads, showing what first.
 *
 * @module
 */
import { formatBytes } from "../../lib/base/bytes.ts";
import { lockHome } from "../../lib/track/home_lock.ts";
import { defineCommand } from "../cli/command.ts";
import { readSettings, settingsOption } from "../cli/environment.ts";
import { flag, integer } from "../cli/options.ts";
import { findDisposable } from "../cli/disposable.ts";
import { openWorkspace } from "../cli/workspace.ts";

export const cleanCommand = defineCommand({
  name: "clean",
  summary: "Free old step results and runs, showing what first; registered models stay",
  words: "",
  maxWords: 0,
  examples: ["clean", "clean --yes", "clean --keep 5 --days 0 --downloads --yes"],
  options: {
    keep: integer("Newest runs to keep (10)", 10, { low: 0, high: 1_000_000 }),
    days: integer("Step results younger than this stay (7); 0 frees all", 7, {
      low: 0,
      high: 100_000,
    }),
    downloads: flag("Also free downloaded datasets"),
    yes: flag("Do it"),
    settings: settingsOption,
  },
  async run(flags, _words, { terminal }) {
    const workspace = openWorkspace(await readSettings(flags.settings));
    await using _lock = await lockHome(workspace.home, workspace.host);
    const disposable = await findDisposable(workspace, flags);
    for (const { what, bytes } of disposable) {
      terminal.print(`${formatBytes(bytes).padStart(10)}  ${what}`);
    }
    const total = formatBytes(disposable.reduce((sum, { bytes }) => sum + bytes, 0));
    if (disposable.length === 0) {
      terminal.say("Nothing to free");
    } else if (flags.yes) {
      for (const { remove } of disposable) await remove();
      terminal.say(`Freed ${total}`);
    } else {
      terminal.say(`${total} can be freed: add --yes to do it`);
    }
    return 0;
  },
});
