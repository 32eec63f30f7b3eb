/**
 * What `--data` stands for.
 *
 * @module
 */
import { resolveSource } from "../../lib/steps/dataset_source.ts";
import type { CommandContext } from "./command.ts";
import { noticeOn } from "./terminal.ts";
import type { Workspace } from "./workspace.ts";

/** A slip is told, and `auto` decided, before anything is recorded. */
export async function chooseSource(
  data: string,
  mnistMirrors: readonly string[],
  { host }: Workspace,
  { terminal, signal }: CommandContext,
): Promise<string> {
  const notice = noticeOn(terminal);
  const source = await resolveSource(data, { host, signal, mnistMirrors, notice });
  if (data !== "auto") return data;
  return source.kind === "published" ? source.dataset.name : source.kind;
}
