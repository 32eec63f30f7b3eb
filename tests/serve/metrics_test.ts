import assert from "node:assert/strict";
import { Histogram, histogramText, metricText } from "../../lib/serve/metric_text.ts";
import { Metrics } from "../../lib/serve/metrics.ts";
import type { RequestReport } from "../../lib/serve/observer.ts";

const report: RequestReport = {
  protocol: "v2",
  model: "digits",
  version: "3",
  status: 200,
  images: 2,
  cameAt: 0,
  readAt: 1,
  predictedAt: 3,
  answeredAt: 3.5,
};

function metricsOf(): Metrics {
  return new Metrics({
    now: () => 0,
    usage: () => ({ cpuSeconds: 1.5, residentBytes: 1e8, startedAt: 1.8e9 }),
  });
}

/** Every sample, by name and labels. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => {
    const at = line.lastIndexOf(" ");
    return [line.slice(0, at), Number(line.slice(at + 1))];
  }));
}

Deno.test("a histogram counts each value in every bucket that holds it", () => {
  const histogram = new Histogram([1, 10]);
  for (const value of [0, 1, 1.5, 10, 11]) histogram.observe(value);
  assert.equal(
    histogramText("h", "Help", [[{ model: "a" }, histogram]]),
    [
      "# HELP h Help",
      "# TYPE h histogram",
      'h_bucket{model="a",le="1"} 2',
      'h_bucket{model="a",le="10"} 4',
      'h_bucket{model="a",le="+Inf"} 5',
      'h_sum{model="a"} 23.5',
      'h_count{model="a"} 5',
      "",
    ].join("\n"),
  );
});

Deno.test("metricText() escapes what would end a label", () => {
  assert.equal(
    metricText("gauge", "g", "Help", [{ labels: { l: 'a"b\\c\nd' }, value: 1 }]),
    '# HELP g Help\n# TYPE g gauge\ng{l="a\\"b\\\\c\\nd"} 1\n',
  );
});

Deno.test("Metrics counts requests by protocol, model and status, and times the good ones", () => {
  const metrics = metricsOf();
  metrics.answered(report);
  metrics.answered({ ...report, protocol: "grpc" });
  metrics.answered({ ...report, status: 400, images: 0 });
  metrics.answered({ ...report, status: 404, model: "", version: "" });
  const samples = samplesOf(metrics.text());
  const answered = (labels: string) => samples.get(`digits_requests_total{${labels}}`);
  assert.equal(answered('protocol="v2",model_name="digits",status="200"'), 1);
  assert.equal(answered('protocol="v2",model_name="digits",status="400"'), 1);
  assert.equal(answered('protocol="v2",model_name="",status="404"'), 1);
  assert.equal(answered('protocol="grpc",model_name="digits",status="200"'), 1);
  const model = '{model_name="digits"}';
  assert.equal(samples.get(`request_preprocess_seconds_sum${model}`), 0.002);
  assert.equal(samples.get(`request_predict_seconds_sum${model}`), 0.004);
  assert.equal(samples.get(`request_postprocess_seconds_sum${model}`), 0.001);
  assert.equal(samples.get(`request_predict_seconds_count${model}`), 2);
  assert.equal(samples.get(`digits_images_total${model}`), 4);
});

Deno.test("Metrics tells batches, the queue, the version in service, and the process", () => {
  const metrics = metricsOf();
  metrics.batch(3, 7);
  const about = { name: "digits", seconds: 1, known: 20, right: 20 };
  metrics.modelEvent({ type: "loaded", ...about, version: "1" });
  metrics.modelEvent({ type: "in-service", name: "digits", version: "1", before: null });
  metrics.modelEvent({ type: "failed", name: "digits", version: "2", error: new Error() });
  metrics.modelEvent({ type: "in-service", name: "digits", version: "3", before: "1" });
  metrics.modelEvent({ type: "unloaded", name: "digits", version: "1" });
  const samples = samplesOf(metrics.text());
  assert.equal(samples.get('digits_batch_images_bucket{le="4"}'), 1);
  assert.equal(samples.get("digits_queue_images"), 7);
  assert.equal(samples.get('digits_model_info{model_name="digits",version="3"}'), 1);
  assert.equal(samples.has('digits_model_info{model_name="digits",version="1"}'), false);
  assert.equal(
    samples.get('digits_model_loads_total{model_name="digits",outcome="failed"}'),
    1,
  );
  assert.equal(samples.get("process_cpu_seconds_total"), 1.5);
  metrics.modelEvent({ type: "unloaded", name: "digits", version: "3" });
  assert.doesNotMatch(metrics.text(), /^digits_model_info\{/m);
});

Deno.test("GET /metrics answers in Prometheus's format, and other methods get 405", async () => {
  const routes = metricsOf().routes();
  const response = await routes.request("/metrics");
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.match(await response.text(), /^# HELP digits_requests_total /);
});
