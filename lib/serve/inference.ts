/**
 * The way of every request for predictions: bytes, pictures, probabilities, answer.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { imageSize } from "../digits/digits.ts";
import { readBody } from "./body.ts";
import type { InferenceRoute } from "./inference_route.ts";
import { NumberScanner } from "./number_scanner.ts";
import type { RequestObserver, RequestReport } from "./observer.ts";
import type { PredictOptions, Predictor } from "./predictor.ts";
import type { ModelLookup } from "./repository.ts";
import { RequestError } from "./request_error.ts";
import { parseV1Request, toPredictions } from "./v1.ts";
import { encodeInferAnswer } from "./v2_answer.ts";
import { parseInferRequest } from "./v2_request.ts";

/** What answers, and within which bounds. */
export interface InferenceOptions {
  readonly models: ModelLookup;
  /** Larger bodies are refused. */
  readonly maxBodyBytes: number;
  /** Told of each request. */
  readonly observer: RequestObserver;
  /** Makes an answer of what went wrong. */
  readonly refuse: (error: unknown) => Response;
}

/** Pictures, and what becomes of their probabilities. */
interface Question {
  readonly images: Uint8Array | Float32Array;
  readonly answer: (probabilities: Float32Array) => Response;
}

const JSON_LENGTH = "inference-header-content-length";

// Lists: Deno 2.9 loses headers that were given as an object when a response is cloned.
const JSON_TYPE: [string, string] = ["content-type", "application/json"];
const BINARY_TYPE: [string, string] = ["content-type", "application/octet-stream"];
const JSON_ANSWER = { headers: [JSON_TYPE] };

/** Makes what answers requests for predictions. It never rejects. */
export function inferenceHandler(
  { models, maxBodyBytes, observer, refuse }: InferenceOptions,
): (request: Request, route: InferenceRoute) => Promise<Response> {
  const scanner = new NumberScanner();

  function readQuestion(
    body: Uint8Array,
    model: Predictor,
    { protocol, jsonLength }: { protocol: "v1" | "v2"; jsonLength: string | null },
  ): Question {
    const { imageShape, classNames } = model;
    try {
      if (protocol === "v1") {
        const images = parseV1Request(body, { imageShape, scanner });
        return { images, answer: (probabilities) => v1Answer(probabilities, classNames) };
      }
      const { images, ...wanted } = parseInferRequest(body, { imageShape, jsonLength, scanner });
      return { images, answer: (probabilities) => v2Answer(probabilities, { model, ...wanted }) };
    } catch (error) {
      throw error instanceof DataError ? new RequestError(400, error.message) : error;
    }
  }

  return async (request, { protocol, model: name, version }) => {
    const jsonLength = protocol === "v2" ? request.headers.get(JSON_LENGTH) : null;
    const report = new InferenceReport(jsonLength === null ? protocol : "v2-binary", observer);
    let response: Response;
    try {
      const body = await readBody(request, maxBodyBytes);
      using model = models.find(name, version);
      const { predictor } = model;
      report.found(predictor);
      const { images, answer } = readQuestion(body, predictor, { protocol, jsonLength });
      report.read(images.length / imageSize(predictor.imageShape));
      const { probabilities } = await predictor.predict(images, new Client(request));
      report.predicted();
      response = answer(probabilities);
    } catch (error) {
      response = refuse(error);
    }
    report.answered(response.status);
    return response;
  };
}

function v1Answer(probabilities: Float32Array, classNames: readonly string[]): Response {
  const predictions = toPredictions(probabilities, classNames);
  return new Response(JSON.stringify({ predictions }), JSON_ANSWER);
}

function v2Answer(
  probabilities: Float32Array,
  options: Parameters<typeof encodeInferAnswer>[1],
): Response {
  const { body, jsonLength } = encodeInferAnswer(probabilities, options);
  if (jsonLength === undefined) return new Response(body, JSON_ANSWER);
  return new Response(body, { headers: [BINARY_TYPE, [JSON_LENGTH, String(jsonLength)]] });
}

/**
 * Who waits for the answer. A request's signal takes as long to make as a picture to read:
 * it is made when somebody asks for it. In a class, as a literal with a getter makes a new
 * hidden class each time, which all survive until the next full garbage collection.
 */
class Client implements PredictOptions {
  readonly #request: Request;

  constructor(request: Request) {
    this.#request = request;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }
}

/** What is told of a request, as far as it got. */
export class InferenceReport {
  readonly #protocol: RequestReport["protocol"];
  readonly #observer: RequestObserver;
  readonly #cameAt: number;
  #predictor: Pick<Predictor, "name" | "version"> = { name: "", version: "" };
  #images = 0;
  #readAt: number | undefined;
  #predictedAt: number | undefined;

  constructor(protocol: RequestReport["protocol"], observer: RequestObserver) {
    this.#protocol = protocol;
    this.#observer = observer;
    this.#cameAt = observer.now();
  }

  found(predictor: Predictor): void {
    this.#predictor = predictor;
  }

  read(images: number): void {
    this.#images = images;
    this.#readAt = this.#observer.now();
  }

  predicted(): void {
    this.#predictedAt = this.#observer.now();
  }

  answered(status: number): void {
    const answeredAt = this.#observer.now();
    this.#observer.answered({
      protocol: this.#protocol,
      model: this.#predictor.name,
      version: this.#predictor.version,
      status,
      images: this.#images,
      cameAt: this.#cameAt,
      readAt: this.#readAt ?? answeredAt,
      predictedAt: this.#predictedAt ?? answeredAt,
      answeredAt,
    });
  }
}
