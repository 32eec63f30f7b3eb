/**
 * What the text of a setting must look like.
 *
 * @module
 */
import { unescape } from "node:querystring";
import * as v from "valibot";
import { safeUrl } from "./http_error.ts";

/** A path, as the host takes it. */
export const folder = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, "is empty"),
  v.check((text) => !text.includes("\0"), "holds a NUL character"),
);

const NO_HEADERS = 'is no JSON object of headers, such as {"cookie": "name=value"}';
const NO_HTTP = "does not start with http:// or https://";

const httpUrl = v.pipe(
  v.string(),
  v.url("is not a URL"),
  v.regex(/^https?:\/\//i, NO_HTTP),
);

/** http and https URLs between commas or spaces. */
export const urlList = v.pipe(
  v.string(),
  v.transform((text) => text.split(/[\s,]+/).filter((part) => part !== "")),
  v.minLength(1, "names no URL"),
  v.array(httpUrl),
);

/** `HOST:PORT`, with `http://` or `https://` before it or without; given on as it is. */
export const endpoint = v.pipe(v.string(), v.trim(), refuseFor(endpointProblem));

function endpointProblem(text: string): string | undefined {
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") return NO_HTTP;
  const url = URL.parse(scheme === undefined ? `http://${text}` : text);
  if (url === null) return "is no HOST:PORT";
  if (loginOf(url)) return "holds a user name or a password: the keys have settings of their own";
  const rest = url.pathname + url.search + url.hash;
  return rest === "/" ? undefined : "has something behind the host and the port";
}

/** An MLflow server's address without a last `/`, and the login that may stand in it. */
export const trackingUri = v.pipe(
  v.string(),
  v.trim(),
  refuseFor(trackingUriProblem),
  v.transform((text) => {
    const url = new URL(text);
    const { origin, pathname } = url;
    return { url: `${origin}${pathname}`.replace(/\/+$/, ""), login: loginOf(url) };
  }),
);

function trackingUriProblem(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text)) {
    return "is no http or https URL of an MLflow server (runs are kept in DIGITS_HOME in any " +
      "case, and deno task runs --export writes them as the files that MLflow reads)";
  }
  if (!URL.canParse(text)) return "is not a URL";
  return /[?#]/.test(text) ? "has a ? or a # in it" : undefined;
}

/** Refuses a text for the reason that is found, if one is. */
function refuseFor(problemOf: (text: string) => string | undefined) {
  return v.rawCheck<string>(({ dataset, addIssue }) => {
    const problem = dataset.typed ? problemOf(dataset.value) : undefined;
    if (problem !== undefined) addIssue({ message: problem });
  });
}

/** What stands before the `@` of a URL. */
function loginOf(
  { username, password }: URL,
): { readonly username: string; readonly password: string } | undefined {
  if (username === "" && password === "") return undefined;
  return { username: unescape(username), password: unescape(password) };
}

/** Keys and tokens; messages about them must not show them. */
export const secret = v.pipe(
  v.string(),
  // deno-lint-ignore no-control-regex
  v.regex(/^[^\s\x00-\x1f]+$/, "has a space or a line break in it"),
);

/** Bearer tokens, which stand in a header; messages about them must not show them. */
export const token = v.pipe(
  secret,
  v.regex(/^[\x20-\x7e]+$/, "holds a character that no header can carry"),
);

/** Passwords; messages about them must not show them. */
export const password = v.pipe(
  v.string(),
  // deno-lint-ignore no-control-regex
  v.regex(/^[^\x00-\x1f]+$/, "has a line break or a tab in it"),
);

/** A name for people or servers, without line breaks. */
export const word = v.pipe(v.string(), v.trim(), v.regex(/^\S+$/, "is not one word"));

/** The id of an MLflow run. */
export const mlflowRunId = v.pipe(
  v.string(),
  v.regex(/^[\da-f]{32}$/, "is not 32 hexadecimal digits in lower case"),
);

/** The address of web pages, without a last `/`. */
export const pagesUrl = v.pipe(
  v.string(),
  v.trim(),
  refuseFor(pagesUrlProblem),
  v.transform((text) => text.replace(/\/+$/, "")),
);

function pagesUrlProblem(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text)) return NO_HTTP;
  const url = URL.parse(text);
  if (url === null) return "is not a URL";
  if (loginOf(url)) return "holds a user name or a password: set KFP_TOKEN or KFP_HEADERS instead";
  return /[?#]/.test(text)
    ? "has a ? or a # in it: leave out what stands from there on"
    : undefined;
}

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/; // one byte a character is all that HTTP has

/** Headers by name, in JSON; messages about them must not show them. */
export const headers = v.pipe(
  v.string(),
  v.parseJson(undefined, NO_HEADERS),
  v.record(
    v.pipe(v.string(), v.regex(HEADER_NAME, NO_HEADERS)),
    v.pipe(v.string(NO_HEADERS), v.regex(HEADER_VALUE, "holds a value that no header can carry")),
    NO_HEADERS,
  ),
);

/** A Kubernetes namespace. */
export const namespace = v.pipe(
  v.string(),
  v.trim(),
  v.regex(
    /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/,
    "is no namespace (1 to 63 small letters, digits and hyphens)",
  ),
);

/** A container image: where it is, what it is called, and a tag or a digest. */
export const image = v.pipe(
  v.string(),
  v.trim(),
  v.regex(
    /^[a-z\d][a-z\d._-]*(:\d+)?(\/[a-z\d._-]+)*(:[\w.-]+)?(@sha256:[\da-f]{64})?$/,
    "is no image, such as registry.example/digits-recognizer:1.0 (small letters but in the tag)",
  ),
);

/** An S3 bucket. */
export const bucket = v.pipe(
  v.string(),
  v.regex(
    /^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/,
    "is no bucket name (3 to 63 small letters, digits, dots and hyphens)",
  ),
);

/** A switch. */
export const onOff = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.picklist(["true", "false", "1", "0", "on", "off"], "is neither true nor false"),
  v.transform((text) => ["true", "1", "on"].includes(text)),
);

/** A text for messages: secrets as their length only, URLs without the secrets in them. */
export function shownSetting(text: string, kind: "plain" | "url" | "secret"): string {
  if (kind === "secret") return `(hidden, ${text.length} characters)`;
  if (kind === "plain") return text;
  return text.split(",").map((url) => /[@?#]/.test(url) ? safeUrl(url.trim()) : url).join(",");
}
