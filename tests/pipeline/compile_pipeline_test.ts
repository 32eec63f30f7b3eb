import { ok, throws } from "node:assert/strict";
import { compilePipeline } from "../../lib/pipeline/compile_pipeline.ts";
import { defineComponent } from "../../lib/pipeline/component.ts";
import { pipelineYaml } from "../../lib/pipeline/ir/pipeline_text.ts";
import { definePipeline } from "../../lib/pipeline/pipeline.ts";
import { integer } from "../../lib/pipeline/port.ts";

const image = "example.com/steps:1";

function pipelineOf(run: (inputs: { readonly x: number }) => { readonly y: number }) {
  const component = defineComponent({
    name: "change",
    description: "Changes a number",
    inputs: { x: integer("What to change") },
    outputs: { y: integer("What came of it") },
    run,
  });
  return definePipeline({
    name: "changes",
    description: "Changes a number",
    params: { x: integer("What to change") },
    build: ({ x }, { step }) => ({ y: step(component, { x }).y }),
  });
}

Deno.test("compilePipeline() brings components along, unless the image has them", () => {
  const pipeline = pipelineOf(({ x }) => ({ y: x + 4_711 }));
  ok(pipelineYaml(compilePipeline(pipeline, { image })).includes("x + 4_711"));
  const named = compilePipeline(pipeline, { image, inImage: () => true });
  ok(!pipelineYaml(named).includes("4_711"));
});

Deno.test("compilePipeline() refuses a component whose body needs what is not part of it", () => {
  const step = Number("3");
  throws(
    () => compilePipeline(pipelineOf(({ x }) => ({ y: x + step })), { image }),
    /"change".*"?step"?/,
  );
});
