import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import plugin from "../../scripts/checks/effects_plugin.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** What the plugin finds in a file of the project: the names it complains of. */
function found(source: string, filename = "lib/model/train.ts"): readonly string[] {
  return Deno.lint.runPlugin(plugin, filename, source).map(({ message }) => {
    const [, name] = /^Cannot use (.+) here: effects live at the edges$/.exec(message)!;
    return name!;
  });
}

const FORBIDDEN: Readonly<Record<string, string>> = {
  "await fetch(url)": "fetch",
  "const get = fetch;": "fetch",
  "use({ fetch });": "fetch",
  "use({ get: fetch });": "fetch",
  "function f(get = fetch) { return get; }": "fetch",
  "if (typeof fetch === 'function') start();": "fetch",
  "Deno.readTextFile(path)": "Deno",
  "x = error instanceof Deno.errors.NotFound;": "Deno",
  "setTimeout(f, 1)": "setTimeout",
  "setInterval(f, 1)": "setInterval",
  "setImmediate(f)": "setImmediate",
  "Date.now()": "Date.now",
  "Date['now']()": "Date.now",
  "new Date()": "Date",
  "Date()": "Date",
  "use(Date)": "Date",
  "const { now } = Date;": "Date",
  "class Clock extends Date {}": "Date",
  "performance.now()": "performance",
  "Math.random()": "Math.random",
  "[1].map(Math.random)": "Math.random",
  "const { random } = Math;": "Math",
  "Math[name]()": "Math.…",
  "crypto.getRandomValues(bytes)": "crypto.getRandomValues",
  "crypto.randomUUID()": "crypto.randomUUID",
  "crypto?.randomUUID()": "crypto.randomUUID",
  "new Worker(url)": "Worker",
  "class Pool extends Worker {}": "Worker",
  "new WebSocket(url)": "WebSocket",
  "process.env": "process",
  "navigator.hardwareConcurrency": "navigator",
  "localStorage.getItem('x')": "localStorage",
  "AbortSignal.timeout(5)": "AbortSignal.timeout",
  "Temporal.Now.instant()": "Temporal.Now",
  "globalThis.fetch(url)": "fetch",
  "globalThis['fetch'](url)": "fetch",
  "globalThis?.fetch(url)": "fetch",
  "globalThis.self.window.Deno.exit()": "Deno",
  "globalThis!.Math.random()": "Math.random",
  "(globalThis as unknown as World).fetch(url)": "fetch",
  "new globalThis.Date()": "Date",
  "const { fetch } = globalThis;": "globalThis",
  "use(globalThis)": "globalThis",
  "globalThis[name]": "globalThis",
  "import { readFile } from 'node:fs/promises';": "node:fs/promises",
  "import fs from 'node:fs';": "node:fs",
  "import 'node:http';": "node:http",
  "export * from 'node:os';": "node:os",
  "export { spawn } from 'node:child_process';": "node:child_process",
  "const fs = await import('node:fs');": "node:fs",
  "import { setTimeout } from 'node:timers/promises';": "node:timers/promises",
  "import process from 'node:process';": "node:process",
  "import { randomUUID } from 'node:crypto';": "randomUUID of node:crypto",
  "import { randomInt as createHash } from 'node:crypto';": "createHash of node:crypto",
  "import { createRequire } from 'node:module';": "createRequire of node:module",
  "import crypto from 'node:crypto';": "crypto of node:crypto",
  "import * as crypto from 'node:crypto';": "crypto of node:crypto",
  "export { randomBytes } from 'node:crypto';": "node:crypto",
  "const { randomBytes } = await import('node:crypto');": "node:crypto",
};

for (const [source, name] of Object.entries(FORBIDDEN)) {
  Deno.test(`effects-at-the-edges finds ${name} in ${source}`, () => {
    assert.deepEqual(found(source), [name]);
  });
}

