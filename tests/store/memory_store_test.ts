import { memoryStore } from "../../lib/store/memory_store.ts";
import { testStore } from "./store_contract.ts";

testStore(
  "memoryStore()",
  () => Promise.resolve({ store: memoryStore(), [Symbol.asyncDispose]: () => Promise.resolve() }),
);
