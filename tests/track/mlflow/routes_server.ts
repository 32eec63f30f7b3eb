/** Servers on 127.0.0.1 that answer MLflow's calls as a test wants. */
import { Buffer } from "node:buffer";
import { fakeHost } from "../../base/fake_host.ts";
import { type Answer, answerWith, type Asked, testServer } from "../../base/test_server.ts";
import { MlflowClient, type MlflowClientOptions } from "../../../lib/track/mlflow/mod.ts";

export interface Called {
  /** Such as `POST runs/create`. */
  readonly call: string;
  readonly query: URLSearchParams;
  /** The parsed body; `{}` without one. */
  readonly body: Record<string, unknown>;
}

/** Gives JSON, or answers in its own way. */
export type Route = (called: Called) => unknown;

export interface RoutesServer extends AsyncDisposable {
  /** Ends with `/`. */
  readonly url: string;
  readonly asked: readonly Asked[];
  readonly calls: readonly Called[];
  /** Its waits pass at once. */
  readonly waits: readonly number[];
  readonly client: MlflowClient;
}

/** An answer other than 200 with JSON. */
export class Reply {
  readonly answer: Answer;
  constructor(...parts: Parameters<typeof answerWith>) {
    this.answer = answerWith(...parts);
  }
}

/** As MLflow refuses. */
export function refusal(status: number, code: string, message: string): Reply {
  return new Reply(status, JSON.stringify({ error_code: code, message }));
}

/** Routes by call, such as `POST runs/create`; all others are as on another server: 404 in HTML. */
export async function routesServer(
  routes: Readonly<Record<string, Route>>,
  options: Partial<MlflowClientOptions> = {},
): Promise<RoutesServer> {
  await using stack = new AsyncDisposableStack();
  const host = stack.use(await fakeHost());
  const calls: Called[] = [];
  const server = stack.use(
    await testServer((request, response) => {
      const chunks: Uint8Array[] = [];
      request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      request.on("end", () => {
        const url = new URL(request.url!, "http://localhost");
        const path = url.pathname.replace("/api/2.0/mlflow/", "");
        const text = new TextDecoder().decode(Buffer.concat(chunks));
        const body = text.startsWith("{") ? JSON.parse(text) : {};
        const called = { call: `${request.method} ${path}`, query: url.searchParams, body };
        calls.push(called);
        const route = routes[called.call];
        const answer = route ? route(called) : new Reply(404, "<!doctype html><p>Not found</p>");
        const reply = answer instanceof Reply ? answer : new Reply(200, JSON.stringify(answer));
        reply.answer(request, response);
      });
    }),
  );
  const client = new MlflowClient({ trackingUri: server.url, host, ...options });
  const owned = stack.move();
  return {
    url: server.url,
    asked: server.asked,
    calls,
    waits: host.waits,
    client,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
