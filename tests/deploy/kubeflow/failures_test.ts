import assert from "node:assert/strict";
import { join } from "node:path";
import { KubeflowClient, KubeflowError } from "../../../lib/deploy/kubeflow/mod.ts";
import { fakeHost } from "../../base/fake_host.ts";
import { type Answer, answerWith, testServer } from "../../base/test_server.ts";
import { refusal, uploadError } from "./fake_kubeflow.ts";
import { openClient } from "./open_client.ts";

/** What a failing call says behind `Kubeflow Pipelines at …: `. */
async function reasonOf(
  answer: Answer,
  options: Parameters<typeof openClient>[1] = {},
): Promise<string> {
  await using open = await openClient({ fault: () => answer }, options);
  try {
    await open.client.experiments.get("e");
  } catch (error) {
    assert.ok(error instanceof KubeflowError);
    return error.message.split(`${open.server.url}: `)[1]!;
  }
  throw new Error("It did not fail");
}

Deno.test("A refusal of the API is told with its status", async () => {
  assert.equal(
    await reasonOf(refusal(3, "Invalid input error: Experiment name is empty")),
    "Invalid input error: Experiment name is empty (INVALID_ARGUMENT)",
  );
});

Deno.test("Of a stack trace only the first line is told", async () => {
  const message = "InternalServerError: Failed to create a run: template: bad\n" +
    "github.com/kubeflow/pipelines/backend/src/common/util.NewInternalServerError\n" +
    "\t/go/src/error.go:142\n".repeat(1000); // longer than what is kept of an error
  assert.equal(
    await reasonOf(refusal(13, message)),
    "InternalServerError: Failed to create a run: template: bad (INTERNAL): the log of its API " +
      "server may say more",
  );
});

Deno.test("A refusal of an upload is told", async () => {
  assert.equal(
    await reasonOf(uploadError(400, "Failed to read a pipeline spec file")),
    "Failed to read a pipeline spec file (INVALID_ARGUMENT)",
  );
});

Deno.test("A refusal in plain text is told", async () => {
  assert.equal(
    await reasonOf(answerWith(400, "Invalid input error: Namespace is required\n")),
    "Invalid input error: Namespace is required (INVALID_ARGUMENT)",
  );
});

Deno.test("A used up quota is told with what to do", async () => {
  assert.match(
    await reasonOf(refusal(13, 'workflows "x" is forbidden: exceeded quota: compute')),
    /^the namespace's quota is used up: free some of it or ask for more \(workflows/,
  );
});

Deno.test("A missing login is told with what to set", async () => {
  assert.match(
    await reasonOf(refusal(16, "Request header error: there is no user identity header.", 401)),
    /^it wants a login: set KFP_TOKEN, or KFP_HEADERS with your session's cookie \(Request/,
  );
});

Deno.test("An expired token is told, and never shown", async () => {
  const reason = await reasonOf(answerWith(401, "Jwt s3cr3t-t0k3n is expired"), {
    auth: { kind: "bearer", token: "s3cr3t-t0k3n" },
  });
  assert.equal(
    reason,
    "it does not accept the token, which may have expired: renew KFP_TOKEN (Jwt … is expired)",
  );
});

Deno.test("A session's cookie is never shown", async () => {
  const reason = await reasonOf(answerWith(401, "bad session MTY5abc"), {
    auth: { kind: "headers", headers: { cookie: "authservice_session=MTY5abc" } },
  });
  assert.equal(
    reason,
    "it does not accept the login, which may have expired: renew KFP_HEADERS (bad session …)",
  );
});

Deno.test("A forbidden namespace is told with what to do", async () => {
  assert.match(
    await reasonOf(refusal(7, "User 'ada' is not authorized", 403)),
    /^the login may not do this: ask for the right in that namespace, or set K8S_NAMESPACE to/,
  );
});

