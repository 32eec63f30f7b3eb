/**
 * The page on which digits are drawn and read.
 *
 * @module
 */
import { DataError, messageOf } from "../../../base/errors.ts";
import { AnswerView } from "./answer_view.ts";
import { elementById } from "./elements.ts";
import { listModels, readDigits, Refusal, type Send } from "./inference.ts";
import { KeptView } from "./kept_view.ts";
import { ModelPicker } from "./model_picker.ts";
import { newestWins } from "./newest_wins.ts";
import { Notice } from "./notice.ts";
import { listenToFiles } from "./picture_files.ts";
import { openPicture } from "./open_picture.ts";
import { Pad } from "./pad.ts";
import { seeDigits } from "./see.ts";
import { blankSketch, isBlank, type Sketch, SketchHistory } from "./sketch.ts";
import { type Trouble, troubleOf, troubleWith } from "./trouble.ts";
import { Watch } from "./watch.ts";
import { textOf } from "./words.ts";

const timeoutMs = 10_000; // for an answer that takes milliseconds
const silenceMs = 700; // before what was read is read out: not every change while drawing

const sheet = elementById("sheet", HTMLElement);
const undo = elementById("undo", HTMLButtonElement);
const clear = elementById("clear", HTMLButtonElement);
const next = elementById("next", HTMLButtonElement);
const announcer = elementById("announcer", HTMLElement);

let token = "";
let read: { readonly digits: readonly Uint8Array[]; readonly text: string } | undefined;
let pictureTrouble: Trouble | undefined; // until something else is on the sheet
let announcement: ReturnType<typeof setTimeout> | undefined;

const sketches = new SketchHistory();
const answer = new AnswerView();
const kept = new KeptView();
const picker = new ModelPicker(() => {
  answer.forgetNames();
  watch.look();
});
const notice = new Notice((entered) => {
  token = entered;
  watch.look();
});
const pad = new Pad(elementById("pad", HTMLCanvasElement), {
  sketch: () => sketches.sketch,
  onChange: showChange,
  onStroke(stroke) {
    sketches.add(stroke);
    showChange();
  },
  onWords: (words) => announcer.textContent = words,
});
const ask = newestWins(readSketch);
const watch = new Watch({
  list: () => listModels(send),
  take(models) {
    picker.models = models;
    return troubleWith(picker.chosen);
  },
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  onTrouble: showTrouble,
  onReady: () => ask(pad.sketch),
});

const send: Send = (path, init) => {
  const headers = new Headers(init?.headers);
  if (token) headers.set("authorization", `Bearer ${token}`);
  const signal = AbortSignal.timeout(timeoutMs);
  const url = new URL(path, document.baseURI);
  return fetch(url, { ...init, headers, signal }).catch(() => {
    throw new Refusal(0, "The server does not answer.");
  });
};

/** Shows the digits of a sketch as the model sees them, and what it says of them. Never rejects. */
async function readSketch(sketch: Sketch): Promise<void> {
  try {
    const digits = see(sketch);
    const { choice } = picker;
    if (!choice || !watch.isWell) return;
    if (digits.length === 0) return watch.succeeded();
    const { readings, classNames } = await readDigits(send, digits, choice);
    watch.succeeded();
    if (isBlank(pad.sketch)) return; // it was cleared in the meantime
    answer.showReadings(readings, classNames);
    keep({ digits, text: textOf(readings) });
    announce(answer.words);
  } catch (error) {
    watch.failed(troubleOf(error));
  }
}

/** Shows what the model is asked about; nothing where there is nothing to ask about. */
function see(sketch: Sketch): readonly Uint8Array[] {
  if (isBlank(sketch)) return [];
  try {
    const digits = seeDigits(sketch);
    answer.showSeen(digits);
    return digits;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    answer.clear(sketch.picture ? "No digit found in the picture" : "Too little to read");
    keep(undefined);
    return [];
  }
}

function keep(what: typeof read): void {
  read = what;
  next.disabled = !what;
}

function showTrouble(): void {
  notice.show(pictureTrouble ?? watch.trouble);
}

function showChange(): void {
  if (pictureTrouble) {
    pictureTrouble = undefined;
    showTrouble();
  }
  const isEmpty = isBlank(pad.sketch);
  sheet.classList.toggle("blank", isEmpty);
  undo.disabled = !sketches.canUndo;
  clear.disabled = isEmpty;
  if (isEmpty) {
    keep(undefined);
    answer.clear();
  }
  pad.refresh();
  ask(pad.sketch);
}

function announce(words: string): void {
  clearTimeout(announcement);
  announcement = setTimeout(() => announcer.textContent = words, silenceMs);
}

function undoLast(): void {
  if (!pad.giveUp()) sketches.undo();
  showChange();
}

function redoLast(): void {
  sketches.redo();
  showChange();
}

function clearSheet(): void {
  pad.giveUp();
  if (!isBlank(sketches.sketch)) sketches.set(blankSketch);
  showChange();
}

function startNext(): void {
  if (!read) return;
  kept.add(read.digits, read.text);
  pad.giveUp();
  sketches.restart();
  showChange();
}

async function takePicture(file: File): Promise<void> {
  try {
    sketches.set({ strokes: [], picture: await openPicture(file) });
    showChange();
  } catch (error) {
    pictureTrouble = { words: messageOf(error), cure: "change" };
    showTrouble();
  }
}

/** What a key does on the whole page. */
function shortcutOf(event: KeyboardEvent): (() => void) | undefined {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === "z") return event.shiftKey ? redoLast : undoLast;
    return key === "y" ? redoLast : undefined;
  }
  if (event.target !== sheet.firstElementChild) return undefined;
  return new Map([["backspace", undoLast], ["delete", clearSheet], ["enter", startNext]]).get(key);
}

for (
  const [button, action] of [[undo, undoLast], [clear, clearSheet], [next, startNext]] as const
) {
  button.addEventListener("click", () => {
    action();
    if (button.disabled) sheet.querySelector("canvas")!.focus(); // else the focus is nowhere
  });
}
listenToFiles(sheet, takePicture);
document.addEventListener("keydown", (event) => {
  const action = event.target instanceof HTMLInputElement ? undefined : shortcutOf(event);
  if (!action) return;
  event.preventDefault();
  action();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") watch.look(); // there may be other models by now
});

showChange();
watch.look();
