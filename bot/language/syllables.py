"""Common Vietnamese syllables with diacritics: whoever types one of these means it, and not a look-alike."""

_WORDS = """
biên biến biết biểu biệt buồn buổi buộc bà bài bàn bày bá bác bách bái bán bánh báo bát bây bã bão bé bên bình bí bò
bó bón bóng bông bút bơ bơi bơm bươn bước bướm bưởi bạn bả bản bảng bảo bảy bấm bẩn bẩy bẫy bận bắc bắn bắt bằng bếp
bệnh bị bỏ bỏng bố bối bốn bốt bồi bồng bổ bổn bộ bội bộn bờ bởi bức bừa bữa bựa chiến chiếu chiều chuyên chuyển
chuyện chuẩn chào chán cháu châm chè chén chéo chí chính chó chùa chú chút chăm chăn chơi chưa chương chạy chấm chấp
chất chậm chắc chắn chặn chặng chế chỉ chị chịu chọn chốc chối chống chốt chồng chỗ chớp chờ chợ chụp chủ chứa chức
chứng chữ chữa cuối cuộc cày cá các cách cái cán cánh cáo câu cây còn có cô công cùng căn cũ cũng cơ cơm cư cước
cười cường cả cảm cảnh cấm cấp cấu cấy cần cầu cầy cận cập cậu cậy cọ cỏ cố cốt cổ cổng cộ cộng cớ cớm cờ cỡ cụ cục
của củng cứ cứu cực diễn diện duyệt dài dành dân dây dã dê dì dòng dõi dù dùng dương dưới dưỡng dược dạ dạy dấu dầu
dẫn dậy dễ dệt dịch dọc dọn dốt dụ dục dụng dứt dữ dự dựa dựng ghép già giá giám giáo gió giông giúp giả giải giấy
giặt giỏ giỏi giống giỗ giới giờ giở giữ giữa gà gác gì góc góp gõ gạ gạc gạch gần gắn gắt gặp gặt gọi gốc gồm gỗ gỡ
gửi hiển hiểu hiện hiệu hoà hoàn hoàng hoá hoãn hoạch hoạt hoặc huyền huyện huân huấn huệ huỳnh huỷ hà hài hàm hàn
hàng hành hái hát hè hén hình hòa hóa hóc hô hôm hơn hương hướng hường hưởng hại hạn hạng hạnh hạt hải hằng hết hệ
hệt hỉ họ họa học họp hỏi hối hồ hồi hồng hổm hỗ hộ hội hộp hớp hợp hủy hứng khoá khoản khuyến khá khác khâu khèn
khí khích khó khóa khóc khôi không khảo khấu khẩu khối khống khổ khổng kiến kiểm kiệm kiện kèm kém kéo kênh kìa kính
kíp ký kạn kẹt kẻ kế kết kể kịp kỳ kỷ kỹ liên liệu loại luyện luận luật là làm lào lát lâm lâu lãng lãnh lê lên lính
lõi lùi lúa lúc lý lĩnh lưu lưới lười lưỡi lượng lượt lại lạnh lạt lấy lần lầu lập lắt lặn lặng lặp lẻ lẽ lề lễ lệ
lệnh lịch lối lồng lỗ lỗi lộ lộn lớn lớp lời lợi lợn lục lụt lứa lửa lữ lựa lực miền muối muốn muỗi mà mài mày mát
máu máy mây mã mãi mình mía mót mô môi môn mông mù mùa mùng múa mưa mươi mười mạng mạnh mất mấy mần mẫu mật mắt mặc
mặt mẹ mẻ mềm mệt mọi mọt mốc mốt mồi mồng mỗi mộc mộng một mới mời mở mục mủ mức mừng mực nghiêm nghiên nghiêng
nghiệm nghiệp nghĩ nghĩa nghề nghệ nghỉ nghị nghịch ngoài ngoại nguyên nguyễn nguyện nguồn ngành ngày ngân ngôn ngõ
ngũ người ngưỡng ngắn ngồi ngợm ngủ ngừng ngữ nhiêu nhiều nhiệm nhà nhá nhân nhãn nhé nhì nhóc nhóm như nhưng nhạc
nhạy nhất nhầm nhẩm nhận nhập nhật nhắc nhắn nhằm nhỏ nhớ những nuôi nàn nào này nâng não nên nêu nòng nó nói nóng
nông núi nút năm năng nơi nương nước nản nấm nấu nắm nắng nằm nếu nền nọ nỏ nối nồm nồng nổ nội nộp nợ nửa nữa phiên
phiếu phá pháp phát phép phê phí phía phòng phó phóng phông phù phú phúc phút phương phước phường phạm phạt phải
phản phấn phần phẩm phố phối phổ phụ phục phụng phủ quyết quyền quà quá quân quét quê quên quý quả quản quảng quế
quốc quỹ riêng ruộng rày ráu rõ rút rơi rưới rưỡi rẫy rịa rối rồi rộng rời rứa rừng rửa rữa soát soạn suốt sách sáng
sáo sáp sát sáu sâu súng sĩ sơ sơn sư sương sản sấm sắn sắp sẵn sẻ sẽ số sống sở sứ sức sử sửa sữa sự thiết thiền
thiểu thiện thoại thuận thuật thuộc thành thái tháng thân thêm thêu thì thí thích thôi thôn thông thù thùy thú thúc
thúy thơ thư thưa thường thưởng thạo thảo thấp thấy thần thẩm thắm thắng thằng thẻ thế thể thị thịt thọ thống thời
thụt thủ thủy thứ thức thử thực tiên tiêu tiến tiếng tiếp tiết tiền tiểu tiễn tiện tiệt toàn toán triển triệu truyền
truyện trà trào trách trái tránh trâu trên trì trình trí trích trò trùng trúc trăm trư trương trước trường trưởng
trạm trả trầu trận trẻ trễ trị trồng trở trợ trừ trực tuyên tuyến tuấn tuần tuệ tuổi tài tàu tá tác tám tâm tây tê
tên tìm tình tí tích tín tính tít tóc tô tôi tôm tôn tú túc tăng tư tươi tương tưới tướng tười tượng tại tạm tạo tạp
tải tảng tấm tấn tầng tận tập tắc tắm tắt tặng tẹo tế tệp tỉnh tịch tối tốt tồi tổ tổng tộc tội tớ tới tục tụi tủ tứ
từ từng tử tự tỷ uỷ viên viết viễn việc viện việt và vàng vào vâng vé vì ví võ vùi vùng văn vĩnh vũ vũng vấn vẫn vận
vật vậy vẽ vế về vệ vị vội với vời vở vỡ vợ vụ vừa vững vực xoá xuyên xác xâm xây xã xét xíu xóa xăng xưng xếp xử
yên yêu yếu à á ái án áp âm ân ê ít óc ôn ông úy ăn đa đang đi điều điểm điển điện đoàn đoán đoạn đua đuối đuổi đà
đàm đàn đào đá đáng đánh đáp đâu đây đã đình đích đính đò đòi đó đói đôi đông đúng đăng đĩa đơn đưa đường được đại
đạm đạn đạo đạp đạt đảm đảng đất đấu đấy đầu đầy đẩy đậm đập đậu đậy đắt đằng đẳng đặc đặt đẹp đẻ đến đề đền đều để
địa định đọc đỏ đố đốc đối đồ đồn đồng đổ đổi đỗ độ độc đội động đột đời đỡ đợi đủ đứa đứng đứt đừng đựng ơ ơi ưu
ương ướt ạ ảnh ấn ấy ốc ồn ổn ờ ủa ủy ứng ừ
"""

SYLLABLES = frozenset(_WORDS.split())
