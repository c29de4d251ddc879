"""The words that show what a sentence does: tells of study, asks, plans, wishes, denies, or tells of something else."""

import re

from bot.language.marks import exact, rule, source

_WHO = r"(?:em|tôi|mình|tớ|t|cháu|con|anh|chị|tao|mk|bọn em|chúng em|chúng tôi|tụi em|tụi mình)"

_VERB = (
    r"(?:tự )?(?:học|ôn|đọc|luyện|nghiên cứu|tìm hiểu|tham gia|dự|nghe giảng|xem bài|thực hành|rèn luyện|bồi dưỡng|cày)"
)

STUDY = rule(
    r"(?:tự )?(?:(?<!khóa )(?<!khoá )(?<!khoa )học|ôn|luyện|nghiên cứu|tìm hiểu|rèn luyện|thực hành)(?! "
    r"(?:viên|sinh(?! học| \x01| +$|$)|phí|"
    r"kỳ (?:\d|i|này|trước|sau|mới|một|hai|phụ)|bổng|bạ|hàm|liệu|đường|trò)(?!\w))|học tập|ôn tập|ôn thi"
    r"|(?:tự )?đọc(?! (?:hiểu|hại|đáo|lập|quyền))|(?:làm|giải|chữa|viết) (?:\w+ )?(?:bài tập|bài|đề|toán|luận)|"
    r"(?:nghe|xem|coi|theo dõi) (?!phim)(?:\w+ ){0,2}(?:bài giảng|giảng|bài|podcast|clip dạy|video|clip|"
    r"hướng dẫn|tài liệu|thời sự)"
    r"|tập huấn|bồi dưỡng|huấn luyện|tham gia (?:lớp|khóa|khoá|khoa|học|tập huấn|buổi|chương trình)|"
    r"nghe đài|dự (?:buổi |lớp |chương trình |cuộc )?(?:nói chuyện|tọa đàm|hội thảo|chuyên đề|tập "
    r"huấn)|dự (?:lớp|"
    r"giờ|tập huấn|hội thảo|chuyên đề|khóa)|(?<!máy )(?<!tuoi )(?<!trong )(?<!chat )(?<!cham )(?<!cat "
    r")(?<!soc )cày(?! (?:\x01|ruộng|bừa|nương|game|phim|view|thuê|đất|"
    r"xong ruộng))"
    r"|luyện tập|tập (?:viết|đọc|gõ|bắn|đàn|lái|nói|hát|vẽ|múa|thổi|code|võ|đánh máy)|code|lập trình|"
    r"soạn giáo án|học thuộc|hoàn thành (?:\w+ )?(?:khóa|khoá|khoa|bài|môn|chương|học phần)|xong (?:khóa|khoá|"
    r"khoa)|quán triệt|thi thử|ngồi (?:máy|bàn) học"
    r"|lướt (?:\w+ )?(?:bài|tài liệu|giáo trình|sách)|theo học|giáo trình|lên lớp|study|viết (?:chữ|"
    r"luận|code|bài)|nghe (?:tiếng|đài tiếng)|duolingo|(?:kết thúc|"
    r"tốt nghiệp) (?:khóa|khoá|khoa)"
)
_OTHER_WORDS = (
    r"(?<!buồn )(?<!buon )ngủ(?! đề)|đi ngủ|chơi|đá (?:bóng|banh|cầu)|đánh (?:bóng|bài|cờ|cầu|bi|"
    r"banh)|bóng (?:đá|chuyền|bàn)|"
    r"(?:xem|coi) (?:phim|tivi|ti vi|tv|bóng|đá bóng|đá banh|hài|ca nhạc|văn nghệ|tiktok|livestream|đá|trận)|"
    r"phim"
    r"|nghe nhạc|cày (?:ruộng|bừa|nương|game|phim|view|thuê|đất)|(?:đi |có |dự )?họp (?:chi|giao|đơn vị|lớp|tổ|"
    r"cơ quan|ban|đảng|đoàn|xóm|thôn|dân|phụ|đại đội|trung đội|tiểu đoàn|online|zoom|đội|phòng|toàn|"
    r"cán|bàn|khẩn|với|hành|quân|trực|sơ|tổng|rút|bình|hội|liên|khu|bản|xã|huyện|giáo|báo|\x01)|đi "
    r"họp|"
    r"giao ban|sinh hoạt (?:chi bộ|chi đoàn|đoàn|đảng)|(?:đi |đứng |canh |phiên |ca |ca trực |trực |bốt )?gác|"
    r"trực(?! (?:tuyến|tiếp|quan))|tuần tra|hành quân|dã ngoại|báo động|chào cờ"
    r"|đi (?:xe|bộ|làm|chợ|đường|lại|công tác|chơi|ăn|uống|nhậu|câu|tuần|rừng|nương|rẫy|ruộng|gác|máy bay|tàu|"
    r"khám|viện|bệnh viện|về|lên|xuống|đám|phượt|du lịch|cấy|gặt|đón|đưa|cắt|lấy|mua|cày|phép|thăm|tập|bơi|dạo|"
    r"xa|taxi|ô tô|từ)"
    r"|lái xe|chạy (?:xe|bộ|bền|bo|grab|deadline|việc|chợ)|ngồi (?:xe|chờ|đợi|chơi|nghỉ|không|tàu)|tập (?:gym|"
    r"thể dục|tạ|thể thao|yoga|đội hình|văn nghệ|bơi|bóng|chạy|thể lực)|thể dục|gym|leo núi"
    r"|làm (?:ruộng|nương|rẫy|đồng|vườn|việc|cỏ|nhà|đường|cơm|thêm|công|mạ|đất|báo cáo|ca|tăng ca|cá|cỗ)|gặt|"
    r"chăn (?:trâu|bò|dê|vịt)|trồng (?:rau|cây|lúa|ngô|sắn)|cắt (?:cỏ|lúa|tóc)|bón phân|cuốc|tưới (?:cây|rau|"
    r"nước|vườn)|đào (?:ao|mương|hào|đất|giếng)|xây (?:nhà|tường|chuồng)|bốc vác|khuân|lao động(?! (?:là|và))"
    r"|nấu|ăn (?:cơm|sáng|trưa|tối|uống|nhậu|cỗ|tiệc|cưới|phở|bún|lẩu|xong)|nhậu|liên hoan|lau (?:nhà|bàn|"
    r"súng)|giặt|rửa (?:bát|xe|chén)|quét|vệ sinh|sửa (?:xe|nhà|máy|đường|điện)|mưa (?:to|lớn|suốt|gió|rào|như|"
    r"dầm|cả|hết)|bão (?:về|vào|to)|lũ (?:lụt|quét|về)|ngập|mất (?:điện|nước|mạng|sóng)|cúp điện|điện cúp|kẹt xe|"
    r"tắc đường|kẹt|khám|nằm viện|truyền nước|tắm (?:rửa|biển|giặt|xong)"
    r"|mua|câu cá|đánh cá|karaoke|hát karaoke|game|liên quân|pubg|facebook|tiktok|lướt (?:mạng|web|face|"
    r"điện thoại)|nói chuyện(?! (?:chuyên đề|thời sự|về|truyền thống|lịch sử))|chạy(?= \x01)|tán "
    r"gẫu|tám chuyện|cài (?:phần mềm|win|máy|app|đặt)|gọi (?:điện|video)|cà phê|tiếp khách|tiếp dân|"
    r"(?:xe|"
    r"tàu) (?:chạy|đi)|chờ (?:xe|tàu|đợi|khám|bạn|sửa|lấy|nước|mãi|suốt|hết)|đợi (?:xe|tàu|bạn|khám|mãi|suốt|"
    r"hết)"
    r"|giải lao|nghỉ (?:giải lao|trưa|ngơi|giữa)|khóc|trông (?:con|cháu|trẻ|em)|chăm (?:con|cháu|mẹ|bố|"
    r"người ốm|bố mẹ|vợ)|văn nghệ|biểu diễn|duyệt binh|diễu (?:binh|hành)|bảo dưỡng xe|dạy (?:con|cháu|em|kèm|"
    r"học|thêm)|sạc (?:pin|điện)|đun|luộc|phun thuốc|hàn (?:cổng|cửa)|sơn (?:nhà|cửa|tường)|đổ bê tông|phơi|"
    r"máy (?:\w+ ){0,2}(?:chạy|nổ|hỏng|cài|treo|in|kêu)|bốc hàng|dọn nhà|xếp hàng|uống (?:trà|nước|rượu|bia)|"
    r"đi(?= (?:\w+ ){0,3}\x01)"
)
_OTHER_EXACT = (
    "họp|nằm|cấy|tưới|ăn|uống|dọn|lau|rửa|tắm|chờ|đợi|mưa|trễ|muộn|bán|buôn|nghỉ|đau|ốm|sốt|mổ|cãi|bế|đón|tiễn|"
    "sạc|hái|chặt|cưa|lợp|nhổ|xạ|bừa|nướng|xịt|vác|bơi|lội"
)
OTHER = re.compile(rf"(?<!\w)(?:{source(_OTHER_WORDS)}|{exact(_OTHER_EXACT)})(?!\w)")
QUESTION = rule(
    r"gì|thế nào|ra sao|làm sao|làm thế nào|tại sao|vì sao|sao (?:lại|không|chưa|nó|bot|mà|để|vậy|thế)|"
    r"như thế nào|bao nhiêu|bao giờ|bao lâu|khi nào|lúc nào|chừng nào|hồi nào"
    r"|ở đâu|đâu(?= (?:vậy|rồi|thế|ạ|nhỉ|bot|ad)|[ ?.!]*$)|ai(?= (?:là|được|có|làm|phải|sẽ|chịu|biết|học|"
    r"tham gia|phụ trách|ký|ban hành|đã|cũng|mà|hok|không|thế|vậy|đó|dạy|lãnh đạo|chỉ đạo|đứng)|[ ?.!]*$)|(?:^|"
    r"của |cho |với |do |là |còn |bởi )ai|(?:cái|việc|người|đơn vị|nơi|nước|tỉnh|năm|tháng|ngày|loại|môn|lớp|"
    r"khóa|khoá|văn bản|cơ quan|đối tượng|phần|mức|bước|điều|những|các|cấp|bài|giai đoạn|kế hoạch|nhóm|chỗ|"
    r"trường|cách|hình thức|danh hiệu|chủ đề|buổi|thứ) (?:nào|mô)(?! (?:cũng|đó|(?:\w+ ){1,3}(?:cũng|đều)))"
    r"|(?:có|được|phải|đúng) (?:.{0,60} )?không(?= ?(?:$|[?.!]|ạ|bot|vậy|nhỉ|ad))|(?:có phải|phải chăng|"
    r"liệu (?:có|em|tôi|mình|rằng))|không(?= ?(?:ạ )?[?]| ?ạ?$| vậy$| bot$)|chưa(?= ?[?]| ?ạ?$| vậy$| bot$)|"
    r"bao go|mấy giờ rồi|mấy (?:rồi|điểm|người|giai đoạn|năm|tháng|nhóm|loại|bước|mục tiêu|tiêu chí|cấp|phần|"
    r"ngày|lần|môn|lớp|khóa|nội dung|nhiệm vụ)"
    r"|(?:what|when|how|why|who|where|which|whose|can i|do i|does|is it|is there|are there|should i)|đi mô|"
    r"ở mô|răng (?:lại|mà|rứa|vậy)|thế nào|mần răng|nghĩa là|là sao|là gì"
    rf"|{exact('hả|nhỉ|hử|đâu')}(?= ?(?:$|[?.!]|ạ|bot|em|anh|chị))"
    r"|cho (?:\w+ )?(?:hỏi|biết)|xin hỏi|hỏi (?:chút|tí|xíu|về)|giải thích|hướng dẫn (?:em|tôi|mình|cách|giúp|"
    r"cho)|mấy giờ (?:thì|rồi|học|bắt đầu|vào|họp)"
)
HOW_LONG = rule(
    r"(?<!biết )(?<!nhớ )(?<!rõ )bao nhiêu (?:tiếng|giờ|phút|h)|(?:có|bằng|được|là) mấy (?:phút|giờ|tiếng)(?= ?[?.]*$)|"
    r"mấy (?:tiếng|giờ|phút|buổi) (?:thì|là|vậy|nhỉ|mới|một ngày)"
)
STATISTICS = rule(
    r"(?:thống kê|tổng kết|tổng hợp|báo cáo|xem|coi|tính|tra|cộng|cho \w+ xem) (?:\w+ ){0,6}(?:mấy|bao nhiêu|"
    r"tổng|giờ học|kết quả|tiến độ|số giờ|nhật ký)|(?:được|tổng|tổng cộng|tất cả|hết) mấy (?:giờ|tiếng|phút|"
    r"buổi|h)|(?:học|đã học) (?:được )?mấy (?:giờ|tiếng|buổi|phút|h) (?:rồi|vậy|nhỉ|ta|tất cả)"
    r"|(?:tuần|tháng|năm) (?:này|nay|trước|qua|rồi) (?:.{0,60} )?(?:mấy|bao nhiêu) (?:giờ|tiếng|phút|buổi)|thống kê"
)
FUTURE = rule(
    r"^để (?:tối|chiều|mai|lát|tí|chút|hôm|\x01)|"
    r"(?<!chia )sẽ|"
    r"(?<!quyết )(?<!quy )(?<!xác )(?<!nghị )(?<!nhất )(?<!\bổn )(?<!\bgia )(?<!giả )(?<!\bchỉ )"
    r"(?<!khẳng )(?<!luật )định(?! (?:hướng|"
    r"kỳ|nghĩa|luật|mức|danh|lượng|canh|cư|vị|lí|lý|dạng|tuyến|giá|giờ|thần|được))|dự định|dự kiến|dự tính|"
    rf"(?:kế hoạch|dự kiến) (?:là|học|\x01)|tính(?= (?:{_VERB}|đi|tối|mai|chiều|sẽ))|"
    rf"sắp (?:{_VERB}|vào|bắt đầu|có lớp|có tiết|đi học|đến giờ|tới giờ)|chuẩn bị (?:{_VERB}|đi|vào)"
    rf"|(?:muốn|mong|mong muốn|hy vọng|ước|đang tính|quyết tâm|sẽ cố|hứa|hẹn|rủ|{exact('thèm')}) (?:\w+ "
    rf"){{0,3}}?(?:{_VERB}|"
    r"dành|đăng ký|có)|(?:cần|phải|thích|(?:^|có lẽ |mình |em |tôi |ta )nên) (?:học|"
    r"ôn|đọc|luyện|tham gia)(?! được| xong| hết)|mới (?:bắt đầu )?(?:học|vào học|được học)(?= (?:đấy|nhé|"
    r"nha)$)|nhắc (?:bọn|chúng|tụi|tui|tớ|đồng|anh em|cả|em|tôi|mình|con|cháu|t|anh|chị|lịch|nhở|"
    r"học|giúp|hộ)|nhớ (?:nhắc|học|ôn)|hẹn (?:giờ|lịch|"
    r"lúc|báo thức|\d)|đặt (?:lịch|báo thức|mục tiêu|giờ|nhắc)|báo thức|xếp lịch|lên lịch|mục tiêu"
    r"|(?:đăng ký|đăng kí|ghi danh|ghi tên|xin (?:đăng ký|học|nghỉ|vào|tham gia))(?! xong| rồi)|will|going to|plan to|"
    r"want to|gonna|remind me|sign me up|register"
)
CONDITION = rule(
    r"nếu|nào (?:\w+ )?rảnh|rảnh thì|giá (?:mà|như)|ước (?:gì|sao|chi)|phải chi|hễ|thì được (?:mấy|bao)|"
    r"khi nào .* thì|if"
)
NEGATION = rule(
    rf"(?:không|chưa|đâu có|{exact('đâu')}|hổng|chẳng|chả|có .{{0,12}}đâu) (?:được |kịp |thể |có |hề |dám |"
    r"muốn |chịu |phải |thèm |đi |vào |thấy |còn |bao giờ |nổi |ai |cho |thích |hay |có giờ |"
    r"có thời gian )*(?:để )?(?:học|ôn|đọc|luyện|thời gian|giờ|tập trung|tham gia|làm bài|rảnh|tự học|xem|"
    r"nghe|lên lớp|học hành|vào học|ngồi)"
    r"|(?:nghỉ|bỏ|trốn|quên|lười|nản|hoãn|hủy|huỷ|chán|cúp|trễ|lỡ|bùng) (?:không )?(?:học|ôn|lớp|buổi|tiết|đọc|"
    r"môn)|học (?:không|chẳng|chả|chưa) (?:được|nổi|vào|kịp|vô)(?! (?:nhiều|bao nhiêu|mấy))|(?:học|ôn|"
    r"đọc) được đâu|chưa được (?:chữ|phút|tí|gì)|"
    rf"lớp (?:\w+ ){{0,4}}(?:hoãn|nghỉ|(?:bị |đã )?{exact('hủy|huỷ')}|bị huy|được nghỉ)"
    r"|didn't (?:study|learn|read)|did not (?:study|learn|read)|haven't|không học"
)
RECURRING = rule(
    r"(?:mỗi|mọi|từng|hàng|hằng|everyday|every) (?:một )?(?:ngày|tối|sáng|chiều|trưa|tuần|tháng|hôm|đêm|bữa|"
    r"day|week|night|morning|evening|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|cuối tuần)|(?:tối|tôi|sáng|"
    r"chiều|trưa|ngày|hôm|bữa|đêm|tuần|thứ \w+|chủ nhật) nào (?:\w+ ){0,3}(?:cũng|cung|đều|cxg)"
    r"|(?:tối|tôi|sáng|chiều|trưa|ngày|hôm|bữa|đêm|tuần) nào (?:em|tôi|mình|tớ|t )?.{0,12}(?:cũng|đều)|"
    r"ngày nào|suốt (?:cả )?(?:tuần|tháng|năm|mấy|\d|hai|ba|mùa|kỳ|đợt)|đều (?:đặn|đều)|thường xuyên|"
    rf"thường (?:em |tôi |mình |tớ |tui |cháu |con |chúng tôi |bọn em |là |thì |đều )*(?:{_VERB}|hay|ngày)|"
    r"hay (?:học|ôn|đọc|luyện)|luôn luôn|lúc nào cũng|cứ (?:tối|"
    r"sáng|đến|tới|hai|ba|\d|mỗi|chiều|trưa|rảnh|thứ)|ngày ngày|tối tối|sáng sáng|đêm đêm|cách ngày"
    r"|(?:ngày|tối|tuần|hôm) (?:liên tục|liền (?:\d|hai|ba|mấy|tù tì))|(?:\d+|hai|ba|bốn|năm|sáu|"
    r"bảy|mấy|vài|mười) (?:ngày|hôm|tối|tuần|"
    r"bữa|sáng|buổi tối|đêm)(?: (?:liền|liên tục|liên tiếp|nay|qua|vừa qua|vừa rồi))?(?! (?:trước|về trước|ago|"
    r"tháng))|cả (?:tuần|tháng|năm|kỳ)|quanh năm|thỉnh thoảng|đôi khi|(?:một|1) (?:ngày|tuần|hôm|tối) (?:\x01|\d|"
    r"hai|ba|một|học|nửa)|daily|/ ?(?:ngày|tuần|hôm|buổi|tối|day)"
    r"|từ (?:thứ|t) ?\w+ (?:đến|tới|-) (?:thứ|t|chủ|cn) ?\w*|(?:mỗi|per|a) (?:day|week)(?! ago)|nhật nhật|"
    r"tuần (?:\d|hai|ba|mấy) buổi|every day"
)
PAST = rule(r"đã|vừa|mới|rồi|xong|được|hết|mất|thêm|hoàn thành|tổng cộng|vừa rồi|xong rồi|qua|nãy")
_KIN = r"(?:con gái|con trai|em trai|em gái|cháu nội|cháu ngoại|vợ(?! chồng)|(?<!vợ )chồng|bọn trẻ|mấy đứa)"
ANNOUNCEMENT = rule(
    rf"(?<!với )(?<!cùng ){_KIN} (?:\w+ )?(?:học|ôn|đọc|luyện)|"
    r"thông báo|kính (?:gửi|mời)|mời (?:các|anh|chị|mọi|đồng chí|toàn)|khai giảng|bế giảng|diễn ra|tổ chức|"
    r"triệu tập|được (?:mở|tổ chức)|lịch học|thời khóa biểu|có \d+ (?:học viên|người|đồng chí|học sinh|bạn|"
    r"chiến sĩ|thành viên|lớp|bài|buổi)|kéo dài|(?:khóa|khoá|lớp|buổi|video|bài)(?: học| giảng)? "
    r"(?:\w+ ){0,3}dài|gồm|bao gồm|thời lượng|yêu cầu|đề nghị|toàn (?:đơn vị|đại đội|"
    r"thể)|tập trung lúc"
    r"|(?:con|cháu|vợ|(?<!vợ )chồng|bạn|thằng|nhóc|bé|chị gái|anh trai|em gái|em trai|con trai|con gái|bố|mẹ|ông|bà|"
    r"sếp|thủ trưởng|cô ấy|anh ấy|nó|họ|người ta|đứa|cu) (?:(?:\w+ )?(?:của )?(?:em|tôi|mình|tớ|tui|"
    r"nhà|tao|t) )(?:\w+ ){0,"
    r"2}(?:học|ôn|đọc|luyện|hoc)|dạy (?:con|cháu|em|kèm|tiếng|học|mọi|cho|bà con|các|lớp)|(?:nó|họ|người ta|"
    r"bọn trẻ|tụi nhỏ|học sinh|các em|các cháu) (?:\w+ )?học"
)
WRITE_DOWN = rule(
    rf"(?:ghi|lưu|note|log|cập nhật|nhập|add|bổ sung|điểm danh|báo cáo|{exact('tính|cộng|thêm|chấm')})(?: lại|"
    r" nhận| vào|"
    r" thêm| sổ)?(?: (?:giúp|giùm|dùm|hộ|cho|em|mình|tôi|t|bot|ơi|với|nhé|cháu|con|anh|chị|phát))*"
)
MORE = rule(r"nữa")
LEFT = rule(
    rf"(?:{exact('còn')}|chỉ còn|còn (?:lại|khoảng|tầm|gần)) (?:\w+ ){{0,2}}$|sau (?:khoảng )?$|{exact('đợi|chờ')} "
    rf"(?:\w+ )?$"
)
POLITE_END = rule(
    r"(?:được không|dc không|được chưa|nhé|nha|ok không|được hông|với)(?: (?:ạ|bot|ad|nhé|em|bạn|anh|"
    r"chị))*[?.! ]*$"
)
WHO = rule(_WHO)
