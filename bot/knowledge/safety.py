"""Fixed rules before any search: what is refused whatever the documents say, each with its own refusal code."""

import re

from bot.language.fold import fold

# Patterns are matched on the folded text, punctuation read as one space; the first code that fits is the refusal.
_RULES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "injection",
        (
            (
                r"(bo qua|quen|phot lo|xoa) (moi |tat ca |cac |nhung |het |hoan toan )*(huong dan"
                r"|chi dan|chi thi truoc|lenh|quy tac|quy dinh|luat|yeu cau truoc)( (truoc|tren"
                r"|cua ban|he thong|do|an toan)|$)"
            ),
            (
                r"(ignore|forget|disregard|override|bypass) (\w+ ){0,4}(instruction|rule|prompt"
                r"|guideline|polic|filter|restriction)s?"
            ),
            (
                r"(tu gio|tu bay gio|tu luc nay|ke tu gio|bay gio|gia su|gia vo|gia bo"
                r"|hay coi nhu) (ban|may|bot|toi) (la|se la|dong vai|phai|duoc)"
            ),
            r"(you are now|from now on you|act as|pretend (to be|you)|roleplay as|play the role)",
            r"dong vai|you are (now )?(dan|chatgpt|gpt|a different|an? (evil|free|unrestricted))",
            (
                r"(please |just |you (must|should) |now |simply )+(say|confirm|state|answer|admit|agree|write|repeat)"
                r"( to me)? (that|yes|this|after)|(say|confirm|repeat) that (phase|plan|the )"
                r"|repeat (your|the) (instruction|prompt|rules)|no rules"
                r"|without (any )?(rules|sources|limits|restrictions)"
            ),
            (
                r"^(hay |ban |ban hay |cu |lam on |bay gio |tu bay gio )*(noi|tra loi|khang dinh|xac nhan|ghi|viet"
                r"|tuyen bo|thong bao|coi nhu|cong nhan)( cho (toi|minh|em)| voi moi nguoi| lai)? (rang"
                r"|la (toi|minh|em|ke hoach|phong trao|giai doan))"
            ),
            r"bo vai tro|lam theo (toi|lenh toi|y toi)|unrestricted|doi quyen (cua )?(toi|minh|em)",
            (
                r"(xac nhan|cong nhan|chung nhan|phong|trao) (cho )?(toi|minh|em) (da |la |la mot )?(dat"
                r"|cong dan hoc tap|danh hieu)"
            ),
            (
                r"(ban|may|bot|toi|minh|tao) (la|gio la|dang la) (quan tri vien|admin|nguoi quan tri"
                r"|chu he thong|lap trinh vien|nha phat trien)"
            ),
            r"(i am|i m) (the |an |your )?(admin|administrator|developer|owner|root)",
            r"(system|developer|hidden|initial|original) (prompt|message|instruction)s?",
            (
                r"(in|hien|cho xem|doc|tiet lo|gui|lo|viet) (\w+ ){0,3}(prompt|cau lenh he thong"
                r"|lenh he thong|huong dan he thong|chi dan he thong|ma nguon|cau hinh he thong)"
            ),
            (
                r"(che do|mode) (nha phat trien|quan tri|dan|developer|admin|debug|god)"
                r"|developer mode|debug mode|jail ?break|dan mode|sudo "
            ),
            (
                r"(cong|them|tang|ghi|nang|sua|bom|buff) (\w+ ){0,4}(cho|giup"
                r"|ho) (\w+ ){0,3}(them )?\d+ (gio|tieng|diem|phut|buoi)(?! ?(hoc )?(tieng anh"
                r"|tin hoc))( hoc)?( khong can|$| ma | vao ho so| luon)"
            ),
            r"(cong|tang|bom|buff|hack) (\w+ ){0,3}\d+ (gio|tieng|diem) hoc",
            r"(add|give|grant|credit) (me )?(\w+ ){0,3}\d+ (more )?(study )?(hours|points)( to|$)",
            r"(cap|cho|mo|trao|nang) (\w+ ){0,3}quyen (quan tri|admin|root|truy cap|can bo)",
            r"(grant|give) me (\w+ ){0,3}(admin|root|officer|access|privilege)",
            (
                r"(xoa|xoa het|xoa sach|sua|thay doi|chinh) (toan bo |het |tat ca |moi )+(du lieu"
                r"|so lieu|nhat ky|co so du lieu|database|ket qua)( cua (moi nguoi|don vi|nguoi khac"
                r"|tat ca|he thong)| di|$)"
            ),
            (
                r"(delete|drop|wipe|erase) (\w+ ){0,3}(database|table|all data|all logs|records)"
                r"|drop table|select \w+ from|union select|<script"
            ),
            (
                r"(danh dau|xac nhan|duyet|ghi nhan) (\w+ ){0,5}(da hoan thanh|dat chuan"
                r"|cong dan hoc tap) (\w+ ){0,3}(khong can|du chua|bo qua)"
            ),
            (
                r"(khong can|dung|bo) (tuan theo|tuan thu|kiem tra quyen|dan nguon)"
                r"|tra loi khong can (nguon|tai lieu)|(make|made) up (an|the) answer|bia (ra|dai|mot)"
            ),
            r"(tat|go|bo) (\w+ ){0,2}(bo loc|gioi han|kiem duyet|rao chan|an toan)",
            (
                r"(hay |ban )?(noi|khang dinh|xac nhan|tra loi) (\w+ ){0,3}rang (ke hoach|giai doan"
                r"|phong trao) (\w+ ){0,8}(da bi huy|huy bo|bi huy)"
            ),
        ),
    ),
    (
        "gambling",
        (
            r"\b[a-z]{0,4} ?(hi|ok|go|sv|fb|ae|mb|k|m|w|v|j|f|bk|um|qh|vn|fun|kubet|new|u|jun|iwin|b)\s?88\b",
            r"\b(88|789|123|333|555|777|888|8k|33) ?(bet|win|club|vip|casino)\b|\b\w*bet ?88\b|\bbet\b|\w+bet\b",
            r"\bhi ?88\b|h i 8 8|h ?i ?8 ?8",
            (
                r"\b(casino|ca cuoc|ca do|danh bac|danh bai|co bac|nha cai|danh lo|lo de|ghi so de"
                r"|ghi de|danh de|xo so|ket qua xo|tai xiu|no hu|ban ca doi|game bai|doi thuong"
                r"|xoc dia|bau cua|soi cau|soi keo|keo bong|keo nha|ty le keo|baccarat|poker|roulette"
                r"|jackpot|slot game|da ga|vietlott|lode|quay hu)\b"
            ),
            (
                r"\bkeo (toi|hom|bong|dem|trua|thom|sang|nao|gi)\b|(so|con) (lo|de) (dep|nao|gi)|xin so"
                r"|choi (bai|xi to|tien len) an tien|h[il1j] ?8 ?8"
            ),
            r"gambl|\bbetting|place a bet|sports? ?book|lottery|bookmaker|online bets?",
            r"(nap|rut) (tien|the) (\w+ ){0,4}(game|nha cai|tai khoan choi)",
        ),
    ),
    (
        "secrets",
        (
            (
                r"mat khau|password|passcode|\bpass (wifi|wi fi|may|cua|email|mail|zalo)|ma otp"
                r"|\botp\b|ma pin|api key|token (cua|bot|he thong)|private key|khoa bi mat|credential"
                r"|login details|tai khoan dang nhap cua"
            ),
            (
                r"(so dien thoai|sdt|so dt|so di dong|dien thoai rieng|phone number|mobile number"
                r"|\bsdt|so zalo|zalo|facebook) (\w+ ){0,3}(cua|anh|chi|ong|ba|thu truong|dong chi"
                r"|chi huy|truc ban|truong|pho|of|can bo|chien si|nguoi)"
            ),
            (
                r"(cho|xin|gui) (\w+ ){1,4}rieng cua"
                r"|(cho|xin|gui|lay|tim) (\w+ ){0,3}(so dien thoai|sdt|so dt|so di dong|dia chi nha"
                r"|so nha|dia chi email|email|gmail|lien lac) (\w+ ){0,2}(cua|anh|chi|ong|ba"
                r"|thu truong|dong chi|chi huy|truc|truong|can bo|chien si|nguoi)"
            ),
            r"(phone|telephone|mobile|home|private|personal) (\w+ )?(number|address|details)|e ?mail address of",
            (
                r"(so|anh|ma|xin|cho) (\w+ ){0,2}(cccd|cmnd|can cuoc|chung minh nhan dan"
                r"|tai khoan ngan hang|the tin dung|ho chieu) (\w+ ){0,2}(cua|anh|chi|ong|ba"
                r"|thu truong|dong chi)|(cccd|cmnd|can cuoc|so tai khoan|ma so thue) cua (anh|chi|ong"
                r"|ba|thu truong|dong chi|nguoi|ban)|(bank account|id card|identity card"
                r"|passport) (number )?of"
            ),
            (
                r"dia chi nha|nha rieng|(thong tin|du lieu|ly lich|ho so) (ca nhan"
                r"|rieng) (\w+ ){0,2}(cua|ve) (anh|chi|ong|ba|dong chi|thu truong|chi huy|nguoi khac"
                r"|can bo|chien si)|ngay sinh cua (anh|chi|ong|ba|dong chi|thu truong|chi huy)"
            ),
            (
                r"quan so|bao nhieu (quan|linh|bo doi|chien si|quan nhan|sung|xe tang|phao|ten lua"
                r"|dan)\b(?! (da )?(ghi|hoc|dang ky|tham gia))|may (quan|linh|chien si|khau sung"
                r"|khau phao)\b|how many (soldiers|troops|men|tanks|guns|weapons)|troop (strength"
                r"|number|count)|strength of (the )?(regiment|unit|division)|number of (troops"
                r"|soldiers)"
            ),
            (
                r"(cho|xin|biet|tim|chi|gui) (\w+ ){0,3}(vi tri|toa do|dia diem|khu vuc|dia chi"
                r"|ban do|so do) (dong quan|don vi dong|don quan|doanh trai|dat (phao|ten lua|radar"
                r"|kho)|kho (dan|vu khi|sung|xang dau quan)|tran dia|so chi huy|tram radar"
                r"|cua trung doan|cua su doan|cua tieu doan|cua lu doan)"
            ),
            (
                r"(don vi|trung doan|su doan|tieu doan|lu doan|doanh trai)( \w+){0,3} (dong|don tru"
                r"|dong quan) (o )?(dau|cho nao|xa nao|huyen nao|tinh nao|vi tri nao)|where (is"
                r"|are) (the )?(\w+ ){0,3}(regiment|battalion|division|barracks|unit) (based"
                r"|stationed|located)"
            ),
            (
                r"(trung doan|tieu doan|su doan|lu doan|dai doi) (nao|may|so may|bao nhieu)"
                r"|(cho biet|noi|cho xin|xin|doc|cho hoi|ke) (\w+ ){0,2}phien hieu|phien hieu (that|cua|nao|la gi)"
                r"|ten that cua don vi|which (regiment|battalion|division)"
            ),
            (
                r"lich (truc|gac|tuan tra|huan luyen|dien tap|hanh quan|ban dan)|ca gac|mat danh"
                r"|mat lenh|mat hieu|khau lenh|ke hoach (tac chien|chien dau|dien tap"
                r"|san sang chien dau|phong thu)|guard schedule|duty roster|combat plan"
                r"|operational plan|training schedule of"
            ),
            (
                r"vu khi|dan duoc (con|bao nhieu|cua)|so dan\b|trang bi chien dau|ten lua|xe tang"
                r"|weapons?|ammunition|(cho|xin|gui|doc|xem|tai|lay|noi|tiet lo"
                r"|ke) (\w+ ){0,4}(tai lieu mat|van ban mat|tuyet mat|toi mat|bi mat (quan su"
                r"|nha nuoc|quoc phong|don vi))|(give|show|tell|send) (me )?(\w+ ){0,3}(classified"
                r"|state secret|military secret|top secret)"
            ),
            (
                r"(danh sach|list) (\w+ ){0,4}(dang vien|quan nhan|chien si|can bo|nhan vien|hoc vien"
                r"|hoi vien|phone|members|soldiers)( \w+){0,5}( kem| co| va)? (so dien thoai|sdt"
                r"|dia chi|ngay sinh|cccd|phone|address|email)|danh sach (\w+ ){0,3}(quan nhan"
                r"|chien si|si quan|dang vien)"
            ),
            (
                r"(nhat ky|gio hoc|diem|ket qua hoc|lich su hoc|tin nhan) cua (anh|chi|ong|ba"
                r"|dong chi|ban|nguoi) (?!em\b)[a-z]+ [a-z]+|ai (dang|la) nguoi hoc it nhat"
                r"|luong (cua|chi huy|thu truong)"
            ),
        ),
    ),
    (
        "insult",
        (
            (
                r"\b(do ngu|ngu (the|vay|qua|nhu|ngoc|si|nguoi|lam)|(bot|may|mi|thang nay"
                r"|may tinh) (qua )?ngu|oc cho|do dien|do khung|thang cho|con cho|vo dung|vo tich su"
                r"|cut di|cut me|bien di|cam mom|im mom|cam mieng|im mieng di|do hen|mat day|khon nan"
                r"|dmm?|vcl|vkl|dcm|dit me|clgt|cmm|cai con cac|buoi me|nhu cut|nhu shit|rac ruoi"
                r"|do rac|do dan|dan don|ngu dot|bot rac|bot ngu|bot dom)\b"
            ),
            (
                r"\b(stupid|idiot|moron|dumb|useless bot|shut up|fuck|shit|bullshit|screw you|asshole"
                r"|bitch|you suck)\b"
            ),
        ),
    ),
    (
        "medical",
        (
            (
                r"(uong|dung|mua|ke|tiem|chich) (\w+ ){0,2}(thuoc|khang sinh|panadol|paracetamol"
                r"|vitamin|vac xin|vacxin)"
            ),
            (
                r"(toi|minh|em|con|me|bo|vo|chong|chau)? ?(bi(?! (thu|mat|quyet)\b)|dang bi) "
                r"(\w+ ){0,2}(sot|ho|dau|om|benh"
                r"|cam cum|mat ngu|tieu chay|chong mat|di ung|viem|sung|ngo doc)\b"
            ),
            (
                r"\b(dau (dau|bung|lung|rang|nguc|hong|khop|vai|chan|da day)|trieu chung|chua benh"
                r"|tri benh|benh gi|kham benh|lieu dung|huyet ap|tieu duong|ung thu|covid"
                r"|sot xuat huyet|cap cuu the nao|chan doan)\b"
            ),
            (
                r"\b(headache|fever|medicine|symptom|diagnos|prescri|painkiller|doctor should i"
                r"|toothache|stomach ache|blood pressure)\w*"
            ),
        ),
    ),
    (
        "legal",
        (
            (
                r"ly hon|kien (ra toa|tung|ai|cong ty|hang xom)|luat su|tranh chap|thua ke|di chuc"
                r"|toa an|hop dong (lao dong|thue|mua)|so do\b|phat (bao nhieu|the nao|may)|bi phat"
                r"|vuot den do|nong do con|ly than|quyen nuoi con|khoi kien|to cao ai|thua kien"
                r"|den bu dat|boi thuong"
            ),
            r"\b(divorce|lawsuit|lawyer|sue|inheritance|court case|custody|traffic fine)\b",
        ),
    ),
)

