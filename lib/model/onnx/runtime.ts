import type { InferenceSession, Tensor } from "onnxruntime-node";
import { messageOf, UnavailableError } from "../../base/errors.ts";
import { refuseTelemetry } from "../../base/telemetry_host.ts";
import { GraphBuilder } from "./graph_builder.ts";
import { withOwnGlobals } from "./own_globals.ts";

/** ONNX Runtime in one of its two forms. */
export interface Runtime {
  /** Its package and version, such as `onnxruntime-node 1.30.0`. */
  readonly description: string;
  readonly form: RuntimeForm;
  /** Threads for one run. */
  readonly threads: number;
  /** A tensor on this very array: what is written to the array later is in the tensor. */
  tensor(data: TensorData, dims: readonly number[]): Tensor;
  /** Makes a model ready to run, on `threads` or fewer. */
  open(onnx: Uint8Array, options?: { readonly threads?: number }): Promise<Session>;
}

/** Native code, or WebAssembly where that can't be loaded. */
export type RuntimeForm = "native" | "wasm";

/** The arrays we make tensors of. */
export type TensorData = Float32Array | Uint8Array | Uint16Array;

/** Named tensors. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A model that is ready to run. */
export interface Session extends AsyncDisposable {
  readonly inputs: readonly InferenceSession.ValueMetadata[];
  readonly outputs: readonly InferenceSession.ValueMetadata[];
  /** Computes the named outputs into these tensors' arrays. */
  run(inputs: Tensors, outputs: Tensors): Promise<void>;
}

/**
 * Loads ONNX Runtime.
 *
 * @param form `auto` takes WebAssembly where the native code can't be loaded
 * @throws {UnavailableError} when it can't be loaded in that form
 */
export async function loadRuntime(form: RuntimeForm | "auto", threads: number): Promise<Runtime> {
  if (form !== "wasm") {
    try {
      return await checked(loadNative(threads));
    } catch (error) {
      if (form === "native") {
        throw new UnavailableError(
          `Cannot load onnxruntime-node as ${messageOf(error)}: choose the runtime "wasm"`,
          { cause: error },
        );
      }
    }
  }
  try {
    return await withOwnGlobals(() => checked(loadWasm()));
  } catch (error) {
    throw new UnavailableError(`Cannot load onnxruntime-web: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** A library may load and yet fail as soon as it is to do something. */
async function checked(loading: Promise<Runtime>): Promise<Runtime> {
  const runtime = await loading;
  const g = new GraphBuilder();
  g.output("y", "float", [1], g.op("Identity", [g.input("x", "float", [1])]));
  const session = await runtime.open(g.build("digits-recognizer", "check"));
  await session[Symbol.asyncDispose]();
  return runtime;
}

/** What goes wrong comes as an exception; the log on stderr would only say it twice. */
const commonOptions = { graphOptimizationLevel: "all", logSeverityLevel: 4 } as const;

async function loadNative(threads: number): Promise<Runtime> {
  refuseTelemetry();
  const ort = await import("onnxruntime-node");
  const options = {
    ...commonOptions,
    // Threads that wait spin for 30 µs, then sleep. On a machine of our own that is a third faster
    // than sleeping at once, beside another busy process a fifth slower; spinning without end
    // takes the processor from everybody, ourselves included.
    extra: { session: { intra_op: { allow_spinning: "1", spin_duration_us: "30" } } },
  } as const;
  return {
    description: `onnxruntime-node ${ort.env.versions.node}`,
    form: "native",
    threads,
    tensor: (data, dims) => tensor(ort, data, dims),
    async open(onnx, own = {}) {
      const intraOpNumThreads = Math.min(threads, own.threads ?? threads);
      const session = await ort.InferenceSession.create(onnx, { ...options, intraOpNumThreads });
      return openSession(session, async (inputs, outputs) => {
        // The native runtime writes to the arrays of the tensors it is given.
        await session.run(inputs, outputs);
      });
    },
  };
}

async function loadWasm(): Promise<Runtime> {
  // Not its "/wasm", which fails to load in a Deno worker, as that has the origin "null".
  const ort = await import("onnxruntime-web");
  // Its worker threads don't start in Deno.
  ort.env.wasm.numThreads = 1;
  return {
    description: `onnxruntime-web ${ort.env.versions.web}`,
    form: "wasm",
    threads: 1,
    tensor: (data, dims) => tensor(ort, data, dims),
    async open(onnx) {
      const session = await ort.InferenceSession.create(onnx, commonOptions);
      return openSession(session, async (inputs, outputs) => {
        const results = await session.run(inputs, Object.keys(outputs));
        for (const [name, { data }] of Object.entries(outputs)) {
          (data as Float32Array).set(results[name]!.data as Float32Array);
        }
      });
    },
  };
}

function openSession(session: InferenceSession, run: Session["run"]): Session {
  let release: Promise<void> | undefined;
  return {
    inputs: session.inputMetadata,
    outputs: session.outputMetadata,
    run,
    [Symbol.asyncDispose]: () => release ??= session.release(),
  };
}

function tensor(
  ort: Pick<typeof import("onnxruntime-node"), "Tensor">,
  data: TensorData,
  dims: readonly number[],
): Tensor {
  if (data instanceof Float32Array) return new ort.Tensor("float32", data, dims);
  if (data instanceof Uint16Array) return new ort.Tensor("uint16", data, dims);
  return new ort.Tensor("uint8", data, dims);
}
