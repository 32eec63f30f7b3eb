/** Locks the folder that it is given, says so, and waits to be killed. */
import { lockHome } from "../../lib/track/home_lock.ts";

await lockHome(Deno.args[0]!, { now: () => 0 });
console.log("locked");
setInterval(() => {}, 1 << 30);
