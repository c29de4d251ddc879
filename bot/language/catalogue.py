"""The catalogue of what people study: canonical name, area and other ways to say it."""

import msgspec

from bot.language.catalogue_of_work import WORK

AREAS = (
    "profession", "foreign_language", "ethnic_language", "digital", "politics", "law", "military", "life_skills",
    "other",
)  # fmt: skip
"""Keys of the nine areas, in the order: chuyên môn, ngoại ngữ, tiếng dân tộc, năng lực số, chính trị, pháp luật,
quân sự, kỹ năng sống, khác."""


class Item(msgspec.Struct, frozen=True):
    """One subject of the catalogue."""

    name: str
    area: str
    aliases: tuple[str, ...] = ()


_TABLE = """
[foreign_language]
ngoại ngữ = ngoại ngữ hai
tiếng anh = anh văn, anh ngữ, english, môn anh, duolingo, từ vựng tiếng anh, ngữ pháp tiếng anh, luyện nghe tiếng anh
tiếng anh giao tiếp = giao tiếp tiếng anh
tiếng anh thương mại
tiếng anh chuyên ngành
tiếng anh quân sự
tiếng trung = trung văn, hoa ngữ, hoa văn, tiếng hoa, tiếng trung quốc, tiếng tàu, chinese
tiếng nhật = nhật ngữ, tiếng nhật bản, japanese
tiếng hàn = hàn ngữ, tiếng hàn quốc, korean
tiếng pháp = pháp văn, pháp ngữ, french
tiếng nga = nga văn, nga ngữ, russian
tiếng đức = german
tiếng lào = lào ngữ
tiếng campuchia
tiếng tây ban nha = spanish
tiếng ý
tiếng bồ đào nha
tiếng ả rập
tiếng indonesia
tiếng thái lan
tiếng miến điện
từ vựng
từ mới
ngữ pháp
ielts = luyện thi ielts
toeic
toefl
hsk
jlpt
topik
[ethnic_language]
tiếng dân tộc = tiếng dân tộc thiểu số, tiếng đồng bào
tiếng thái = chữ thái, tiếng thái đen, tiếng thái trắng
tiếng mông = tiếng h'mông, tiếng hmông, tiếng h mông, tiếng mèo, chữ mông
tiếng dao
tiếng tày
tiếng nùng
tiếng mường
tiếng khmer = tiếng khơ me, tiếng khơ-me, chữ khmer
tiếng ê đê = tiếng êđê, tiếng ede
tiếng gia rai = tiếng jrai, tiếng gia lai, tiếng j'rai
tiếng ba na = tiếng bana, tiếng bahnar
tiếng chăm = tiếng chàm
tiếng cơ ho = tiếng k'ho
tiếng xơ đăng
tiếng giáy
tiếng hà nhì
tiếng la hủ
tiếng lự
tiếng khơ mú
tiếng vân kiều
tiếng bru
tiếng bru vân kiều
tiếng pa cô
tiếng m'nông = tiếng mnông
tiếng stiêng
tiếng raglai
tiếng cơ tu
tiếng sán chay
tiếng việt = chữ quốc ngữ, tiếng phổ thông
[digital]
tin học = tin, vi tính
máy tính = sử dụng máy tính, tin học cơ bản
tin học văn phòng = văn phòng tin học, vi tính văn phòng
excel = ms excel, microsoft excel
word = ms word, microsoft word, soạn thảo văn bản trên word
powerpoint = power point, trình chiếu powerpoint
access
kỹ năng số = kĩ năng số, kỹ năng số cơ bản
năng lực số = khung năng lực số
chuyển đổi số = chuyển đổi số quốc gia
an toàn thông tin = bảo mật thông tin, an toàn thông tin mạng
an ninh mạng = an toàn mạng, an toàn không gian mạng
trí tuệ nhân tạo = môn ai, học ai, ứng dụng ai, chatgpt, chat gpt, ai tạo sinh
lập trình = code, coding
lập trình python = python
lập trình java = java
lập trình c
lập trình web = thiết kế web, web
công nghệ thông tin
công nghệ số
dịch vụ công trực tuyến = dịch vụ công, cổng dịch vụ công
bình dân học vụ số
thương mại điện tử
bán hàng online = bán hàng trực tuyến
chính quyền số = chính phủ số, chính phủ điện tử
chữ ký số
văn phòng điện tử
cơ sở dữ liệu = sql
phân tích dữ liệu = khoa học dữ liệu
mạng máy tính = quản trị mạng
photoshop = chỉnh sửa ảnh
canva
autocad
thiết kế đồ họa
dựng phim = dựng video, cắt ghép video, capcut
soạn giáo án điện tử = giáo án điện tử
gõ mười ngón = đánh máy, gõ bàn phím, gõ 10 ngón
thanh toán điện tử = thanh toán không dùng tiền mặt
mos
ic3
linux
scratch
marketing số = digital marketing
[politics]
chính trị = lý luận chính trị, giáo dục chính trị
sơ cấp lý luận chính trị
trung cấp lý luận chính trị = trung cấp chính trị
cao cấp lý luận chính trị = cao cấp chính trị
nghị quyết = học tập nghị quyết, quán triệt nghị quyết
nghị quyết trung ương
nghị quyết đại hội đảng
lịch sử đảng = lịch sử đảng cộng sản việt nam
điều lệ đảng
tư tưởng hồ chí minh = tư tưởng đạo đức hồ chí minh, học tập và làm theo bác
triết học = triết học mác, triết học mác lênin, triết
kinh tế chính trị
chủ nghĩa mác lênin = mác lênin
chủ nghĩa xã hội khoa học = chủ nghĩa xã hội
công tác đảng công tác chính trị = công tác đảng
công tác dân vận = dân vận
công tác đoàn = nghiệp vụ đoàn
công tác tuyên giáo
công tác hội
xây dựng đảng
chuyên đề học tập bác
[law]
pháp luật = kiến thức pháp luật
luật
luật đất đai
luật giao thông = luật giao thông đường bộ, luật an toàn giao thông
luật nghĩa vụ quân sự
luật dân quân tự vệ
luật sĩ quan
luật biển
luật biên phòng
luật biên giới quốc gia
luật hôn nhân gia đình = luật hôn nhân và gia đình
luật trẻ em
luật lao động = bộ luật lao động
luật hình sự = bộ luật hình sự
luật dân sự = bộ luật dân sự
luật hành chính
luật giáo dục
luật an ninh mạng
luật phòng chống ma túy
luật phòng chống tham nhũng
luật bảo vệ môi trường
luật khí tượng thủy văn
luật cán bộ công chức
luật căn cước
luật bảo hiểm xã hội
hiến pháp
phòng chống ma túy = phòng chống ma tuý, phòng chống tệ nạn ma túy
phòng chống tham nhũng
phòng chống tội phạm
phòng chống bạo lực gia đình
an toàn giao thông
sở hữu trí tuệ
tiếp công dân
cải cách hành chính
thủ tục hành chính
[military]
quân sự = huấn luyện quân sự
điều lệnh = điều lệnh đội ngũ, đội ngũ
điều lệnh quản lý bộ đội
kiến thức quốc phòng = kiến thức quốc phòng an ninh, kiến thức quốc phòng và an ninh
giáo dục quốc phòng an ninh = giáo dục quốc phòng, giáo dục quốc phòng và an ninh, quốc phòng, quốc phòng an ninh
dân quân tự vệ = dân quân
bắn súng = tập bắn, bắn súng tiểu liên, kỹ thuật bắn súng
chiến thuật = chiến thuật bộ binh
kỹ thuật chiến đấu bộ binh
địa lý quân sự
địa hình quân sự
bản đồ quân sự
lịch sử quân sự
nghệ thuật quân sự
thể lực
võ thuật = võ
thông tin liên lạc = thông tin quân sự
công binh
pháo binh
xe tăng
rà phá bom mìn
quân y
hậu cần quân sự = hậu cần
biên phòng
đối ngoại quốc phòng
phòng thủ dân sự
cứu hộ cứu nạn = cứu nạn cứu hộ, tìm kiếm cứu nạn
phòng cháy chữa cháy = chữa cháy
phòng chống khủng bố
tác chiến không gian mạng
nghiệp vụ tham mưu = tham mưu
truyền thống quân đội = truyền thống đơn vị
"""


