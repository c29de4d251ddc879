"""Commands in words: "tổng hợp tháng 10", "tong hop thang 10" and "/tonghop thang 10" are the same command."""

import re

from bot.language.fold import clean, fold
from bot.language.goals import find_goal
from bot.language.reminding import find_wish

_NAMES = {
    "start": "start|bat dau|batdau|bat dau lai|khoi dong",
    "help": "help|huong dan|huong dan su dung|tro giup|trogiup|huongdan|menu|giup do|cac lenh|danh sach lenh",
    "ngonngu": "ngonngu|ngon ngu|language|doi ngon ngu|chon ngon ngu|tieng viet|english|switch language",
    "nhatky": "nhatky|nhat ky|nhat ky cua toi|nhat ky hoc tap|xem nhat ky|nhat ky hoc|diary|my diary|my logs|my log|"
    "logbook|xem nhat ky hoc tap|lich su hoc",
    "tiendo": "tiendo|tien do|tien do cua toi|xem tien do|tien do hoc tap|ket qua cua toi|my progress|progress|"
    "thong ke cua toi",
    "tonghop": "tonghop|tong hop|bao cao tong hop|summary|unit summary|xem tong hop|tong hop don vi|so lieu don vi",
    "dulieu": "dulieu|du lieu|du lieu cua toi|my data|tai du lieu|xuat du lieu|xem du lieu|xem du lieu cua toi",
    "yeucau": "yeucau|yeu cau ve du lieu|khieu nai ve du lieu|phan doi xu ly du lieu|requests about my data",
    "xoa": "xoa|xoa du lieu|xoa du lieu cua toi|xoa tai khoan|delete my data|xoa het du lieu|xoa toan bo du lieu",
    "rutdongy": "rutdongy|rut dong y|rut lai dong y|withdraw consent|withdraw|rut su dong y",
    "hoc": "hoc|ghi|ghi gio hoc|ghi nhat ky|log study|ghi hoc|them gio hoc|ghi gio|log|ghi nhat ky hoc tap",
    "huy": "huy|huy bo|huy lenh|cancel|thoi|thoat|dung lai|stop|bo qua",
    "thanhvien": "thanhvien|thanh vien|members|danh sach thanh vien|quan ly thanh vien",
    "bangdonvi": "bangdonvi|bang don vi|bang xep don vi|so sanh don vi|bang so sanh don vi|table of units|unit table",
    "donvi": "donvi|don vi|don vi cua toi|my unit|doi don vi|chon don vi|vao don vi|tham gia don vi|join unit",
    "chuyendonvi": "chuyendonvi|chuyen don vi|chuyen sang don vi|chuyen den don vi|xin chuyen don vi|"
    "xin chuyen sang don vi|transfer to unit",
    "mauroster": "mauroster|mau roster|mau danh sach|maudanhsach|bieu mau danh sach|roster form|roster template",
    "phatma": "phatma|phat ma|phat ma nhan|phat lai ma|personal codes",
    "nhanma": "nhanma|nhan ma|claim",
    "uyquyen": "uyquyen|uy quyen|uy quyen lai|delegate|delegation",
    "maqr": "maqr|ma qr|ma qr don vi|ma vao don vi|ma don vi|qr|join code|qr code",
    "roidonvi": "roidonvi|roi don vi|ra khoi don vi|leave unit|leave my unit|leave the unit",
    "quantri": "quantri|quan tri|admin",
    "banlamviec": "banlamviec|ban lam viec|desk|mo ban lam viec|open the desk",
    "tailieu": "tailieu|tai lieu cua don vi|danh sach tai lieu|unit documents",
    "hanmuc": "hanmuc|han muc|quotas|quota",
    "baomat": "baomat|che do bao mat|bao mat|bat che do bao mat|tat che do bao mat|secrecy mode",
    "caydonvi": "caydonvi|cay don vi|thay doi don vi|lich su don vi|sap xep don vi|change the tree",
    "hoidap": "hoidap|hoi dap|cau hoi cho tra loi|cau hoi cua toi|hoi can bo|my questions|open questions|ask a human",
    "khotrithuc": "khotrithuc|kho tri thuc|quan ly kho tri thuc|knowledge desk",
    "minhchung": "minhchung|minh chung|minh chung cua toi|my evidence",
    "duyetminhchung": "duyetminhchung|duyet minh chung|evidence that waits",
    "congnhan": "congnhan|so lieu cong nhan|recognised figures",
    "quyen": "quyen|quyen cua toi|my roles|roles",
    "lienket": "lienket|lien ket|lien ket tai khoan|link account|ket noi tai khoan",
    "muctieu": "muctieu|muc tieu|muc tieu cua toi|my goal|my goals|goal|dat muc tieu|doi muc tieu",
    "nhac": "nhac|nhac nho|nhac viec|cai nhac|tat nhac|bat nhac|reminders|reminder|tat nhac nho|bat nhac nho",
    "thongbao": "thongbao|thong bao|gui thong bao|broadcast|announce",
    "dadoc": "dadoc|da doc|toi da doc|xac nhan da doc|da quan triet|i have read it|read it",
    "thulai": "thulai|thu lai tin chua gui|dead letters",
    "lich": "lich|lich phong trao|lich cua phong trao|xem lich phong trao|calendar|campaign calendar",
    "congviec": "congviec|cong viec|jobs|viec can lam",
    "nop": "nop|nop bao cao|nop bao cao don vi|gui bao cao|submit report|submit the report|khong phat sinh",
    "hoanthanh": "hoanthanh|hoan thanh|bang hoan thanh|bang hoan thanh bao cao|don vi nao chua nop|don vi chua nop|"
    "ai chua nop|chua nop|tinh hinh nop bao cao|completeness|who has not submitted",
    "hannop": "hannop|han nop|han nop bao cao|deadline|deadlines|dat han nop",
    "baocao": "baocao|viet bao cao|noi dung bao cao|soan bao cao|write the report",
    "chuaghi": "chuaghi|ai chua ghi|ai chua hoc|nguoi chua ghi|who has not logged",
    "sosanh": "sosanh|so sanh|so voi thang truoc|so voi ky truoc|so voi quy truoc|so voi nam truoc|so voi tuan truoc|"
    "compare|compared with last month",
    "caidat": "caidat|cai dat|settings|thiet lap",
}
_COMMANDS = {alias: name for name, aliases in _NAMES.items() for alias in aliases.split("|")}
_LONGEST_FIRST = sorted(_COMMANDS, key=len, reverse=True)
_PERIOD = re.compile(
    r"(?:thang|quy|nam|tuan|giai doan|gd|phase|ngay|hom|6 thang|sau thang|nua dau|nua cuoi|q[1-4]|20\d\d|\d{1,"
    r"2}/|this|last|month|week|year|toan|don vi|cua|cho|dai doi|tieu doan|trung doan|trung doi|unit|[a-z]+\d)"
)
_WITH_PERIOD = {"bangdonvi", "tonghop", "tiendo", "nhatky", "nop", "hoanthanh", "hannop", "baocao", "chuaghi", "sosanh"}
_REST_WORDS = {"tat nhac": "tắt", "bat nhac": "bật", "tat nhac nho": "tắt", "bat nhac nho": "bật"}
_REST_WORDS |= {"so voi quy truoc": "quý này", "so voi nam truoc": "năm nay", "so voi tuan truoc": "tuần này"}
_WITH_WORDS = {"chuyendonvi", "uyquyen"}
"""Commands that any words may follow; their names are long enough to begin no other sentence."""
_MOST_WORDS = 120
_FILLER = re.compile(
    r"^(?:cho (?:toi|em|minh) |xem |hay |please |show |bot )+|(?: (?:nhe|a|voi|di|nha|please|giup toi|giup em|"
    r"cho toi|cho em|bot))+$"
)
_ASKS = re.compile(
    r"\?|(?<!\w)(?:la gi|the nao|nhu the nao|lam sao|o dau|khi nao|bao nhieu|bao gio|may gio|tai sao|vi sao|"
    r"what|how|why|when)(?!\w)"
)


