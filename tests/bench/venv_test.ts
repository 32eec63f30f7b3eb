import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { UnavailableError } from "../../lib/base/errors.ts";
import { makeVenv, type RunProgram } from "../../scripts/bench/venv.ts";

const PACKAGES = { packages: ["a==1.0", "b==2.0"], downloadSize: "3 MB" };

/** Stands for Python: makes what `venv` makes, fails where it is told to, and writes down how it was called. */
function fakePython(failing: "" | "venv" | "pip" = "", output = ""): {
  readonly calls: string[][];
  readonly run: RunProgram;
} {
  const calls: string[][] = [];
  return {
    calls,
    async run(program, args) {
      calls.push([program, ...args]);
      if (args[1] === failing) return { success: false, output };
      if (args[1] === "venv") await Deno.mkdir(args[2]!, { recursive: true });
      return { success: true, output: "" };
    },
  };
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    await test(join(home, "venv-x"));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function refuses(made: Promise<string>, message: string): Promise<void> {
  await assert.rejects(made, (error) => {
    assert(error instanceof UnavailableError);
    assert.equal(error.message, message);
    return true;
  });
}

Deno.test("makeVenv() makes an environment, installs the packages and says so", () =>
  inFolder(async (folder) => {
    const { calls, run } = fakePython();
    const said: string[] = [];
    const own = await makeVenv(folder, { ...PACKAGES, run, onProgress: (line) => said.push(line) });
    assert.equal(dirname(dirname(own)), folder);
    assert.deepEqual(calls.map(([program, , module]) => [program, module]), [
      ["python3", "venv"],
      [own, "pip"],
    ]);
    assert.deepEqual(calls[1]!.slice(-2), ["a==1.0", "b==2.0"]);
    assert.deepEqual(said, [`Installing a==1.0, b==2.0 into ${folder} (3 MB to download)`]);
  }));

Deno.test("makeVenv() uses a complete environment again, and makes one with other packages anew", () =>
  inFolder(async (folder) => {
    const { calls, run } = fakePython();
    const own = await makeVenv(folder, { ...PACKAGES, run });
    assert.equal(await makeVenv(folder, { ...PACKAGES, run }), own);
    assert.equal(calls.length, 2);
    await Deno.writeTextFile(join(folder, "old"), "");
    await makeVenv(folder, { ...PACKAGES, packages: ["a==1.1"], python: "python3.12", run });
    assert.deepEqual(calls.slice(2).map(([program, , module]) => [program, module]), [
      ["python3.12", "venv"],
      [own, "pip"],
    ]);
    await assert.rejects(Deno.stat(join(folder, "old")), Deno.errors.NotFound);
  }));

Deno.test("makeVenv() starts again where an environment was left half-made", () =>
  inFolder(async (folder) => {
    const output =
      "Collecting a==1.0\nERROR: No matching distribution found for a==1.0\nnotice: x\n";
    await refuses(
      makeVenv(folder, { ...PACKAGES, ...fakePython("pip", output) }),
      "Cannot install a==1.0, b==2.0: No matching distribution found for a==1.0",
    );
    const { calls, run } = fakePython();
    await makeVenv(folder, { ...PACKAGES, run });
    assert.equal(calls.length, 2);
  }));

Deno.test("makeVenv() says what is missing: Python, or its venv", () =>
  inFolder(async (folder) => {
    await refuses(
      makeVenv(folder, {
        ...PACKAGES,
        python: "no-such-python",
        run: () => Promise.reject(new Deno.errors.NotFound()),
      }),
      "Cannot make a Python environment as there is no no-such-python: install Python 3.10 to 3.13",
    );
    await refuses(
      makeVenv(folder, { ...PACKAGES, ...fakePython("venv", "apt install python3-venv\n\n") }),
      "Cannot make a Python environment: apt install python3-venv",
    );
    await refuses(
      makeVenv(folder, { ...PACKAGES, ...fakePython("venv", "") }),
      "Cannot make a Python environment: it says nothing",
    );
  }));

Deno.test("makeVenv() stops when its signal is aborted, and leaves nothing that looks complete", () =>
  inFolder(async (folder) => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const { run } = fakePython();
    const stopping: RunProgram = (program, args, options) => {
      if (args[1] === "pip") stop.abort(reason);
      return run(program, args, options);
    };
    const options = { ...PACKAGES, signal: stop.signal, run: stopping };
    await assert.rejects(makeVenv(folder, options), reason);
    const { calls, run: again } = fakePython();
    await makeVenv(folder, { ...PACKAGES, run: again });
    assert.equal(calls.length, 2);
  }));
