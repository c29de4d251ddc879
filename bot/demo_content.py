"""What the demo is made of: invented units, aliases, subjects and rhythms (no real unit, person or strength)."""

from collections.abc import Iterator
from dataclasses import dataclass

IN_PERSON, ONLINE, SELF_STUDY = "in_person", "online", "self_study"

OFFICER_UNIT = "QS-A"
"""The unit whose officer the demo's first code makes."""
SILENT_UNITS = frozenset({"QS-A-2-3", "QS-T-2", "CUC-D3-2", "TINH-AM-3"})
"""Units whose people never log: somebody has to be missing on the board."""

_TREE = """
QS | Quân khu (mẫu) | military | 0
QS-T | Bộ Chỉ huy quân sự tỉnh X | | 3
QS-T-1 | Ban Chỉ huy phòng thủ khu vực 1 | | 3
QS-T-2 | Ban Chỉ huy phòng thủ khu vực 2 | | 2
QS-CT | Phòng Chính trị (mẫu) | | 3
QS-HK | Phòng Hậu cần - Kỹ thuật (mẫu) | | 2
QS-A | Trung đoàn A | | 2
QS-A-1 | Tiểu đoàn 1 | | 1
QS-A-1-1 | Đại đội 1 | | 6
QS-A-1-2 | Đại đội 2 | | 6
QS-A-1-3 | Đại đội 3 | | 5
QS-A-2 | Tiểu đoàn 2 | | 1
QS-A-2-1 | Đại đội 4 | | 6
QS-A-2-2 | Đại đội 5 | | 5
QS-A-2-3 | Đại đội 6 | | 3
QS-A-3 | Tiểu đoàn 3 | | 1
QS-A-3-1 | Đại đội 7 | | 5
QS-A-3-2 | Đại đội 8 | | 4
QS-A-3-3 | Đại đội 9 | | 2
CUC | Cục (mẫu) | agency | 0
CUC-VP | Văn phòng Cục | | 5
CUC-TC | Phòng Tổ chức | | 4
CUC-DB | Trung tâm Dự báo | | 8
CUC-D1 | Đài khu vực 1 | | 3
CUC-D1-1 | Trạm 1 | | 2
CUC-D1-2 | Trạm 2 | | 2
CUC-D2 | Đài khu vực 2 | | 3
CUC-D2-1 | Trạm 3 | | 2
CUC-D2-2 | Trạm 4 | | 1
CUC-D3 | Đài khu vực 3 | | 3
CUC-D3-1 | Trạm 5 | | 2
CUC-D3-2 | Trạm 6 | | 2
TINH | Ủy ban nhân dân tỉnh X | province | 0
TINH-GD | Sở Giáo dục và Đào tạo (mẫu) | | 6
TINH-NV | Sở Nội vụ (mẫu) | | 5
TINH-HKH | Hội Khuyến học tỉnh (mẫu) | | 3
TINH-AM | Xã An Mẫu | | 3
TINH-AM-1 | Thôn Mẫu Một | | 6
TINH-AM-2 | Thôn Mẫu Hai | | 5
TINH-AM-3 | Thôn Mẫu Ba | | 2
TINH-AM-TT | Trung tâm học tập cộng đồng xã An Mẫu | | 4
TINH-BM | Phường Bình Mẫu | | 3
TINH-BM-1 | Tổ dân phố 1 | | 6
TINH-BM-2 | Tổ dân phố 2 | | 5
TINH-BM-TT | Trung tâm học tập cộng đồng phường Bình Mẫu | | 4
"""


def tree() -> Iterator[tuple[str, str, str, str, int]]:
    """Code, name, parent's code, kind and weight of every unit, parents first; the parent is the code's front part."""
    for line in _TREE.strip().splitlines():
        code, name, kind, weight = (cell.strip() for cell in line.split("|"))
        yield code, name, code.rpartition("-")[0], kind, int(weight)


