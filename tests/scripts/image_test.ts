import assert from "node:assert/strict";
import { join } from "node:path";
import {
  buildArguments,
  checkTag,
  DENO_IMAGE,
  stepOf,
} from "../../scripts/image/build_arguments.ts";
import { Desk, type Ended, ended } from "./command_line.ts";

const ID = "sha256:" + "0123456789abcdef".repeat(4);
const DIGEST = "sha256:" + "f".repeat(64);

/** What a stand-in does beside writing down how it was called. */
interface FakeEngine {
  /** Shell that decides whether it answers. */
  readonly info?: string;
  /** Shell that runs at the end of a build. */
  readonly build?: string;
  /** What it calls the image. */
  readonly name: string;
}

/** Puts stand-ins for docker and podman where the command looks for them, and nothing else. */
async function bringEngines(
  desk: Desk,
  engines: Readonly<Record<string, FakeEngine>>,
): Promise<Readonly<Record<string, string>>> {
  const bin = join(desk.path, "bin");
  await Deno.mkdir(bin);
  for (const [program, { info = "", build = "", name }] of Object.entries(engines)) {
    const digest = `${name.slice(0, name.lastIndexOf(":"))}@${DIGEST}`;
    const facts = [{ Id: ID, Size: 320e6, RepoTags: [name], RepoDigests: [digest] }];
    const base = [{ Id: ID, Size: 80e6, RepoTags: null, RepoDigests: null }];
    const script = `#!/bin/sh
PATH=/usr/bin:/bin
echo "${program} $*" >> '${join(desk.path, "calls")}'
after() { while [ "$1" != "$flag" ]; do shift; done; echo "$2"; }
case "$1" in
  info) ${info} ;;
  build)
    echo '[1/2] STEP 1/3: FROM base AS packages'
    echo 'a line of little interest'
    flag=--build-context
    case "$*" in *--build-context*) [ -s "$(after "$@" | cut -d= -f2)/deno" ] || exit 9 ;; esac
    flag=--iidfile
    printf %s '${ID}' > "$(after "$@")"
    ${build} ;;
  image) case "$3" in *base*) echo '${JSON.stringify(base)}' ;; *) echo '${
      JSON.stringify(facts)
    }' ;; esac ;;
  push) flag=--digestfile; case "$*" in *--digestfile*) printf %s '${DIGEST}' > "$(after "$@")" ;; esac ;;
esac
exit 0
`;
    await Deno.writeTextFile(join(bin, program), script, { mode: 0o755 });
  }
  return { PATH: bin, SSL_CERT_FILE: "", DENO_CERT: "", DIGITS_IMAGE: "" };
}

async function image(
  desk: Desk,
  env: Readonly<Record<string, string>>,
  ...flags: readonly string[]
): Promise<Ended> {
  return await ended(desk.start(["image", ...flags], env));
}

async function callsOf(desk: Desk): Promise<readonly string[]> {
  return (await Deno.readTextFile(join(desk.path, "calls"))).trim().split("\n");
}

const envFile = async (desk: Desk) => await Deno.readTextFile(join(desk.path, ".env"));

Deno.test("image builds with the engine that answers, and sets DIGITS_IMAGE among the settings", async () => {
  await using desk = new Desk();
  const env = await bringEngines(desk, {
    docker: { info: "echo 'no daemon here' >&2; exit 1", name: "unused:1" },
    podman: { name: "localhost/digits-recognizer:0123456789ab" },
  });
  await Deno.writeTextFile(
    join(desk.path, ".env"),
    "# mine\nDIGITS_IMAGE=older:1\nMINIO_BUCKET=mine\n",
  );
  const { code, stdout, stderr } = await image(desk, env, "--base", "my-base:1");
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "localhost/digits-recognizer:0123456789ab\n");
  assert.match(stderr, /^\[1\/2\] STEP 1\/3: FROM base AS packages$/m);
  assert.doesNotMatch(stderr, /little interest/);
  assert.match(stderr, /320 MB, 240 MB of them above my-base:1$/m);
  assert.ok(stderr.includes(ID));
  assert.equal(
    await envFile(desk),
    "# mine\nMINIO_BUCKET=mine\nDIGITS_IMAGE=localhost/digits-recognizer:0123456789ab\n",
  );
  const calls = await callsOf(desk);
  assert.deepEqual(calls.slice(0, 2), ["docker info", "podman info"]);
  const [build, tag] = calls.slice(2);
  assert.match(build!, / --build-arg BASE_IMAGE=my-base:1 /);
  assert.match(build!, / --build-arg VERSION=\d+\.\d+\.\d+ --build-arg REVISION=/);
  assert.doesNotMatch(build!, /certificates/);
  // Another content must have another name, as Kubeflow's cache goes by names.
  assert.equal(tag, `podman tag ${ID} digits-recognizer:0123456789ab`);
});