def find_command(text: str) -> tuple[str, str] | None:
    """The canonical command name and what follows it, with or without slash and diacritics; None for anything else."""
    stripped = text[:400].strip()
    if stripped.startswith("/"):
        return _slash(stripped)
    cleaned = clean(stripped).strip(" .!")
    folded = fold(cleaned)
    if (wish := find_wish(stripped)) is not None:
        return "nhac", wish
    if _ASKS.search(folded):
        return None
    plain = _FILLER.sub("", _FILLER.sub("", folded))
    if plain in _COMMANDS:
        return _COMMANDS[plain], _REST_WORDS.get(plain, "")
    if (goal := find_goal(stripped)) is not None:
        return "muctieu", goal
    return _with_rest(stripped, folded)


def _slash(text: str) -> tuple[str, str] | None:
    head, _, rest = text[1:].partition(" ")
    name = _COMMANDS.get(fold(head.split("@")[0]).replace("_", ""))
    if name is None:
        return find_command(text[1:]) if not text.startswith("//") else None
    return name, rest.strip()


def _with_rest(written: str, folded: str) -> tuple[str, str] | None:
    """ "tổng hợp tháng 10": a command that takes a period or a unit, followed by one."""
    lead = _FILLER.match(folded)
    at = lead.end() if lead and lead.end() < len(folded) else 0
    for alias in _LONGEST_FIRST:
        name = _COMMANDS[alias]
        if name in _WITH_PERIOD | _WITH_WORDS and folded.startswith(f"{alias} ", at):
            words = len(folded[: at + len(alias)].split())
            rest = " ".join(written.split()[words:]).rstrip(" .!")
            if name in _WITH_WORDS:
                return (name, rest) if len(rest) < _MOST_WORDS and " " in alias else None
            return (_COMMANDS[alias], rest) if _PERIOD.match(fold(rest)) and len(rest) < 60 else None
    return None