_LANGUAGES = {"foreign_language", "ethnic_language"}
_SAME = (
    "môn ", "học ", "nghề ", "vật lí", "địa lí", "hoá học", "kĩ năng", "vi tính", "chat gpt",
    "power point", "microsoft", "ms ",
    "phòng chống ma tuý", "xoá mù", "viết chữ đẹp", "luyện chữ đẹp", "đọc báo", "báo ", "ghi ta", "thanh nhạc",
    "đọc tin tức", "làm bài tập",
)  # fmt: skip


def _stands_alone(alias: str) -> bool:
    """Whether another way to say a subject is a subject in its own right ("kỹ thuật nuôi cá lồng")."""
    return " " in alias and not alias.startswith(_SAME)


def _parse() -> tuple[Item, ...]:
    items: list[Item] = []
    area = ""
    for line in (_TABLE + WORK).split("\n"):
        if not line.strip():
            continue
        if line.startswith("["):
            area = line.strip("[]")
            continue
        name, _, rest = line.partition(" = ")
        others = [alias for alias in rest.split(", ") if alias]
        own = [alias for alias in others if area not in _LANGUAGES and _stands_alone(alias)]
        items.append(Item(name, area, tuple(alias for alias in others if alias not in own)))
        items += [Item(alias, area) for alias in own]
    return tuple(items)


CATALOGUE = _parse()