ALIASES = (
    "Ban Mai", "Bình Minh", "Cây Gạo", "Chim Én", "Cầu Vồng", "Đồng Xanh", "Hạt Giống", "Hải Đăng", "Hoa Ban",
    "Hoa Đào", "Lá Non", "Mây Trắng", "Mùa Thu", "Ngọn Đuốc", "Nắng Sớm", "Núi Cao", "Phù Sa", "Rừng Thông",
    "Sao Mai", "Sông Xanh", "Suối Nguồn", "Trăng Non", "Tre Ngà", "Vầng Dương",
)  # fmt: skip

RHYTHM = (0.9, 1.0, 1.2, 1.0, 0.8, 1.2, 0.9)
"""How much is studied from Monday to Sunday, against the mean."""
SEASON = (0.8, 0.5, 1.1, 1.1, 1.0, 0.9, 0.8, 0.9, 1.2, 1.4, 1.3, 1.0)
"""From January to December: little at Tết, most around the week of lifelong learning (early October)."""
MINUTES = (15, 20, 30, 45, 60, 75, 90, 120, 150, 180)
MINUTES_WEIGHTS = (3, 4, 14, 20, 24, 5, 15, 10, 3, 2)


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of the catalogue, how common it is here, how it is studied, and a course that has it."""

    name: str
    weight: int
    modes: tuple[str, ...]
    course: str | None = None


@dataclass(frozen=True, slots=True)
class World:
    """How people of one kind of organisation are addressed, who they are and what they study."""

    address_form: str
    categories: tuple[str, ...]
    category_weights: tuple[int, ...]
    subjects: tuple[Subject, ...]


WORLDS = {
    "military": World(
        "dongchi",
        ("soldier", "official"),
        (7, 3),
        (
            Subject("chính trị", 6, (IN_PERSON,)),
            Subject("nghị quyết", 3, (IN_PERSON,)),
            Subject("tiếng mông", 4, (IN_PERSON, SELF_STUDY), "Tiếng Mông cơ bản"),
            Subject("tiếng thái", 3, (IN_PERSON, SELF_STUDY), "Tiếng Thái giao tiếp"),
            Subject("tiếng anh", 2, (ONLINE, SELF_STUDY)),
            Subject("tin học", 3, (IN_PERSON, ONLINE), "Bình dân học vụ số"),
            Subject("điều lệnh", 3, (IN_PERSON,)),
            Subject("pháp luật", 2, (IN_PERSON,)),
            Subject("đọc sách", 3, (SELF_STUDY,)),
        ),
    ),
    "agency": World(
        "anhchi",
        ("official", "worker"),
        (8, 2),
        (
            Subject("dự báo khí tượng", 5, (IN_PERSON, ONLINE), "Nghiệp vụ dự báo"),
            Subject("tiếng anh", 5, (ONLINE, SELF_STUDY), "Tiếng Anh B1"),
            Subject("chuyển đổi số", 4, (ONLINE,), "Bình dân học vụ số"),
            Subject("phân tích dữ liệu", 3, (ONLINE, SELF_STUDY)),
            Subject("văn thư lưu trữ", 2, (IN_PERSON,)),
            Subject("nghị quyết", 2, (IN_PERSON,)),
            Subject("kỹ năng giao tiếp", 1, (ONLINE,)),
        ),
    ),
    "province": World(
        "anhchi",
        ("citizen", "official", "worker"),
        (6, 2, 2),
        (
            Subject("tin học", 5, (IN_PERSON, ONLINE), "Kỹ năng số cộng đồng"),
            Subject("chuyển đổi số", 4, (IN_PERSON, ONLINE), "Bình dân học vụ số"),
            Subject("trồng trọt", 4, (IN_PERSON,)),
            Subject("chăn nuôi", 3, (IN_PERSON,)),
            Subject("luật đất đai", 2, (IN_PERSON,)),
            Subject("sơ cấp cứu", 2, (IN_PERSON,), "Sơ cấp cứu tại cộng đồng"),
            Subject("an toàn thực phẩm", 2, (IN_PERSON, ONLINE)),
            Subject("tiếng anh giao tiếp", 2, (ONLINE, SELF_STUDY)),
            Subject("đọc sách", 3, (SELF_STUDY,)),
        ),
    ),
}
