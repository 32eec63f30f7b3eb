import { DataError } from "../../base/errors.ts";
import type { ImageShape } from "../../digits/digits.ts";
import { inputName, outputName } from "./inference_graph.ts";
import type { Session } from "./runtime.ts";

/** What goes into a model of ours, and what comes out. */
export interface ModelPorts {
  readonly imageShape: ImageShape;
  readonly classes: number;
}

/**
 * Reads them from an opened model.
 *
 * @throws {DataError} when it is another kind of model
 */
export function modelPorts({ inputs, outputs }: Pick<Session, "inputs" | "outputs">): ModelPorts {
  const [batch, channels, height, width] = floatShape(inputs, "input", inputName, 4);
  const [, classes] = floatShape(outputs, "output", outputName, 2);
  if (typeof batch === "number") {
    throw new DataError(
      `Cannot load the model as it must take any number of images: got one for ${batch}`,
    );
  }
  return {
    imageShape: [
      fixedSize(height, "height of its images"),
      fixedSize(width, "width of its images"),
      fixedSize(channels, "number of channels of its images"),
    ],
    classes: fixedSize(classes, "number of classes"),
  };
}

function floatShape(
  ports: Session["inputs"],
  kind: "input" | "output",
  name: string,
  rank: number,
): readonly (number | string)[] {
  const [port, ...more] = ports;
  if (port?.name !== name || more.length > 0) {
    const names = ports.map((port) => port.name).join(", ");
    throw new DataError(
      `Cannot load the model as it must have one ${kind} "${name}": got ${names}`,
    );
  }
  if (!port.isTensor || port.type !== "float32" || port.shape.length !== rank) {
    const found = port.isTensor ? `${port.type} [${port.shape.join(", ")}]` : "no tensor";
    throw new DataError(
      `Cannot load the model as its ${kind} "${name}" must be float32 with ${rank} dimensions: ` +
        `got ${found}`,
    );
  }
  return port.shape;
}

function fixedSize(size: number | string | undefined, what: string): number {
  if (typeof size === "number") return size;
  throw new DataError(`Cannot load the model as the ${what} must be a number: got ${size}`);
}