const ALLOWED = [
  "function f({ fetch }: Options) { return fetch(url); }",
  "function f(options: Options) { const { fetch } = options; return fetch(url); }",
  "function f({ get: fetch = other }: Options) { return () => { if (x) { fetch(url); } }; }",
  "const f = ([fetch, ...setTimeout]) => fetch(setTimeout);",
  "class A { constructor(readonly fetch: Fetch) { use(fetch); } }",
  "import { fetch } from './http.ts'; fetch(url);",
  "import process from './process.ts'; process(x);",
  "for (const process of list) use(process);",
  "for (let process = 0; process < 3; process++) use(process);",
  "try { f(); } catch (process) { use(process); }",
  "switch (x) { case 1: const process = 2; use(process); }",
  "export function prompt() { return prompt; }",
  "export class Worker {} new Worker();",
  "const self = this; use(self);",
  "host.fetch(url); host.now(); this.setTimeout(f); run.process;",
  "use({ fetch: get, Deno: 1 });",
  "class A { fetch() {} process = 1; get performance() { return 1; } }",
  "interface Host { fetch(url: string): Promise<Response>; performance: number }",
  "type Fetch = typeof fetch; type Server = Deno.HttpServer; let worker: Worker;",
  "type F = (fetch: number, process: string) => void;",
  "function f(get: typeof globalThis.fetch): Worker { return get(url); }",
  "use(worker as Worker); use(options satisfies WebSocket);",
  "import type { Stats } from 'node:fs'; import { type Dirent } from './fs.ts';",
  "export type { Stats } from 'node:fs';",
  "new Date(0); new Date(year, month); Date.UTC(1, 2); Date.parse(text); x instanceof Date;",
  "new globalThis.Date(5); globalThis.Math.max(1, 2); globalThis.isNaN(x);",
  "Math.max(1, 2); crypto.subtle.digest('SHA-256', bytes); AbortSignal.any([]);",
  "x instanceof AbortSignal;",
  "import { stripTypeScriptTypes } from 'node:module';",
  "import { createHash } from 'node:crypto'; import { join } from 'node:path';",
  "import { gunzipSync } from 'node:zlib'; export { inspect } from 'node:util';",
  "clearTimeout(timer); queueMicrotask(f); console.error(x);",
  "process: for (;;) { break process; }",
  "const fetch1 = 1; 'fetch'; `Deno`; // Deno.exit()",
];

for (const source of ALLOWED) {
  Deno.test(`effects-at-the-edges allows ${source}`, () => {
    assert.deepEqual(found(source), []);
  });
}

Deno.test("effects-at-the-edges sees past a declaration in another scope", () => {
  assert.deepEqual(found("function f(fetch: Fetch) { fetch(1); } fetch(2);"), ["fetch"]);
  assert.deepEqual(found("{ const Deno = 1; use(Deno); } Deno.exit();"), ["Deno"]);
});

Deno.test("effects-at-the-edges lets the edges of the project have effects", () => {
  for (
    const file of [
      "scripts/main.ts",
      "scripts/bench/venv.ts",
      "tests/model/train_test.ts",
      "notebooks/show.ts",
      "lib/store/folder_store.ts",
      "lib/track/journal.ts",
      "lib/deploy/kubernetes/client.ts",
      "lib/base/http.ts",
      "lib/base/local_host.ts",
      "lib/base/host.ts",
      "lib/serve/listen.ts",
      "lib/serve/page/browser/main.ts",
      "lib/model/train_worker.ts",
    ]
  ) {
    assert.deepEqual(found("Deno.exit()", file), [], file);
    assert.deepEqual(found("Deno.exit()", `./${file}`), [], file);
    assert.deepEqual(found("Deno.exit()", PROJECT + file), [], file);
  }
});

Deno.test("effects-at-the-edges takes no other file for an edge", () => {
  for (
    const file of [
      "mod.ts",
      "lib/config.ts",
      "lib/base/bytes.ts",
      "lib/base/http_error.ts",
      "lib/serve/handler.ts",
      "lib/model/listen.ts",
      "lib/model/store/x.ts",
      "lib/model/scripts/x.ts",
      "lib/steps/train_worker_test.ts",
      "/elsewhere/scripts/main.ts",
      "/elsewhere/lib/store/x.ts",
      "../scripts/main.ts",
    ]
  ) {
    assert.deepEqual(found("Deno.exit()", file), ["Deno"], file);
  }
});
