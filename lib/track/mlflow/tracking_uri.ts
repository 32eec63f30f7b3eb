/**
 * Where a tracking server is, and how to log in. Pure.
 *
 * @module
 */
import { unescape } from "node:querystring";
import { UsageError } from "../../base/errors.ts";
import { isHttpUrl, safeUrl } from "../../base/http_error.ts";

/** How to log in. */
export type MlflowAuth =
  | { readonly kind: "none" }
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  /** A function is asked before every request, so that a token may be renewed. */
  | { readonly kind: "bearer"; readonly token: string | (() => string | Promise<string>) };

/** A tracking server. */
export interface TrackingServer {
  /** Without credentials and without a last `/`; may have a path. */
  readonly url: string;
  /** From the URI's credentials. */
  readonly auth: MlflowAuth;
}

/**
 * Reads what `MLFLOW_TRACKING_URI` has: `http(s)://[user:password@]host[:port][/prefix]`.
 *
 * @throws {UsageError} when it is no http or https URL.
 */
export function parseTrackingUri(uri: string | URL): TrackingServer {
  if (!isHttpUrl(uri)) {
    throw new UsageError(
      `Cannot use ${safeUrl(uri)} as MLFLOW_TRACKING_URI: write it as http://host:5000 or ` +
        "https://host",
    );
  }
  const { origin, pathname, username, password } = new URL(uri);
  return {
    url: `${origin}${pathname}`.replace(/\/+$/, ""),
    auth: username === "" && password === ""
      ? { kind: "none" }
      : { kind: "basic", username: unescape(username), password: unescape(password) },
  };
}

/** The header that logs in; no header without a login. */
export async function authorization(auth: MlflowAuth): Promise<Readonly<Record<string, string>>> {
  switch (auth.kind) {
    case "none":
      return {};
    case "basic": {
      const credentials = new TextEncoder().encode(`${auth.username}:${auth.password}`);
      return { authorization: `Basic ${credentials.toBase64()}` };
    }
    case "bearer": {
      const token = typeof auth.token === "string" ? auth.token : await auth.token();
      return { authorization: `Bearer ${token.trim()}` };
    }
  }
}
