/**
 * Only for those who know the token.
 *
 * @module
 */
import { hash, timingSafeEqual } from "node:crypto";
import type { Handler } from "./handler.ts";

const OPEN = /^\/(?:v2\/health\/(?:live|ready)|v2\/models\/[^/]+(?:\/versions\/[^/]+)?\/ready)?$/;

/** Whether a path is what a probe asks: it tells nobody anything. A model's name may be any text. */
export function isOpenPath(path: string): boolean {
  return OPEN.test(path);
}

/** Whether a token is the one. It takes as long to find a near miss as any other. */
export type TokenCheck = (token: string) => boolean;

/** Checks tokens against one, without saying by its time how much of it is right. */
export function tokenCheck(token: string): TokenCheck {
  const wanted = hash("sha256", token, "buffer");
  return (given) => timingSafeEqual(hash("sha256", given, "buffer"), wanted);
}

/**
 * The token of an `authorization` header.
 * @returns empty when it has none.
 */
export function bearerToken(header: string | null | undefined): string {
  return /^Bearer +([^\s]+) *$/i.exec(header ?? "")?.[1] ?? "";
}

/**
 * Answers 401 to requests that don't carry the token as `authorization: Bearer …`.
 * Health checks and the paths in `open` are for everybody.
 */
export function withToken(
  handler: Handler,
  isRight: TokenCheck,
  { open }: { readonly open: (path: string) => boolean },
): Handler {
  return (request) => {
    if (isRight(bearerToken(request.headers.get("authorization")))) return handler(request);
    const { pathname } = new URL(request.url);
    if (request.method === "GET" && (isOpenPath(pathname) || open(pathname))) {
      return handler(request);
    }
    return Promise.resolve(Response.json(
      { error: "Cannot answer without the token: send it as authorization: Bearer TOKEN" },
      { status: 401, headers: { "www-authenticate": 'Bearer realm="digits-recognizer"' } },
    ));
  };
}
