"""Processes of the program without the three seconds of imports: each is forked from one that has read everything.

`Nursery.begin` is `python -m MODULE ARGUMENT…` in all that counts: a process of its own with its own memory, loop,
connections, environment and signals, and a kill -9 ends it at any moment. What it shares is what was read from disk.
"""

import asyncio
import contextlib
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class Life:
    """One process, used as one of `asyncio` is; its end is read from a pipe, so that nobody need poll."""

    stdout: asyncio.StreamReader

    def __init__(self, pid: int, end: int) -> None:
        self.pid, self._end = pid, end
        self.returncode: int | None = None

    def send_signal(self, number: int) -> None:
        """Tell it something, if it still lives."""
        if self.returncode is None and not select.select([self._end], [], [], 0)[0]:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def ended(self, seconds: float) -> int:
        """Wait for its end; returns the exit code, negative for a signal. Raises TimeoutError."""
        if self.returncode is None:
            if not select.select([self._end], [], [], seconds)[0]:
                raise TimeoutError(f"process {self.pid} has not ended")
            self.returncode = int(os.read(self._end, 16) or b"-9")
            os.close(self._end)
        return self.returncode

    async def wait(self, seconds: float = 120) -> int:
        """The same for a test that has a loop."""
        return await asyncio.to_thread(self.ended, seconds)


class Nursery:
    """The process that the others are forked from, seen from the tests."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery", str(theirs.fileno())], cwd=ROOT, pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def begin(
        self, module: str, *arguments: str, folder: Path, environment: Mapping[str, str],
        stdin: int | None = None, stdout: int, stderr: int,
    ) -> Life:  # fmt: skip
        """`python -m module arguments` in this folder; the file descriptors stay the caller's to close."""
        with open(os.devnull, "rb") as nothing:
            end, told = os.pipe()
            what = {"module": module, "arguments": arguments, "folder": str(folder), "environment": dict(environment)}
            handed = [nothing.fileno() if stdin is None else stdin, stdout, stderr, told]
            socket.send_fds(self._socket, [json.dumps(what).encode() + b"\n"], handed)
        os.close(told)
        return Life(int(self._socket.recv(16)), end)

    async def begin_heard(self, module: str, *arguments: str, environment: Mapping[str, str]) -> Life:
        """The same; what it prints is read from its `stdout`."""
        heard, said = os.pipe()
        life = self.begin(module, *arguments, folder=ROOT, environment=environment, stdout=said, stderr=2)
        os.close(said)
        life.stdout = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(life.stdout)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(heard, "rb"))
        return life

    def run(self, module: str, *arguments: str, environment: Mapping[str, str]) -> tuple[int, str, str]:
        """Wait for its end: exit code, and what it printed on standard output and standard error."""
        with TemporaryFile() as out, TemporaryFile() as wrong:
            places = {"stdout": out.fileno(), "stderr": wrong.fileno()}
            code = self.begin(module, *arguments, folder=ROOT, environment=environment, **places).ended(120)
            for said in (out, wrong):
                said.seek(0)
            return code, out.read().decode(), wrong.read().decode()

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it; what was begun and still lives is killed."""
        self._socket.close()
        self._process.wait()


def _serve(orders: socket.socket) -> None:
    """Fork for each order, and tell the end of each child, until there is nobody to order."""
    alarm, alarmed = socket.socketpair()
    alarmed.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(alarmed.fileno(), warn_on_full_buffer=False)
    children: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([orders, alarm], [], [])
        if alarm in ready:
            alarm.recv(4096)
            _bury(children)
        if orders in ready:
            what, handed, _, _ = socket.recv_fds(orders, 1 << 16, 4)
            if not what:
                break
            while not what.endswith(b"\n"):
                what += orders.recv(1 << 16)
            if (pid := os.fork()) == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for mine in (orders, alarm, alarmed):
                    mine.close()
                _live(json.loads(what), handed)
                return
            children[pid] = handed.pop()
            for one in handed:
                os.close(one)
            orders.send(str(pid).encode())
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _bury(children: dict[int, int]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        told = children.pop(pid)
        with contextlib.suppress(BrokenPipeError):  # nobody may wait for its end
            os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
        os.close(told)


def _live(what: dict[str, Any], handed: list[int]) -> None:
    for place, one in enumerate(handed[:3]):
        os.dup2(one, place)
    os.closerange(3, 1024)
    os.chdir(what["folder"])
    os.environ.clear()
    os.environ.update(what["environment"])
    sys.argv = [what["module"], *what["arguments"]]
    runpy.run_module(what["module"], run_name="__main__", alter_sys=True)


def _read_everything() -> None:
    """Import what the program imports, and read its articles once for all."""
    import bot.app
    import bot.first_start
    import bot.operations
    from bot.knowledge.answer import Knowledge

    known = Knowledge.load(bot.app.LOCALES)
    gc.freeze()  # none of it is looked through again, or copied for that, in any of the processes
    Knowledge.load = lambda *_: known  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    _read_everything()
    _serve(socket.socket(fileno=int(sys.argv[1])))
