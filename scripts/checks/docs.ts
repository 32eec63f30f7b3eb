/**
 * Documentation lint, with one exception: components and pipelines have no
 * written-out type. Their one literal is their type, which is what they are for.
 *
 * @module
 */
const INFERRED = /\/\w+_(?:step|pipeline)\.ts:/;

if (import.meta.main) {
  const { stderr } = await new Deno.Command("deno", {
    args: [
      "doc",
      "--lint",
      "mod.ts",
      "lib/pipeline/mod.ts",
      "lib/track/mlflow/mod.ts",
      "lib/show/mod.ts",
      "lib/deploy/kserve/mod.ts",
      "lib/deploy/kubeflow/mod.ts",
    ],
    env: { NO_COLOR: "1" },
    stdout: "null",
  }).output();
  const problems = new TextDecoder().decode(stderr).split(/\n(?=error)/)
    .filter((text) => text.startsWith("error["))
    .filter((text) => !(text.startsWith("error[missing-explicit-type]") && INFERRED.test(text)));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) Deno.exit(1);
}
