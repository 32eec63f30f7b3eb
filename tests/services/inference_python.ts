/** Python's own clients of inference servers, as oracles. */
import { installInferenceClients } from "../../scripts/services/inference_clients.ts";

/**
 * Runs a Python script that has `numpy`, `requests`, `grpc`, and either `tritonclient` or
 * `kserve`: they can't be imported together. Gives what it prints in its last line, as JSON.
 * @param input `json.loads(sys.argv[1])` in the script.
 */
export async function runInferencePython<T>(script: string, input: unknown): Promise<T> {
  const command = new Deno.Command(await installInferenceClients(), {
    args: ["-c", script, JSON.stringify(input)],
    env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8", HOME: Deno.env.get("HOME") ?? "/" },
    clearEnv: true,
    stdin: "null",
  });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  if (!success) throw new Error(`The Python script failed:\n${text.decode(stderr)}`);
  return JSON.parse(text.decode(stdout).trim().split("\n").at(-1)!);
}
