/**
 * The page to draw digits on.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { makeAssets, type PageAssets } from "./assets.ts";

const FOLDER = "page";

/** Whether a path is one of the page's files: they are for everybody, as they tell nobody anything. */
export function isPageFile(path: string): boolean {
  return path.startsWith(`/${FOLDER}/`);
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'", // dashboards show pages of their own address in frames
  "require-trusted-types-for 'script'",
].join("; ");

/**
 * Routes for the page and its files. `GET /` is left to others when the client does
 * not ask for HTML, as browsers do.
 */
export function drawingPage(): Hono {
  let made: PageAssets | undefined;
  const assets = (): PageAssets => made ??= makeAssets(FOLDER); // when first asked for: most servers only predict

  return new Hono()
    .get("/", async (context, next) => {
      context.header("vary", "accept");
      if (!context.req.header("accept")?.includes("text/html")) return await next();
      const { html, version } = assets();
      context.header("content-security-policy", POLICY);
      context.header("referrer-policy", "no-referrer");
      return answer(context, { contentType: "text/html; charset=utf-8", text: html }, {
        etag: version,
        cacheControl: "no-cache",
      });
    })
    .get(`/${FOLDER}/:version/:path{.+}`, async (context, next) => {
      const { version, path } = context.req.param();
      const file = assets().files.get(path);
      if (!file || version !== assets().version) return await next();
      return answer(context, file, {
        etag: version,
        cacheControl: "public, max-age=31536000, immutable", // another version has another path
      });
    });
}

function answer(
  context: Context,
  { contentType, text }: { readonly contentType: string; readonly text: string },
  { etag, cacheControl }: { readonly etag: string; readonly cacheControl: string },
): Response {
  context.header("etag", `"${etag}"`);
  context.header("cache-control", cacheControl);
  context.header("x-content-type-options", "nosniff");
  if (context.req.header("if-none-match")?.includes(`"${etag}"`)) return context.body(null, 304);
  return context.body(text, 200, { "content-type": contentType });
}
