"""The program is told to stop while it still starts: it ends cleanly, with code 0 and everything closed."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.service import ROOT
from tests.telegram_emulator.bench import free_port

_SIGNAL_AT_THE_FIRST_LOOK_INTO_THE_DATABASE = """
import os, signal, sys
told = []
def tell(event, arguments):
    if event == "sqlite3.connect" and not told:
        told.append(event)
        os.kill(os.getpid(), signal.{name})
sys.addaudithook(tell)
"""


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(("part", "signal"), [("web", "SIGTERM"), ("worker", "SIGINT")])
async def test_a_stop_during_the_start_ends_with_code_0_and_a_closed_database(
    database_url: str, tmp_path: Path, part: str, signal: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(_SIGNAL_AT_THE_FIRST_LOOK_INTO_THE_DATABASE.format(name=signal))
    settings = {"DATABASE_URL": database_url, "PORT": str(await free_port())}
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", part, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", **settings},
    )  # fmt: skip
    printed, wrong = await asyncio.wait_for(program.communicate(), 60)

    assert (program.returncode, printed, wrong.decode()) == (0, b"", "")
    assert list(tmp_path.glob("*.sqlite3*")) == [tmp_path / "banhoc.sqlite3"], "no journal of an open connection"
