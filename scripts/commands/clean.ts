/**
 * `deno task clean`: frees old step results, runs and downloads, showing what first.
 *
 * @module
 */
import { formatBytes } from "../../lib/base/bytes.ts";
import { UsageError } from "../../lib/base/errors.ts";
import type { Host } from "../../lib/base/host.ts";
import type { Settings } from "../../lib/config.ts";
import { lockHome } from "../../lib/track/home_lock.ts";
import { type CommandContext, defineCommand } from "../cli/command.ts";
import { readSettings, settingsOption } from "../cli/environment.ts";
import { flag, integer } from "../cli/options.ts";
import { findDisposable } from "../cli/disposable.ts";
import { noticeOn } from "../cli/terminal.ts";
import { openWorkspace } from "../cli/workspace.ts";

export const cleanCommand = defineCommand({
  name: "clean",
  summary: "Free old step results and runs, showing what first; registered models stay",
  words: "",
  maxWords: 0,
  examples: [
    "clean",
    "clean --yes",
    "clean --keep 5 --days 0 --downloads --yes",
    "clean --uploads",
  ],
  options: {
    keep: integer("Newest runs to keep (10)", 10, { low: 0, high: 1_000_000 }),
    days: integer("Step results younger than this stay (7); 0 frees all", 7, {
      low: 0,
      high: 100_000,
    }),
    downloads: flag("Also free downloaded datasets"),
    uploads: flag("Only remove what broken-off uploads left in the bucket a week ago or more"),
    yes: flag("Do it"),
    settings: settingsOption,
  },
  async run(flags, _words, context) {
    const { terminal } = context;
    const settings = await readSettings(flags.settings);
    await using workspace = await openWorkspace(settings);
    if (flags.uploads) {
      await sweepBucket(settings, workspace.host, context);
      return 0;
    }
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

/** Nothing of it can be used or seen, so nobody is asked. */
async function sweepBucket(
  { s3 }: Settings,
  host: Host,
  { terminal, signal }: CommandContext,
): Promise<void> {
  if (s3 === undefined) {
    throw new UsageError("There is no bucket to clean: set MINIO_ENDPOINT and its keys");
  }
  const { s3Store } = await import("../../lib/store/s3_store.ts");
  const { s3Options } = await import("../cli/s3_options.ts");
  const notice = noticeOn(terminal);
  const store = s3Store({ ...s3Options(s3, host), bucket: s3.bucket, notice });
  const { objects, bytes } = await store.sweep({ signal });
  terminal.say(
    objects === 0
      ? `Nothing is left of broken-off uploads in ${s3.bucket}`
      : `Freed ${formatBytes(bytes)} of broken-off uploads in ${s3.bucket}`,
  );
}
