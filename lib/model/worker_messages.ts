/**
 * Hearing what a worker says.
 *
 * @module
 */

/**
 * What a worker posts, in order, from now on. An error that the worker does not
 * catch ends the stream with that error; whoever leaves the stream ends the worker.
 */
export function workerMessages<T>(worker: Worker): ReadableStream<T> {
  return new ReadableStream<T>({
    start(controller) {
      worker.addEventListener("message", ({ data }) => controller.enqueue(data));
      worker.addEventListener("error", (event) => {
        // Handled: it reaches the reader.
        event.preventDefault();
        controller.error(new Error(`Cannot go on in a worker: ${event.message}`));
      });
    },
    cancel() {
      worker.terminate();
    },
  });
}