Deno.test("A login page is told as what it is", async () => {
  assert.equal(
    await reasonOf(answerWith(200, "<!doctype html><title>Log in</title>")),
    "the answer is a web page, maybe a login: it wants a login: set KFP_TOKEN, or KFP_HEADERS " +
      "with your session's cookie, or check KFP_ENDPOINT",
  );
});

Deno.test("Who leads to a login elsewhere is not followed, as our headers are for Kubeflow alone", async () => {
  const asked: string[] = [];
  await using login = await testServer((request, response) => {
    asked.push(request.url!);
    response.end("<!doctype html><title>Log in</title>");
  });
  const reason = await reasonOf(answerWith(302, "", { location: `${login.url}auth?state=1` }), {
    auth: { kind: "headers", headers: { "x-auth-token": "t0k3n" } },
  });
  assert.equal(
    reason,
    "it leads to another address, as a login does: it does not accept the login, which may have " +
      "expired: renew KFP_HEADERS, or check KFP_ENDPOINT (http or https?)",
  );
  assert.deepEqual(asked, []);
});

Deno.test("Another server is told as what it is", async () => {
  assert.equal(
    await reasonOf(answerWith(200, "It works!")),
    "the answer is not Kubeflow's: check KFP_ENDPOINT",
  );
  assert.match(
    await reasonOf(answerWith(404, "<html>nginx</html>")),
    /^there is no such call there: check the host, port and path of KFP_ENDPOINT/,
  );
});

Deno.test("An answer of another shape is told by its place", async () => {
  assert.equal(
    await reasonOf(answerWith(200, '{"experiment_id": 7}')),
    "in its answer, experiment_id must be string, got 7",
  );
});

Deno.test("A server that is not there is told with what to do", async () => {
  await using host = await fakeHost();
  const endpoint = await (async () => {
    await using server = await testServer(answerWith(200));
    return server.url.replace(/\/$/, "");
  })();
  const client = new KubeflowClient({ endpoint, host, attempts: 2 });
  await assert.rejects(client.health(), {
    code: "NO_ANSWER",
    retryable: true,
    message: `Cannot ask for the health of Kubeflow Pipelines at ${endpoint}: nothing ` +
      "listens there: start the port-forward (kubectl port-forward -n kubeflow " +
      "svc/ml-pipeline-ui 8080:80), or check KFP_ENDPOINT",
  });
  assert.equal(host.waits.length, 1);
});

Deno.test("A slow server is given up after the time-out", async () => {
  await using host = await fakeHost();
  await using open = await openClient({ fault: () => () => {} }, {
    host,
    timeoutMs: 30_000,
    attempts: 1,
  });
  const asked = assert.rejects(open.client.health(), { code: "NO_ANSWER" });
  await host.expire(30_000);
  await asked;
});

Deno.test("The token in a pod is read again for every request", async () => {
  await using host = await fakeHost();
  const path = join(host.cacheFolder, "token");
  await host.disk.write(path, new TextEncoder().encode("first\n"));
  await using open = await openClient({}, { host, auth: { kind: "in-cluster", path } });
  await open.client.health();
  await host.disk.write(path, new TextEncoder().encode("second\n"));
  await open.client.health();
  const sent = open.server.calls.map(({ headers }) => headers.authorization);
  assert.deepEqual(sent, ["Bearer first", "Bearer second"]);
});

Deno.test("A pod without a token is told what to do", async () => {
  await using open = await openClient({}, {
    auth: { kind: "in-cluster", path: "/nowhere/token" },
  });
  await assert.rejects(open.client.health(), /there is no token in \/nowhere\/token: let the pod/);
});

Deno.test("Headers are sent as they are", async () => {
  await using open = await openClient({}, {
    auth: { kind: "headers", headers: { "kubeflow-userid": "ada@example.com" } },
  });
  await open.client.health();
  assert.equal(open.server.calls[0]!.headers["kubeflow-userid"], "ada@example.com");
});

Deno.test("A call can be given up", async () => {
  await using open = await openClient({ fault: () => () => {} });
  const controller = new AbortController();
  const asked = open.client.health({ signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(asked, { message: "enough" });
});
