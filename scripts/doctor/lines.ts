/**
 * What the doctor found, for people.
 *
 * @module
 */
import type { SettingText } from "../../lib/config.ts";
import type { Style } from "../cli/terminal.ts";
import type { Finding, Verdict } from "./examine.ts";

/** Makes text stand out where that is possible. */
export type Paint = (text: string, style: Style) => string;

const MARKS: Readonly<Record<Verdict, readonly [string, Style]>> = {
  ok: ["✓", "green"],
  warning: ["!", "yellow"],
  failed: ["✗", "red"],
  skipped: ["–", "dim"],
};

/** Every setting, its value and where that comes from. */
export function settingLines(settings: readonly SettingText[], paint: Paint): readonly string[] {
  const nameWidth = widest(settings.map(({ name }) => name));
  const valueWidth = widest(settings.map(({ shown }) => shown));
  return [
    paint("Settings", "bold"),
    ...settings.map(({ name, shown, source }) => {
      const line = `  ${name.padEnd(nameWidth)}  ${shown.padEnd(valueWidth)}  ${
        source ?? "default"
      }`;
      return source === null ? paint(line, "dim") : line;
    }),
  ];
}

/** One check: what, how long, what was found; where it failed, why and what to do. */
export function findingLines(finding: Finding, paint: Paint): readonly string[] {
  const { what, verdict, seconds, detail, advice } = finding;
  const [mark, style] = MARKS[verdict];
  const head = `  ${paint(mark, style)} ${what.padEnd(20)}`;
  if (seconds === null) return [`${head}  ${paint("not tried", "dim")}`];
  const time = `${(1000 * seconds).toFixed(0)} ms`.padStart(8);
  if (verdict === "ok") return [`${head}${paint(time, "dim")}  ${detail}`];
  return [
    `${head}${paint(time, "dim")}`,
    ...wrapped(detail, "      "),
    ...(advice === null ? [] : wrapped(advice, "      ").map((line) => paint(line, "dim"))),
  ];
}

/** How it went in all. */
export function verdictLine(findings: readonly Finding[], paint: Paint): string {
  const count = (wanted: Verdict) => findings.filter(({ verdict }) => verdict === wanted).length;
  const failed = count("failed");
  if (failed > 0) return paint(`${failed} of ${findings.length} checks failed`, "red");
  const warnings = count("warning");
  if (warnings > 0) return paint(`All works; ${warnings} to look at`, "yellow");
  return paint("All is well", "green");
}

function wrapped(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 86) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.map((line) => indent + line);
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}
