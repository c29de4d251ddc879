"""Words that the repair of typing slips may aim at (CORE) and foreign words that it must leave alone (FOREIGN)."""

from bot.language.catalogue import CATALOGUE
from bot.language.fold import bare

_CORE = """
hoc tieng phut gio ruoi nua kem khoang chung tam gan hon hom nay qua kia kia sang trua chieu toi dem khuya ngay tuan
thang nam truoc sau vua roi xong thu hai ba bon tu sau bay tam chin muoi mot chu nhat mung khoa hoan thanh lop mon bai
chuyen de tap huan doc sach bao nghe xem lam thuc hanh luyen nghien cuu tim hieu tham gia boi duong tu hoc on tap
khong duoc chua biet nhieu bao nhieu the nao tai sao vi sao o dau khi nao luc nao nham sua xoa huy doi lai dung sai
ban ghi cai nay thanh chu nha nhe cam on chao dang ky se dinh ngay mai lat nua neu gia ma moi nao cung hang deu dan
suot thuong xuyen buoi tiet ca ngay may vai tieng dong ho trong vong them bat dau ket thuc den moi nguoi minh toi
chung dong chi thoi gian phong trao thi dua giai doan ke hoach lich su chinh tri ngoai ngu phap luat quan su dia ly
sinh hoa toan van tin quoc phong an ninh nang cao trinh do ky nang truc tuyen tren mang mien phi giang day huong dan
thong tin cong nghe chuyen doi so bong da choi ngu phim hop gac truc
"""
_FOREIGN = """
word excel powerpoint access outlook windows linux python java javascript html css sql web website online offline zoom
meet google youtube facebook tiktok mooc email internet wifi photoshop autocad canva scratch test toeic ielts toefl
hsk jlpt topik hello english french chinese japanese study studied learn learned read hour hours minute minutes mins
week month year today yesterday tomorrow the and for with this that was what when where who how why is are am of in on
at my me you it to from about last next course class lesson finished finish completed practice practiced reading
speaking listening writing grammar chat chatgpt gpt ai robot ok oke okay bot app game gym video clip podcast blog
marketing digital data excel power point teams elearning coursera duolingo h p ph min mins hr hrs cn vneid ngonngu

wrong mistake meant oops actually sorry change edit fix correct delete remove
nhatky tiendo tonghop dulieu xoa rutdongy thanhvien lienket muctieu nhac thongbao congviec caidat help start
"""


def _catalogue_words() -> set[str]:
    names = (bare(alias) for entry in CATALOGUE for alias in (entry.name, *entry.aliases))
    return {word for name in names for word in name.split()}


CORE = frozenset(_CORE.split()) | _catalogue_words()
FOREIGN = frozenset(_FOREIGN.split())
