"""Runs a notebook in real Jupyter: execute.py IN OUT FOLDER KERNEL SECONDS_A_CELL

Says on standard output what it does, a JSON object a line: {"cell": 3, "count": 20}, and in the
end {"failed": {"cell": 3, "reason": "…"}} or {"done": true}.
"""
import asyncio
import json
import sys
import time

import nbformat
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.client import CellExecutionComplete
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

DRAIN_SECONDS = 0.05  # Deno's kernel may call a cell done before it has sent its last outputs.


class PatientClient(NotebookClient):
    """A client that listens for a while after a cell is done."""

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        latest = None
        while True:
            timeout = None if latest is None else max(0.001, latest - time.monotonic())
            try:
                message = await asyncio.wait_for(
                    ensure_async(self.kc.iopub_channel.get_msg(timeout=None)), timeout
                )
            except (asyncio.TimeoutError, TimeoutError):
                return
            if message["parent_header"].get("msg_id") == parent_msg_id:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    latest = time.monotonic() + DRAIN_SECONDS


def say(**words):
    print(json.dumps(words), flush=True)


def main():
    source, result, folder, kernel, seconds = sys.argv[1:]
    notebook = nbformat.read(source, 4)
    numbers = {}
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and cell.source.strip():
            numbers[index] = len(numbers) + 1
    now = 0

    def begin(cell, cell_index):
        nonlocal now
        now = numbers[cell_index]
        say(cell=now, count=len(numbers))

    client = PatientClient(
        notebook,
        kernel_name=kernel,
        timeout=float(seconds),
        record_timing=False,
        resources={"metadata": {"path": folder}},
        on_cell_execute=begin,
    )
    try:
        client.execute()
    except CellTimeoutError:
        say(failed={"cell": now, "reason": f"did not end within {seconds} s"})
    except DeadKernelError:
        say(failed={"cell": now, "reason": "ended the kernel"})
    except CellExecutionError as error:
        say(failed={"cell": now, "reason": f"failed: {error.ename}: {error.evalue}"})
    else:
        nbformat.write(notebook, result)
        say(done=True)


main()
