"""Presses Jupyter's Stop at cells; prints what they showed as one JSON object."""
import json
import time

from jupyter_client.manager import start_new_kernel

manager, client = start_new_kernel(kernel_name="digits-recognizer")


def run(code):
    """Runs a cell, and presses Stop as soon as it writes `running`."""
    request = client.execute(code)
    shown = []
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != request:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "stream" and content["text"] == "running\n":
            manager.interrupt_kernel()
        elif kind == "error":
            shown.append(content["ename"])
        elif kind in ("execute_result", "display_data"):
            shown.append(content["data"]["text/plain"])
        elif kind == "status" and content["execution_state"] == "idle":
            return shown


def run_all(*cells):
    """Sends cells all at once, as "Run All" does; gives what became of each."""
    requests = [client.execute(cell) for cell in cells]
    became = {}
    while not became.keys() >= set(requests):
        reply = client.get_shell_msg(timeout=60)
        became[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
    done = set()
    while not done.issuperset(requests):
        message = client.get_iopub_msg(timeout=60)
        if message["content"].get("execution_state") == "idle":
            done.add(message["parent_header"]["msg_id"])
    return [became[request] for request in requests]


SHOW = 'import { show } from "@fourdotinfinity/digits-recognizer/notebook"; const kept = 41;'
LISTEN = """
const signal = show.cancellable();
console.log("running");
await new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason)));
"""
answers = {
    "setUp": run(SHOW),
    "listens": run(LISTEN),
    "neverWaits": run('console.log("running"); while (true) {}'),
    "kept": run("kept + 1"),
    "mistake": run("const a: = 1"),
    "runAll": run_all("1", "throw 2", "3", "4"),
    "runAllAgain": run_all("1", "2"),
    "alive": manager.is_alive(),
}
manager.shutdown_kernel()
latest = time.monotonic() + 10
while manager.is_alive() and time.monotonic() < latest:
    time.sleep(0.05)
print(json.dumps({**answers, "ended": not manager.is_alive()}))
