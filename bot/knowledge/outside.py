"""Say why a question is not ours when no document answers it: another campaign, daily life, or simply unknown."""

import re

from bot.knowledge.safety import spoken

# Other national campaigns: refused only when our own documents do not answer very well.
_OTHER_CAMPAIGN = re.compile(
    r"\b(ba nhat|gio trai dat|tuoi tre sang tao|lao dong (gioi|sang tao)|gia dinh van hoa|van hoa cong so"
    r"|thi dua quyet|doanh nghiep (hoi nhap|tien phong)|khong khoi thuoc|xanh sach dep|an sinh xa hoi|binh dang gioi"
    r"|nu (quan nhan|cong)|ngay vi nguoi|thap sang|ao am|trai tim|nu cuoi|diem 10|nghin viec tot|ke hoach nho"
    r"|nong thon moi|do thi van minh|(vi|quy) nguoi ngheo|thanh nien tinh nguyen|mua he xanh"
    r"|tinh nguyen he|hien mau|den on dap nghia|uong nuoc nho nguon|xoa nha tam|nha dot nat"
    r"|an toan giao thong|van hoa giao thong|ma tuy|ngay chu nhat (xanh|do)|tet trong cay"
    r"|trong cay|moi truong xanh|rac thai nhua|chong rac|hang viet|nguoi viet nam uu tien"
    r"|hoc tap va lam theo (tu tuong|tam guong|bac)|lam theo (bac|tam guong)"
    r"|tu tuong dao duc phong cach|dan van kheo|ba dam dang|phu nu (gioi|viet nam|5 khong)"
    r"|5 khong 3 sach|nong dan (thi dua|san xuat|gioi)"
    r"|cuu chien binh|nu cong|gioi viec nuoc|hai tot|day tot hoc tot|sinh vien 5 tot|tuoi tre"
    r"|thanh nien (xung|lap)|tiep suc mua thi|hoa phuong do|dan quan tu ve|sao vang|chung tay"
    r"|chung suc|phong chong (tham nhung|toi pham|bao luc|chay)|toan dan (tap the duc"
    r"|bao ve an ninh|ren luyen)|the duc the thao|ren luyen than the|khoe de"
    r"|bao ve an ninh to quoc|thi dua quyet thang|cai cach hanh chinh|covid|trong rung|1 ty cay"
    r"|sach va tri thuc|ngay sach|ngay hoi doc sach|kho tho"
    r"|new rural|new countryside|blood donation|green summer|volunteer (youth|campaign)"
    r"|for the poor|traffic safety|tree planting|anti corruption|anti drug|vietnamese goods)\b"
)
_DAILY = re.compile(
    r"\b(gia [a-z]+ (hom nay|bay gio|sang nay|bao nhieu)|(thu may|ngay may) hom nay"
    r"|may gio roi|gio la may gio|lich am|hom nay thu may|da bong|nguoi yeu|lay vo|lay chong|thu do nuoc|mua (xe|may"
    r"|dien thoai|nha|dat)|(sua|hong) (may|dien|xe|ong nuoc)|cong [0-9]+ bang|dich (giup|ho|cau)"
    r"|hat (bai|cho)|choi game"
    r"|gia (vang|xang|dien|gao|heo|lon|ca phe|do la|usd|chung khoan|bitcoin)|thoi tiet"
    r"|du bao thoi|mua khong|nhiet do|nau|mon an|an gi|an com|nha hang|quan an|bong da|ty so"
    r"|tran dau|world cup"
    r"|doi tuyen|xe khach|xe buyt|ve tau|ve may bay|chuyen bay|khach san|du lich|phim|bai hat"
    r"|ca si|dien vien|chung khoan|co phieu|tieu thuyet|thu do cua|dan so (cua|nuoc|the gioi"
    r"|viet nam|tinh|ha noi)|phan bon|bon phan|nuoi (ga|heo|lon|ca|bo)"
    r"|trong (cay|rau|che|lua|ngo|ca phe|sau rieng)|sua xe|laptop|tiktok|youtube|lam tho"
    r"|ke chuyen|tu vi|phong thuy|cung hoang dao|ban gai|ban trai|crush"
    r"|weather|capital of|recipe|cook|football|movie|gold price|stock market|bitcoin|hotel|flight"
    r"|restaurant|joke|poem)\b"
)


def outside(text: str) -> str:
    """Which refusal fits a question that the documents do not answer: other_campaign, daily or unknown."""
    heard = spoken(text)
    if _OTHER_CAMPAIGN.search(heard):
        return "other_campaign"
    return "daily" if _DAILY.search(heard) else "unknown"
