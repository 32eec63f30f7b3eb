/**
 * The paths at which models are asked for predictions.
 *
 * @module
 */

/** A model that is asked, and in which protocol. */
export interface InferenceRoute {
  readonly protocol: "v1" | "v2";
  readonly model: string;
  /** The one in service where it is not named. */
  readonly version: string | undefined;
}

const PATH =
  /^\/v(?:2\/models\/([^/]+)(?:\/versions\/([^/]+))?\/infer|1\/models\/([^/]*)(?::|%3[Aa])predict)$/;

/** Which model a request wants predictions of; nothing where it wants something else. */
export function matchInference({ method, url }: Request): InferenceRoute | undefined {
  if (method !== "POST") return undefined;
  const start = url.indexOf("/", "https://".length);
  const end = url.indexOf("?", start);
  const match = PATH.exec(end < 0 ? url.slice(start) : url.slice(start, end));
  if (!match) return undefined;
  const [, v2Model, version, v1Model] = match;
  return {
    protocol: v2Model === undefined ? "v1" : "v2",
    model: decodeName(v2Model ?? v1Model!),
    version: version === undefined ? undefined : decodeName(version),
  };
}

/** As Hono does it: what is escaped wrongly stays as it is. */
function decodeName(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