Deno.test("image --push sets DIGITS_IMAGE to the name by digest", async (t) => {
  for (const engine of ["docker", "podman"]) {
    await t.step(engine, async () => {
      await using desk = new Desk();
      const tag = "registry.example:5000/team/digits:1.2";
      const env = await bringEngines(desk, { [engine]: { name: tag } });
      const { code, stdout, stderr } = await image(desk, env, "--tag", tag, "--push");
      assert.equal(code, 0, stderr);
      const name = `registry.example:5000/team/digits@${DIGEST}`;
      assert.equal(stdout, `${name}\n`);
      assert.equal(await envFile(desk), `DIGITS_IMAGE=${name}\n`);
    });
  }
});

Deno.test("image --notebook builds the steps' image and a notebook server on it, and sets nothing", async () => {
  await using desk = new Desk();
  const env = await bringEngines(desk, { podman: { name: "localhost/some:1" } });
  const { code, stdout, stderr } = await image(desk, env, "--notebook", "--tag", "books:1");
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "books:1\n");
  assert.equal(await desk.has(".env"), false);
  const builds = (await callsOf(desk)).filter((call) => call.startsWith("podman build"));
  assert.equal(builds.length, 2);
  assert.match(
    builds[1]!,
    / --file \S+\/deploy\/notebook\/Containerfile .*STEPS_IMAGE=digits-recognizer:0123456789ab /,
  );
});

Deno.test("image says what keeps docker and podman from building", async () => {
  await using desk = new Desk();
  const env = await bringEngines(desk, {
    docker: { info: "echo 'Cannot connect to the daemon' >&2; exit 1", name: "unused:1" },
  });
  const { code, stderr } = await image(desk, env);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /Cannot build an image: docker does not answer \(Cannot connect to the daemon\); podman is not installed\. Install and start docker or podman$/m,
  );
});

Deno.test("image shows the end of a build that fails, and leaves the settings alone", async () => {
  await using desk = new Desk();
  const env = await bringEngines(desk, {
    podman: { build: "echo 'no space left on device' >&2; exit 1", name: "unused:1" },
  });
  const { code, stdout, stderr } = await image(desk, env);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(
    stderr,
    /^error: Cannot build .*Containerfile.*\n(?:.*\n)*no space left on device$/m,
  );
  assert.equal(await desk.has(".env"), false);
});

Deno.test("image refuses a name without a tag before it builds", async () => {
  await using desk = new Desk();
  const { code, stderr } = await image(desk, { PATH: desk.path }, "--tag", "digits");
  assert.equal(code, 2);
  assert.match(stderr, /--tag takes a name with a tag.*: got "digits"$/m);
});

Deno.test("checkTag() takes what a registry takes", () => {
  for (const tag of ["digits:1", "localhost/digits:v1.2", "registry.example:5000/a/b-c_d:X.y-Z"]) {
    assert.equal(checkTag(tag), tag);
  }
  for (
    const tag of ["digits", "Digits:1", "digits:", "a b:1", `digits@${DIGEST}`, "-f:1", "a:.b"]
  ) {
    assert.throws(() => checkTag(tag), /--tag takes a name with a tag/, tag);
  }
});

Deno.test("buildArguments() leaves out what is not given", () => {
  const plan = { containerfile: "C", context: ".", idFile: "id", values: { A: "1", B: undefined } };
  const start = ["build", "--file", "C", "--iidfile", "id", "--build-arg", "A=1"];
  assert.deepEqual(buildArguments(plan), [...start, "."]);
  const all = { ...plan, denoFolder: "/d", certificates: "/c.pem", platform: "linux/arm64" };
  assert.deepEqual(buildArguments(all), [
    ...start,
    ...["--build-context", `${DENO_IMAGE}=/d`],
    ...["--secret", "id=certificates,src=/c.pem"],
    ...["--platform", "linux/arm64"],
    ".",
  ]);
});

Deno.test("stepOf() knows the steps of docker and podman", () => {
  assert.equal(stepOf("[2/3] STEP 4/5: COPY lib lib"), "[2/3] STEP 4/5: COPY lib lib");
  assert.equal(stepOf("STEP 1/2: FROM base"), "STEP 1/2: FROM base");
  assert.equal(stepOf("#8 [packages 3/6] WORKDIR /app"), "[packages 3/6] WORKDIR /app");
  assert.equal(stepOf("#8 DONE 0.1s"), undefined);
});

Deno.test("The Containerfile takes Deno from where a folder can stand in for it", async () => {
  const text = await Deno.readTextFile(new URL("../../Containerfile", import.meta.url));
  assert.ok(text.includes(`COPY --from=${DENO_IMAGE} /deno `));
});
