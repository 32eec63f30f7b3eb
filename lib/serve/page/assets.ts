/**
 * The files of the page. TypeScript is served with its types blanked out, so that
 * browsers run the very modules that training and the command line run, and there
 * is nothing to build.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { stripTypeScriptTypes } from "node:module";
import errors from "../../base/errors.ts" with { type: "text" };
import ink from "../../digits/ink.ts" with { type: "text" };
import luminance from "../../digits/luminance.ts" with { type: "text" };
import paper from "../../digits/paper.ts" with { type: "text" };
import picture from "../../digits/picture.ts" with { type: "text" };
import shapes from "../../digits/shapes.ts" with { type: "text" };
import thicken from "../../digits/thicken.ts" with { type: "text" };
import answerView from "./browser/answer_view.ts" with { type: "text" };
import elements from "./browser/elements.ts" with { type: "text" };
import icon from "./browser/icon.svg" with { type: "text" };
import html from "./browser/index.html" with { type: "text" };
import inference from "./browser/inference.ts" with { type: "text" };
import keptView from "./browser/kept_view.ts" with { type: "text" };
import keyboardPen from "./browser/keyboard_pen.ts" with { type: "text" };
import main from "./browser/main.ts" with { type: "text" };
import modelPicker from "./browser/model_picker.ts" with { type: "text" };
import newestWins from "./browser/newest_wins.ts" with { type: "text" };
import notice from "./browser/notice.ts" with { type: "text" };
import openPicture from "./browser/open_picture.ts" with { type: "text" };
import pad from "./browser/pad.ts" with { type: "text" };
import paint from "./browser/paint.ts" with { type: "text" };
import pictureFiles from "./browser/picture_files.ts" with { type: "text" };
import see from "./browser/see.ts" with { type: "text" };
import sketch from "./browser/sketch.ts" with { type: "text" };
import splitDigits from "./browser/split_digits.ts" with { type: "text" };
import stroke from "./browser/stroke.ts" with { type: "text" };
import style from "./browser/style.css" with { type: "text" };
import trouble from "./browser/trouble.ts" with { type: "text" };
import watch from "./browser/watch.ts" with { type: "text" };
import words from "./browser/words.ts" with { type: "text" };

/** By their paths in `lib`, which are those in the browser too: so their imports find each other. */
const sources: Readonly<Record<string, string>> = {
  "base/errors.ts": errors,
  "digits/ink.ts": ink,
  "digits/luminance.ts": luminance,
  "digits/paper.ts": paper,
  "digits/picture.ts": picture,
  "digits/shapes.ts": shapes,
  "digits/thicken.ts": thicken,
  "serve/page/browser/answer_view.ts": answerView,
  "serve/page/browser/elements.ts": elements,
  "serve/page/browser/icon.svg": icon,
  "serve/page/browser/inference.ts": inference,
  "serve/page/browser/kept_view.ts": keptView,
  "serve/page/browser/keyboard_pen.ts": keyboardPen,
  "serve/page/browser/main.ts": main,
  "serve/page/browser/model_picker.ts": modelPicker,
  "serve/page/browser/newest_wins.ts": newestWins,
  "serve/page/browser/notice.ts": notice,
  "serve/page/browser/open_picture.ts": openPicture,
  "serve/page/browser/pad.ts": pad,
  "serve/page/browser/paint.ts": paint,
  "serve/page/browser/picture_files.ts": pictureFiles,
  "serve/page/browser/see.ts": see,
  "serve/page/browser/sketch.ts": sketch,
  "serve/page/browser/split_digits.ts": splitDigits,
  "serve/page/browser/stroke.ts": stroke,
  "serve/page/browser/style.css": style,
  "serve/page/browser/trouble.ts": trouble,
  "serve/page/browser/watch.ts": watch,
  "serve/page/browser/words.ts": words,
};

const contentTypes: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  ts: "text/javascript; charset=utf-8",
};

/** A file as a browser gets it. */
export interface Asset {
  readonly contentType: string;
  readonly text: string;
}

/** All that a browser gets. */
export interface PageAssets {
  /** The page itself. */
  readonly html: string;
  /** Changes with any of the files. */
  readonly version: string;
  /** By path. */
  readonly files: ReadonlyMap<string, Asset>;
}

/**
 * Makes the page.
 *
 * @param folder where the browser finds the files, seen from the page, such as `page`.
 */
export function makeAssets(folder: string): PageAssets {
  const files = new Map(
    Object.entries(sources).map(([path, source]) => {
      const type = path.split(".").at(-1)!;
      const text = type === "ts" ? stripTypeScriptTypes(source) : source;
      return [path, { contentType: contentTypes[type]!, text }];
    }),
  );
  const version = createHash("sha256").update(JSON.stringify([html, ...files])).digest("hex")
    .slice(0, 16);
  const preloads = [...files.keys()].filter((path) => path.endsWith(".ts"))
    .map((path) => `<link rel="modulepreload" href="${folder}/${version}/${path}">`);
  return {
    version,
    files,
    html: html
      .replaceAll("{assets}", `${folder}/${version}/serve/page/browser`)
      .replace("<!-- modulepreload -->", preloads.join("\n    ")),
  };
}
