import { strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gitCommit } from "../../scripts/cli/git_commit.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const other = "f".repeat(40);

/** A folder with these files; removed in the end. */
async function folderOf(files: Readonly<Record<string, string>>) {
  const path = await Deno.makeTempDir({ prefix: "digits-git-" });
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(join(path, name, ".."), { recursive: true });
    await Deno.writeTextFile(join(path, name), text);
  }
  return {
    url: (name = "") => pathToFileURL(join(path, name) + "/"),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

for (
  const [what, files, folder] of [
    ["a branch", { ".git/HEAD": "ref: refs/heads/a/b\n", ".git/refs/heads/a/b": `${commit}\n` }],
    ["no branch", { ".git/HEAD": `${commit}\n` }],
    ["a packed branch", {
      ".git/HEAD": "ref: refs/heads/main\n",
      ".git/packed-refs": `# pack-refs\n${other} refs/heads/not-main\n${commit} refs/heads/main\n`,
    }],
    ["a linked work tree", {
      "tree/.git": "gitdir: ../main/.git/worktrees/tree\n",
      "main/.git/worktrees/tree/HEAD": "ref: refs/heads/x\n",
      "main/.git/worktrees/tree/commondir": "../..\n",
      "main/.git/refs/heads/x": `${commit}\n`,
    }, "tree"],
  ] as const
) {
  Deno.test(`gitCommit() reads the commit of ${what}`, async () => {
    await using place = await folderOf(files);
    strictEqual(await gitCommit(place.url(folder)), commit);
  });
}

Deno.test("gitCommit() knows none where there is no git, no commit, or no disk", async () => {
  await using none = await folderOf({ "README.md": "" });
  strictEqual(await gitCommit(none.url()), undefined);
  await using fresh = await folderOf({ ".git/HEAD": "ref: refs/heads/main\n" });
  strictEqual(await gitCommit(fresh.url()), undefined);
  strictEqual(await gitCommit(new URL("https://example.org/package/")), undefined);
});
