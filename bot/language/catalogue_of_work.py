"""The second half of the catalogue: trades and professions, life skills, school subjects and arts."""

WORK = """
[profession]
khí tượng = khí tượng học, dự báo thời tiết
thủy văn = thủy văn học
khí tượng thủy văn
quan trắc khí tượng = quan trắc, quan trắc viên
dự báo khí tượng = dự báo
hải văn
biến đổi khí hậu
phòng chống thiên tai = phòng tránh thiên tai
kế toán = nghiệp vụ kế toán
kiểm toán
quản lý đất đai
địa chính
tài chính = quản lý tài chính
thuế
văn thư lưu trữ = văn thư, lưu trữ
soạn thảo văn bản = kỹ thuật soạn thảo văn bản
quản lý nhà nước
quản lý giáo dục
nghiệp vụ sư phạm = sư phạm, phương pháp giảng dạy
chuyên chuyên
y tế = y học, y khoa
điều dưỡng
dược = dược học
y học cổ truyền = đông y
an toàn lao động = vệ sinh lao động, an toàn vệ sinh lao động
an toàn điện
an toàn thực phẩm = vệ sinh an toàn thực phẩm
điện dân dụng = sửa điện
điện tử
điện lạnh = sửa điều hòa
hàn = nghề hàn, hàn điện, hàn xì
cơ khí
tiện
mộc = nghề mộc
may = nghề may, may mặc, cắt may
thêu = thêu thổ cẩm
dệt thổ cẩm = dệt, dệt vải
đan lát
sửa xe máy = sửa chữa xe máy
sửa chữa ô tô = sửa ô tô
lái xe = lái xe ô tô, lái ô tô, bằng lái xe
lái máy cày
bảo trì máy cày
lái máy xúc
lái flycam = điều khiển flycam, drone
xây dựng = thợ xây
trồng trọt = kỹ thuật trồng trọt
chăn nuôi = kỹ thuật chăn nuôi
thú y
trồng rau sạch = trồng rau, kỹ thuật trồng rau
trồng lúa = kỹ thuật trồng lúa
trồng cà phê = chăm sóc cà phê
trồng chè
trồng quế
trồng nấm
trồng cây ăn quả
trồng rừng = lâm nghiệp
ghép cây
kỹ thuật ghép cây ăn quả
nuôi tằm
đan lát mây tre
nuôi ong = kỹ thuật nuôi ong
nuôi cá lồng = kỹ thuật nuôi cá lồng
nuôi cá = kỹ thuật nuôi cá, nuôi trồng thủy sản
nuôi tôm = kỹ thuật nuôi tôm
nuôi gà = kỹ thuật nuôi gà, chăn nuôi gà
nuôi lợn = nuôi heo, kỹ thuật nuôi lợn, chăn nuôi lợn
nuôi bò = kỹ thuật nuôi bò, chăn nuôi bò
nuôi dê = kỹ thuật nuôi dê
khuyến nông
nông nghiệp
nông nghiệp công nghệ cao
bảo vệ thực vật
hợp tác xã
pha chế = pha chế đồ uống
nấu ăn = nghề nấu ăn, chế biến món ăn
làm bánh
cắt tóc
trang điểm
du lịch cộng đồng = du lịch
hướng dẫn viên du lịch
khởi nghiệp
quản trị kinh doanh = kinh doanh
marketing
bán hàng
bảo hiểm xã hội
dược lý
châm cứu
giải phẫu
phục hồi chức năng
chăm sóc người cao tuổi = chăm sóc người già
xử lý ảnh vệ tinh = viễn thám
đo đạc bản đồ = trắc địa
địa chất
quản lý dự án
quản lý rừng
kiểm lâm
công tác xã hội
hòa giải cơ sở = hòa giải ở cơ sở
cắm hoa
may áo dài
làm vườn
nuôi lươn
nuôi vịt = kỹ thuật nuôi vịt, chăn nuôi vịt
trồng ngô = kỹ thuật trồng ngô
trồng sầu riêng
trồng dưa lưới
ủ phân hữu cơ
sửa chữa điện thoại = sửa điện thoại
vận hành máy gặt
vận hành máy móc
[life_skills]
kỹ năng sống = kĩ năng sống
kỹ năng mềm
kỹ năng thuyết trình = thuyết trình
kỹ năng giao tiếp
kỹ năng làm việc nhóm = làm việc nhóm
kỹ năng quản lý thời gian = quản lý thời gian
kỹ năng lãnh đạo
kỹ năng đàm phán
kỹ năng phỏng vấn
kỹ năng tuyên truyền = tuyên truyền miệng
quản lý tài chính cá nhân = quản lý chi tiêu, tài chính cá nhân
sơ cứu
sơ cấp cứu = sơ cứu ban đầu, cấp cứu ban đầu
chăm sóc sức khỏe = chăm sóc sức khoẻ, sức khỏe
sức khỏe sinh sản
sức khỏe tâm thần
dinh dưỡng
nuôi dạy con = làm cha mẹ
bình đẳng giới
phòng chống đuối nước
bơi
yoga
thiền
thể dục
bảo vệ môi trường
phân loại rác
[other]
toán = toán học
ngữ văn = văn học, văn
vật lý = vật lí, lý
hóa học = hoá học, hóa, hoá
sinh học = sinh
lịch sử = sử
địa lý = địa lí, địa
giáo dục công dân
công nghệ
khoa học
khoa học tự nhiên
khoa học xã hội
mỹ thuật
âm nhạc = nhạc
xóa mù chữ = xoá mù chữ
lịch sử địa phương
văn hóa dân tộc = văn hóa
tâm lý học = tâm lý
xã hội học
logic học = logic
thống kê = xác suất thống kê
giải tích
đại số
hình học
hóa hữu cơ
nhạc lý
đàn bầu
đàn tranh
đàn nguyệt
đọc hiểu
vẽ kỹ thuật
ngôn ngữ ký hiệu
khiêu vũ
kinh tế = kinh tế học
thư viện
đọc sách = đọc sách báo
đọc báo = đọc báo quân đội nhân dân, báo quân đội nhân dân, báo nhân dân, đọc tin tức
đọc truyện
vẽ = vẽ tranh
hát = thanh nhạc
múa
múa xòe
đàn
đàn guitar = guitar, ghi ta, đàn ghi ta
đàn organ = organ, piano, đàn piano
đàn tính = hát then
sáo = thổi sáo
khèn = thổi khèn
cờ vua
cờ tướng
thư pháp
luyện viết chữ đẹp = luyện chữ đẹp, viết chữ đẹp
nhiếp ảnh = chụp ảnh
viết báo = viết tin bài
ôn thi = luyện thi, luyện đề, giải đề
ôn bài = học bài, làm bài tập về nhà
"""
