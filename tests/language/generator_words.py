"""Words that the sentence generator puts together: subjects, verbs, people, places, reasons, tails and rival doings."""

SUBJECTS = (
    """
tiếng anh|tiếng trung|tiếng nhật|tiếng hàn|tiếng lào|tiếng thái|tiếng mông|tiếng dao|tiếng ê đê|tiếng khmer|tiếng nga
tiếng pháp|tin học|tin học văn phòng|excel|word|powerpoint|kỹ năng số|chuyển đổi số|an toàn thông tin|an ninh mạng
trí tuệ nhân tạo|lập trình python|công nghệ thông tin|dịch vụ công trực tuyến|chữ ký số|chính trị|nghị quyết
lịch sử đảng|tư tưởng hồ chí minh|triết học|kinh tế chính trị|pháp luật|luật đất đai|luật giao thông
luật nghĩa vụ quân sự|luật hôn nhân và gia đình|hiến pháp|phòng chống ma túy|phòng chống tham nhũng|cải cách hành chính
điều lệnh|bắn súng|chiến thuật|kiến thức quốc phòng|địa hình quân sự|võ thuật|khí tượng|thủy văn|hải văn|kế toán
văn thư lưu trữ|điều dưỡng|an toàn điện|an toàn thực phẩm|điện dân dụng|cơ khí|chăn nuôi|thú y|trồng nấm|nuôi ong
khuyến nông|bảo vệ thực vật|khởi nghiệp|kỹ năng sống|kỹ năng giao tiếp|kỹ năng thuyết trình|sơ cứu|dinh dưỡng
bình đẳng giới|toán|ngữ văn|vật lý|hóa học|sinh học|lịch sử|địa lý|âm nhạc|mỹ thuật|cờ vua|thư pháp|nhiếp ảnh
kỹ thuật ghép cành bưởi|chăm sóc cây sầu riêng|nuôi lươn không bùn|trồng dưa lưới|ủ phân hữu cơ|chế biến nước mắm
sửa chữa điện thoại|vận hành máy gặt|phòng bệnh gia súc|quản lý rừng bền vững|đo đạc bản đồ|luật cư trú
luật phòng thủ dân sự|luật viên chức|luật đấu thầu|luật thanh niên|nghị định về đất đai|thông tư về tiền lương
nhạc lý|đàn bầu|đàn nguyệt|hát chèo|khiêu vũ|cắm hoa|may áo dài|tiếng cơ tu|tiếng ba na|tiếng tây ban nha
ngôn ngữ ký hiệu|địa chất|hóa hữu cơ|giải tích|đại số tuyến tính|xác suất|vi sinh vật|giải phẫu|dược lý|châm cứu
chăm sóc người già|phục hồi chức năng|tâm lý trẻ em|phòng cháy rừng|cứu đuối|xử lý ảnh vệ tinh|bản đồ số|power bi
thiết kế slide|quản trị máy chủ|điện toán đám mây|an toàn hóa chất|vẽ kỹ thuật|công tác xã hội|hòa giải cơ sở
kiểm lâm|đăng ký khai sinh|quản lý dự án|kiểm soát nội bộ|lịch sử địa phương|văn hóa mường|quy chế dân chủ
quân y dã chiến|ngụy trang|sử dụng bản đồ|kỹ thuật thông tin vô tuyến|đọc hiểu|viết email|phát âm|soạn thảo hợp đồng
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

LISTED = [s for s in SUBJECTS[: SUBJECTS.index("thư pháp") + 1] if not s.startswith(("trồng", "nuôi"))]
"""Subjects that are told without a verb of study; "trồng nấm 2 tiếng" alone may well be work and must be asked."""

STUDY_VERBS = (
    "học", "ôn", "luyện", "tự học", "đọc", "nghiên cứu", "tìm hiểu", "ôn tập", "học tập", "học thêm", "cày", "học bài",
    "nghe giảng", "xem bài giảng", "xem video", "tham gia lớp", "dự lớp", "tập huấn", "học online", "đọc tài liệu",
    "đọc sách về", "tự nghiên cứu", "ôn lại", "học môn", "ôn môn", "đọc giáo trình", "nghe podcast",
    "tham gia tập huấn",
    "dự tập huấn", "bồi dưỡng", "xem lại bài", "làm bài tập", "theo học lớp", "học lớp", "tham gia học", "xem clip",
)  # fmt: skip
PLAIN_VERBS = ("học", "ôn", "luyện", "tự học", "nghiên cứu", "tìm hiểu", "ôn tập", "học thêm")
WHO = ("em", "tôi", "mình", "tớ", "cháu", "con", "chúng tôi", "bọn em", "anh", "tui", "", "", "", "")
PAST = ("", "", "", "đã", "vừa", "có", "tranh thủ", "ngồi", "cũng", "mới", "được", "lại", "tiếp tục", "cố gắng")
PLACES = (
    "ở nhà", "tại hội trường", "ở thư viện", "trên lớp", "ở đơn vị", "tại nhà văn hóa xã", "ở trung tâm", "qua zoom",
    "trên youtube", "trên mạng", "ở phòng đọc", "tại trạm", "trên xe", "trong phòng", "qua điện thoại", "ở quán cà phê",
)  # fmt: skip
COMPANIONS = (
    "với bạn cùng phòng", "cùng anh Hùng", "với chị Lan", "cùng cả tổ", "với thầy Minh", "cùng đồng đội", "với vợ",
    "cùng chị em trong chi hội", "với mấy anh em", "một mình",
)  # fmt: skip
REASONS = (
    "trời mưa nên ở nhà", "rảnh nên", "được nghỉ phép", "sau giờ cơm", "sau khi đi tuần về", "họp xong", "ăn tối xong",
    "trước khi đi ngủ", "chiều không phải gác", "mất điện nên thắp nến", "vợ đi vắng", "con ngủ sớm nên",
    "chờ xe tranh thủ", "trong lúc đợi khám", "giờ nghỉ trưa", "xong việc nhà", "đi làm về", "bận họp nhưng",
    "dù mệt nhưng", "tan ca", "dậy sớm", "đi chợ về", "trực xong", "tuy buồn ngủ mà", "để thi cuối kỳ",
)  # fmt: skip
TAILS = (
    "", "", "", "", "ạ", "nhé", "nha bot", "rồi ngủ", "mệt ghê", "vui lắm", "hơi khó nhưng hay", "cho kịp thi",
    "rồi mới đi ăn cơm", "rồi nhé", "xong buồn ngủ quá", "để thi chứng chỉ", "thấy bổ ích", "rồi đi đá bóng",
    "mà vẫn chưa hiểu hết", "thôi", "ghi giúp em nhé", "bot ơi", "nhớ được khá nhiều", "vì sắp kiểm tra", "là xong",
    "rồi về họp", "theo lịch đơn vị", "trước khi ngủ", "cho đỡ quên", "haha", "ghi lại nha", "đó bot",
)  # fmt: skip
MISLEADING_LEADS = (
    "không phải trực,",
    "tuy không có thời gian nhưng",
    "chưa ngủ được nên",
    "không đi họp nên",
    "định đi chơi nhưng mưa nên",
    "định ngủ mà lại thôi,",
    "bạn hỏi sao chăm thế,",
    "nghe nói sắp thi nên",
    "muốn đỗ nên",
    "mai thi rồi nên",
    "tuần sau kiểm tra nên",
    "lớp nghỉ nên",
    "thầy bận nên",
    "nhắc mãi mới chịu ngồi,",
    "hẹn bạn đá bóng xong rồi về,",
    "xem phim chán quá,",
    "máy tính hỏng nên",
    "đăng ký xong là",
    "họp hoãn nên",
    "chẳng có gì làm nên",
)
MISLEADING_TAILS = (
    "nhưng chưa hiểu gì",
    "mà chưa xong",
    "còn hai bài nữa",
    "mai học tiếp",
    "rồi mai thi",
    "không biết có đủ không",
    "định mai học tiếp",
    "chưa kịp ôn phần cuối",
    "không bỏ buổi nào",
    "mà không thấy mệt",
    "để mai đi thi",
    "nhưng vẫn không thuộc",
    "rồi nghỉ",
    "sau đó đi họp",
    "xong đi đá bóng",
    "cho kịp kế hoạch",
    "theo kế hoạch của đơn vị",
    "vì mai kiểm tra",
    "trước khi đi gác",
    "theo yêu cầu của chỉ huy",
    "mà quên ghi",
    "giờ mới nhớ ghi",
    "đúng mục tiêu đề ra",
)
OTHERS = (
    "ngủ", "đá bóng", "xem phim", "họp chi bộ", "họp giao ban", "họp cán bộ", "đi bộ", "lái xe", "nấu ăn cho cả nhà",
    "trực gác", "đứng gác", "tập gym", "đi chợ", "nghe nhạc", "chơi game", "cắt cỏ", "gặt lúa", "câu cá", "dọn nhà",
    "rửa xe", "đánh bóng chuyền", "chạy bộ", "đi ô tô", "chờ xe buýt", "tiếp khách", "nói chuyện điện thoại",
    "lướt facebook", "xem đá bóng", "làm cỏ", "tưới cây", "đi thăm bà", "ngồi chờ khám bệnh", "hành quân",
    "trông cháu", "sửa nhà", "bốc hàng", "đi câu", "bơi", "đánh cờ với ông nội", "làm báo cáo", "ngồi uống trà",
    "nằm võng", "đi tuần tra", "hát karaoke", "tắm biển", "ăn cưới", "đi xe khách", "nhổ cỏ", "giặt quần áo",
    "họp dân", "xếp hàng mua vé", "tập văn nghệ", "phơi thóc", "nấu rượu", "đi bệnh viện", "chạy xe ôm",
)  # fmt: skip
THINGS = (
    "máy bơm nước chạy {d} mới xong", "máy phát điện nổ {d} liền", "mất điện {d}", "mưa {d} không ngớt",
    "pin sạc {d} mới đầy",
    "xe hỏng nằm đường {d}", "mạng rớt {d}", "nồi bánh chưng luộc {d}", "bộ phim dài {d}", "tàu chạy {d} thì tới",
    "chuyến bay muộn {d}", "trận bóng kéo dài {d}", "bài kiểm tra làm trong {d}", "con em ngủ {d}",
    "bé nhà tôi học {d}",
    "con trai tôi học tiếng anh {d}", "vợ tôi đi chợ {d}", "lớp học kéo dài {d}", "cuộc họp mất {d}",
    "từ nhà tới trường đi {d}", "máy tính cài phần mềm mất {d}", "chờ sửa máy {d}", "quạt chạy {d} là nóng",
    "bệnh nhân truyền nước {d}", "nhà em cách trường {d} đi xe", "phim dài {d}", "video dài {d}", "khóa học dài {d}",
    "nước lên {d} rồi rút", "bố em gác {d}", "xe chạy {d} mới tới", "cơm nấu {d} mới chín", "sốt {d} mới hạ",
)  # fmt: skip
CHAT = (
    "chào bot", "cảm ơn nhé", "hôm nay trời đẹp quá", "bot tên gì vậy", "đói quá", "ok", "vâng ạ", "hihi", "mệt quá",
    "hôm nay bận quá", "bao giờ có lương", "chúc mừng năm mới", "ngày mai nghỉ lễ", "em là An", "alo",
    "bot ơi rảnh không nói chuyện với em tí", "trời mưa suốt", "mai gặp nhé", "tối nay ăn gì",
    "cuối tuần đi chơi không",
)  # fmt: skip
QUESTIONS = (
    "hôm qua em học mấy tiếng?", "tuần này tôi học được bao nhiêu giờ rồi", "mỗi ngày nên học {s} bao lâu?",
    "học {s} {d} có đủ không?", "khóa {s} kéo dài bao lâu?", "ghi {d} {s} thế nào?", "thi {s} trong mấy phút?",
    "ai dạy {s} vậy", "lớp {s} bắt đầu lúc mấy giờ?", "muốn học {s} thì đăng ký ở đâu", "học {s} để làm gì",
    "{d} học {s} tính là mấy buổi?", "bao giờ thi {s}", "bot ơi {s} là gì", "học {d} một ngày có được khen không?",
    "làm sao để học {s} tốt hơn", "tháng trước tôi học {s} mấy giờ nhỉ",
)  # fmt: skip