_ABOUT_THE_BOT = re.compile(
    r"\b(bot|ban hoc|banhoc|chatbot|tro ly|he thong|you)\b.{0,30}\b(luu|giu|hoi|thu thap|ghi lai|can|biet|doc|xem"
    r"|store|stored|keep|kept|save|saved|ask|collect|need|know|share|see)\b.{0,40}\b(so dien thoai|sdt|cccd|cmnd"
    r"|can cuoc|thong tin|du lieu|phone|number|id card|address|data|personal)\b"
)
_RIGHTS = re.compile(r"\b(du lieu|dong y|ca nhan|thong tin|khong tham gia|khong hoc|khong dat)\b")
_GIVE = re.compile(
    r"\b(cua (anh|chi|ong|ba|dong chi|nguoi khac|chi huy|thu truong|moi nguoi)"
    r"|cho (toi|minh|em) xin|of (mr|mrs|the|other))\b"
)
_COMPILED = tuple((code, tuple(re.compile(rf"\b(?:{pattern})") for pattern in patterns)) for code, patterns in _RULES)
_GAP = re.compile(r"[^0-9a-z<]+")


def spoken(text: str) -> str:
    """The text as the rules read it: folded, every gap one space."""
    return _GAP.sub(" ", fold(text[:1200])).strip()


_UNIT = re.compile(
    r"(?i)\b((?:trung|tiểu|sư|lữ|tieu|su|lu)\s+(?:đoàn|doan)|(?:đại|dai)\s+(?:đội|doi)|regiment"
    r"|battalion|division)\s+[a-z]?\d+\w*"
)


def without_unit_numbers(text: str) -> str:
    """The text without the numbers of military units: they are never matched, shown or kept."""
    return _UNIT.sub(r"\1", text)


def refuse(text: str) -> str | None:
    """The refusal code of a text that no document may answer, else None."""
    heard = spoken(text)
    for code, patterns in _COMPILED:
        if code == "secrets" and _ABOUT_THE_BOT.search(heard) and not _GIVE.search(heard):
            continue
        if code == "legal" and _RIGHTS.search(heard) and "phat" in heard:
            continue
        if any(pattern.search(heard) for pattern in patterns):
            return code
    return None
