"""An operator reorganises the tree from a file on the command line: dry run, the changes, undo, and what is refused."""

from pathlib import Path

import pytest

from bot import operations
from bot.__main__ import _parser
from bot.errors import UserError
from bot.i18n import Reader, render
from bot.settings import Settings
from storage.changes import Changes
from storage.commits import Commit, Committer
from storage.database import Database
from storage.tables import memberships, persons
from storage.units import Units
from tests.chat import NOON

TREE = "code,name,parent\nA,Cục Mẫu,\nA.1,Phòng Một,A\nA.2,Phòng Hai,A\nA.3,Phòng Ba,A\n"
CHANGES = """thao tác;mã;đến;tên mới;ngày hiệu lực;căn cứ
sáp nhập;A.2;A.1;;01/07/2026;Quyết định 12
đổi tên;A.1;;Phòng Tổng hợp;01/07/2026;Quyết định 12
"""
FAULTY = """kind,code,to,name,date
rename,A.1,,Phòng Một Mới,01/07/2026
merge,A.2,A.9,,01/07/2026
melt,A.3,,,01/07/2026
"""


class Operator:
    """Somebody at the command line, on a database of the test's own."""

    def __init__(self, folder: Path, heard: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._heard = heard

    async def runs(self, *words: str) -> tuple[int, list[str]]:
        """Run one `units` command; returns its exit code and what it prints."""
        options = _parser().parse_args(["units", *words])
        if "file" in options:
            options.file = self._folder / options.file
        self._heard.readouterr()
        code = await options.command(options)
        return code, self._heard.readouterr().out.splitlines()

    async def is_refused(self, *words: str) -> str:
        """Run a command that is refused; returns the sentence that `main` prints."""
        with pytest.raises(UserError) as refused:
            await self.runs(*words)
        return render(refused.value.text, Reader("vi"))

    async def names(self, database: Database) -> dict[str, str]:
        """The tree now."""
        return {unit.code: unit.name for unit in await Units(database, Changes()).all()}


@pytest.fixture
async def operator(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Operator:
    chosen = Settings(database_url=database_url, _env_file=None)  # type: ignore[call-arg]
    monkeypatch.setattr(operations, "load", lambda _: chosen)
    (tmp_path / "tree.csv").write_text(TREE, encoding="utf-8")
    (tmp_path / "changes.csv").write_text(CHANGES, encoding="utf-8-sig")
    (tmp_path / "faulty.csv").write_text(FAULTY, encoding="utf-8")
    operator = Operator(tmp_path, capsys)
    assert (await operator.runs("import", "tree.csv"))[0] == 0
    return operator


async def test_a_file_of_changes_is_tried_made_and_undone_as_a_whole(operator: Operator, database: Database) -> None:
    before = await operator.names(database)

    code, said = await operator.runs("change", "changes.csv")
    assert (code, said[0]) == (0, "Chạy thử: 2 thay đổi thực hiện được. Chưa thay đổi gì.")
    assert await operator.names(database) == before

    code, said = await operator.runs("change", "changes.csv", "--yes")
    batch = said[0].removeprefix("Đã thực hiện 2 thay đổi. Để hoàn tác tất cả: units undo ")
    assert (code, batch.isdigit()) == (0, True)
    assert await operator.names(database) == {"A": "Cục Mẫu", "A.1": "Phòng Tổng hợp", "A.3": "Phòng Ba"}

    assert await operator.runs("undo", batch) == (0, ["Đã hoàn tác 2 thay đổi."])
    assert await operator.names(database) == before
    for number in (batch, "0", str(2**70)):
        refusal = await operator.is_refused("undo", number)
        assert refusal == "Thay đổi này đã được hoàn tác, hoặc không thể hoàn tác."


async def test_a_file_with_one_bad_row_changes_nothing_and_names_each_bad_row(
    operator: Operator, database: Database
) -> None:
    before = await operator.names(database)

    assert await operator.runs("change", "faulty.csv", "--yes") == (
        1,
        [
            "Chưa thay đổi gì: 2 dòng có lỗi.",
            "Dòng 3: Không có đơn vị mang mã A.9.",
            "Dòng 4: “melt” không phải là một loại thay đổi. Các loại: open, rename, move, merge, split, close.",
        ],
    )

    assert await operator.names(database) == before


async def test_the_people_of_a_unit_that_ends_are_counted_for_the_operator(
    operator: Operator, database: Database, committer: Committer, tmp_path: Path
) -> None:
    changes, unit = Changes(), await Units(database, Changes()).by_code("A.3")
    assert unit is not None
    row = {"language": "vi", "address_form": "anhchi", "unit_id": unit.id, "consents": {}, "created_at": NOON}
    changes.insert(persons, id=1, **row)
    changes.insert(memberships, id=1, person_id=1, unit_id=unit.id, state="active", asked_at=NOON)
    await committer.commit(Commit(changes))
    (tmp_path / "end.csv").write_text("kind,code,date\nclose,A.3,01/07/2026\n", encoding="utf-8")

    _, said = await operator.runs("change", "end.csv")

    assert said[-1] == "1 người chờ xếp đơn vị."
