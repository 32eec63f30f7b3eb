/**
 * `deno task predict`: reads pictures.
 *
 * @module
 */
import { diskReason } from "../../lib/base/disk_reason.ts";
import { DataError, messageOf, UsageError } from "../../lib/base/errors.ts";
import { digitFromPicture } from "../../lib/digits/picture.ts";
import { decodePicture } from "../../lib/draw/decode_picture.ts";
import { connect } from "../../lib/serve/client.ts";
import { createHandler } from "../../lib/serve/handler.ts";
import { openVersion } from "../../lib/steps/open_version.ts";
import { type CommandContext, defineCommand } from "../cli/command.ts";
import { chooseVersion, versionOptions } from "../cli/choose_version.ts";
import { readSettings, settingsOption } from "../cli/environment.ts";
import { flag } from "../cli/options.ts";
import { openWorkspace } from "../cli/workspace.ts";

/** What one picture was read as, or why it could not be. */
type Reading =
  | { readonly file: string; readonly label: string; readonly probability: number }
  | { readonly file: string; readonly error: string };

export const predictCommand = defineCommand({
  name: "predict",
  summary:
    "Read digits in pictures: PNG, JPEG, WebP, GIF, BMP; any size; dark on light or light on dark",
  words: "PICTURE...",
  maxWords: 1000,
  examples: ["predict seven.png", "predict a.png b.jpg --json", "predict seven.png --show"],
  options: {
    ...versionOptions,
    show: flag("Also draw what the model sees"),
    json: flag("Print one JSON object on stdout"),
    settings: settingsOption,
  },
  async run(flags, files, { terminal }) {
    if (files.length === 0) throw new UsageError("Name at least one picture to read");
    await using workspace = await openWorkspace(await readSettings(flags.settings));
    const { tracker: { registry }, host } = workspace;
    const wanted = await chooseVersion(registry, flags);
    await using model = await openVersion(registry, wanted, { host });
    const client = connect(createHandler({ models: [model.predictor] }), { model: wanted.name });
    const readings: Reading[] = [];
    for (const file of files) {
      try {
        const digit = digitFromPicture(await decodePicture(await readFile(file)));
        if (flags.show) showDigit(digit, terminal);
        const [found] = await client.predict([digit]);
        const { label, probabilities, class: index } = found!;
        readings.push({ file, label, probability: probabilities[index]! });
      } catch (error) {
        if (!(error instanceof DataError || error instanceof UsageError)) throw error;
        readings.push({ file, error: messageOf(error) });
      }
    }
    const { name, version } = wanted;
    if (flags.json) {
      terminal.print(JSON.stringify({ model: { name, version }, predictions: readings }));
    } else for (const reading of readings) printReading(reading, terminal);
    return readings.some((reading) => "error" in reading) ? 1 : 0;
  },
});

async function readFile(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "no such file"
      : diskReason(error) ?? messageOf(error);
    throw new UsageError(`Cannot read the picture: ${reason}`);
  }
}

function printReading(reading: Reading, terminal: CommandContext["terminal"]): void {
  if ("error" in reading) terminal.say(`${reading.file}: ${reading.error}`);
  else {
    const { file, label, probability } = reading;
    terminal.print(`${label}  ${(100 * probability).toFixed(1).padStart(5)} %  ${file}`);
  }
}

/** Two pixels above each other in a character, ink as light. */
function showDigit(digit: Uint8Array, terminal: CommandContext["terminal"]): void {
  const shades = [" ", "░", "▒", "▓", "█"];
  for (let row = 0; row < 28; row += 2) {
    const line = Array.from({ length: 28 }, (_, column) => {
      const mean = (digit[row * 28 + column]! + digit[(row + 1) * 28 + column]!) / 2;
      return shades[Math.round(mean / 255 * (shades.length - 1))]!;
    });
    terminal.say(`  ${line.join("")}`);
  }
}
