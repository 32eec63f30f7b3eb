/** A server that counts its starts in its folder, and has a child as MLflow has. */
const [port, folder] = Deno.args as [string, string];
const path = `${folder}/starts`;
const starts = Number(await Deno.readTextFile(path).catch(() => "0")) + 1;
await Deno.writeTextFile(path, String(starts));
console.log(`start ${starts}`);
Deno.serve(
  { hostname: "127.0.0.1", port: Number(port), onListen() {} },
  () => new Response(String(starts)),
);
