import assert from "node:assert/strict";
import { join } from "node:path";
import { EditedModules } from "../../scripts/notebook/edited_modules.ts";

Deno.test("EditedModules tells of an edit once, and of the next one again", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const edit = async (path: string, at: number) => {
      await Deno.writeTextFile(join(folder, path), "export {};");
      await Deno.utime(join(folder, path), at / 1000, at / 1000);
    };
    await Deno.mkdir(join(folder, "lib/steps"), { recursive: true });
    await edit("mod.ts", 1_000_000);
    await edit("lib/steps/train.ts", 1_000_000);
    await edit("lib/notes.md", 9_000_000);
    const modules = new EditedModules(folder, 2_000_000);
    assert.equal(await modules.notice(), undefined);
    await edit("lib/steps/train.ts", 3_000_000);
    assert.equal(
      await modules.notice(),
      "lib/steps/train.ts was edited while this kernel runs: what it has imported stays as it " +
        "was until you restart the kernel",
    );
    assert.equal(await modules.notice(), undefined);
    await edit("mod.ts", 4_000_000);
    await edit("lib/steps/train.ts", 4_000_000);
    assert.match(await modules.notice() ?? "", /^mod\.ts and 1 more were edited/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("EditedModules has nothing to say of a folder without modules", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assert.equal(await new EditedModules(folder, 0).notice(), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
