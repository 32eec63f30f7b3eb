/** `deno task notebook`, as a reader starts it. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readLines } from "../../scripts/bench/line_process.ts";
import { installJupyterLab } from "../../scripts/notebook/jupyterlab.ts";
import { freePort } from "../../scripts/services/ports.ts";
import { Folder } from "../notebook/cells.ts";
import { browser } from "./page_browser.ts";

const MAIN = fileURLToPath(new URL("../../scripts/main.ts", import.meta.url));

/** JupyterLab with all its own folders in one, until it is disposed of. */
async function openLab(folder: string, env: Readonly<Record<string, string>> = {}) {
  await installJupyterLab();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", MAIN, "notebook", "--no-browser", "--port", String(freePort())],
    env: {
      JUPYTER_DATA_DIR: `${folder}/data`,
      JUPYTER_RUNTIME_DIR: `${folder}/runtime`,
      JUPYTER_CONFIG_DIR: `${folder}/config`,
      NO_COLOR: "1",
      ...env,
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said: string[] = [];
  const lines = readLines(child.stderr);
  let url: string | undefined;
  while (url === undefined) {
    const { done, value } = await lines.next();
    if (done) throw new Error(said.join("\n"));
    said.push(value);
    url = value.match(/http:\/\/127\.0\.0\.1:\S+/)?.[0];
  }
  return {
    url: new URL(url),
    async interrupt() {
      child.kill("SIGINT");
      for await (const line of lines) said.push(line);
      return { code: (await child.status).code, said };
    },
  };
}

Deno.test("deno task notebook opens JupyterLab with our kernel, and Ctrl-C ends it", async () => {
  await using folder = new Folder();
  const lab = await openLab(folder.path);
  try {
    await using context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(lab.url.href);
    await page.getByTitle("Deno (Digits Recognizer)").first().waitFor({ timeout: 60_000 });
    const names = page.locator(".jp-DirListing-itemName");
    await names.filter({ hasText: "MNIST Digit Recognition.ipynb" }).waitFor();
  } finally {
    const { code, said } = await lab.interrupt();
    assert.equal(code, 130, said.join("\n"));
  }
});

Deno.test("deno task notebook answers below Kubeflow's NB_PREFIX, without a login of its own", async () => {
  await using folder = new Folder();
  const prefix = "/notebook/ann/digits";
  const lab = await openLab(folder.path, { NB_PREFIX: prefix });
  try {
    const specs = await fetch(new URL(`${prefix}/api/kernelspecs`, lab.url));
    assert.equal(specs.status, 200);
    assert("digits-recognizer" in (await specs.json()).kernelspecs);
  } finally {
    await lab.interrupt();
  }
});
