/**
 * The description of the server, for programs and for people.
 *
 * @module
 */
import { Hono } from "hono";
import { html, raw } from "hono/html";
import { type OpenApi, openApi, type OpenApiOptions, type Operation } from "./openapi.ts";
import { refuseMethod } from "./refuse.ts";

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 0.9rem/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid; border-radius: 0.25rem; }
summary { cursor: pointer; padding: 0.25rem 0; }
`;

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'self'";

/** `GET /openapi.json`, and `GET /docs`: a page that loads nothing. */
export function docsRoutes(options: OpenApiOptions): Hono {
  return new Hono()
    .get("/openapi.json", (context) => context.json(openApi(options)))
    .all(refuseMethod("GET, HEAD"))
    .get("/docs", (context) => {
      context.header("content-security-policy", POLICY);
      return context.html(docsPage(openApi(options)));
    })
    .all(refuseMethod("GET, HEAD"));
}

function docsPage({ info, paths, components }: OpenApi): ReturnType<typeof html> {
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => describeRoute(method, path, operation))
  );
  return html`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${info.title}: what it answers to</title>
<style>${raw(STYLE)}</style>
<h1>${info.title} <small>${info.version}</small></h1>
<p>${info.description} Programs read <a href="openapi.json">openapi.json</a>.</p>
${routes}
<h2>Forms</h2>
<pre>${JSON.stringify(components["schemas"], undefined, 2)}</pre>
</html>`;
}

function describeRoute(
  method: string,
  path: string,
  { summary, description, requestBody, responses }: Operation,
): ReturnType<typeof html> {
  const answers = Object.entries(responses as Record<string, { description: string }>);
  return html`
    <details>
    <summary><code>${method.toUpperCase()} ${path}</code> ${summary}</summary>
    ${description === undefined ? "" : html`<p>${description}</p>`}
    ${requestBody === undefined
      ? ""
      : html`<pre>${JSON.stringify(requestBody, undefined, 2)}</pre>`}
    <ul>${answers.map(([status, { description }]) => html`<li>${status}: ${description}</li>`)}</ul>
    </details>
  `;
}
