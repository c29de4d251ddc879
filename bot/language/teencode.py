"""Short and playful spellings that Vietnamese people type in chats, and the words they stand for."""

import re

_WORDS = """
em=e,iem,eim,emm|mình=mik,mk,mjk,mìk,mềnh,mìn,mjnh|bạn=bn|anh=ank|
học=hc,họk,hox,hoọc,hcj,hocc,hoq|không=ko,kô,kg,kh,khg,hem,hông,hổng,hong,kông,khum,khom,hok0,khong,kóa,k0,
chẳng,chả,đếch,nỏ|
được=dc,đc,đx,dk,đượk,đuoc,dươc,đươc,đưowcj,dược0|rồi=r,rùi,rui,òi,oy,rồy,rr,gòi,gồi,ròi,roài,rùii,roy,dồi,rầu,
rùi|luôn=lun,lunn|
thôi=thui,thoy,hoy|chiều=chìu,chjeu,chiu,chìew|nhiều=nhìu,nhiu,nhìuu|biết=bít,bik,bjt,bítt|hôm=hum,hom,hôp|
qua=wa,woa,qa,wua|hôm qua=hqua,hwa,hqa,hq,homqua,hômqua,h.qua|hôm nay=hnay,hnây,hny,hni,homnay,hômnay,hn,h.nay,
hn.|hôm kia=hkia,homkia|
bữa nay=bnay,bựa ni|chủ nhật=cnhat,cnhật,chunhat|với=vs,vz,zới,dới,zí,dí,vớii,wới|vậy=z,zậy,dzậy,zị,vại,zay,rứa,dzay|
gì=j,rì,ji,jì,zì|làm=lm,lèm|bài tập=btap,btập|bài tập về nhà=btvn|mới=ms,mứi|cũng=cx,cg,cũg,cug,cụng,
cungx|nữa=nx|trước=trc,trcs,trướk,trk|
người=ng,ngừi,ngx|nước=nc|như thế nào=ntn|bao nhiêu=bnhiu,bnhieu,bn0|mọi người=mn,mng|đang=đg,dg,đag,dag|xong=xog,
xg,xoq,xoong,soq|
sao=s|nói=ns|trả lời=tl|chính trị=ct,ctri,chtri,ctrị,chínhtrị|ngoại ngữ=nn,ngngữ|kiểm tra=ktra|bài giảng=bgiang,
bgiảng,b.giảng|
lịch sử=lsử,ls,lsu|lịch sử đảng=lsđ,lsd,lsđảng|pháp luật=pl,pluật|công nghệ thông tin=cntt|chuyển đổi số=cđs,cds,cđsố|
an toàn thông tin=attt|an ninh mạng=anm|an toàn giao thông=atgt|an toàn lao động=atlđ,atld,atvslđ,
atvsld|an toàn thực phẩm=attp|
phòng cháy chữa cháy=pccc|giáo dục quốc phòng an ninh=gdqpan,gdqp,qpan,gdqpvan|nghị quyết=nq,
nghquyết|tư tưởng hồ chí minh=tthcm,tt hcm|
kỹ năng mềm=knm|giáo dục công dân=gdcd|kinh tế chính trị=ktct|chủ nghĩa xã hội khoa học=cnxhkh|dân quân tự vệ=dqtv|
tiếng anh=av,avăn,tanh,t.anh,ta0,t.a|powerpoint=ppt,pp,pwp,powpoint|trí tuệ nhân tạo=ttnt|hành chính=hc0|
thời gian=tg,tgian|điện thoại=đt|giáo viên=gv|học sinh=hs|sinh viên=sv|xã hội học tập=xhht|học tập suốt đời=htsđ,htsd|
tiếng=tieg,tiếg,tíng,tiếq,tịếng,tiếnh,tiếgn,tíêng,tiêngs,tiếngs,tiênng,tiêg,tjeng,tjếng,tiéng,tjếg|tiếng tiếng=tiếng2|
phút=phýt,phut,phuts,phúg,phútt,fút,fut,phúc0,phut',fúc|giờ=gio,giừo,gjờ,jờ,giời0|nửa=nưả,nũa|rưỡi=ruỡi,rưởi,rươi,
ruoi,rữi,rưõi,rưỡii,rưới,rưi,gưỡi|
buổi=bủi,bùi0,bủii|sáng=ság,sáq,sag|tối=túi0,tốii|tuần=tuầng,tuầnn|thứ=thư0,thứu|ngày=ngaỳ,ngầy,
ngày|hoàn thành=hthanh,hthành,hthàh|
khóa=khoá,khóaa,khoas|đăng ký=đky,dky,đkí,đký,đăng kí,dki|thông báo=tb|nhiệm vụ=nv|đơn vị=đv|đại đội=đđ|cảm ơn=tks,
thanks,thank,thks,camon,cảmơn,cám ơn,thankiu,tkiu,c.ơn,cmon|
đi=đii,di0|gần=gầnn|khoảng=khoãng,khỏang,khoang|online=onl,ol,onlin,onine|youtube=ytb,yt,yutube,youtub,
utube|facebook=fb,face|
tiếng anh=tienganh,tiếnganh|tin học=tinhoc,tinhọc|tài liệu=tlieu,tliệu|chứng chỉ=cchi|ôn=onn,ônn|đọc=đok,đọk,
dok|sách=sák|
nhầm=nhằm0,nhàm,nhầmm|lộn=lộnn|thiệt=thịt0|chúng tôi=ctoi|chúng em=ce0|này=nì,nầy|kia=kiaa|lớp=lóp,lơp|
"""
_TABLE = {
    short: full
    for group in _WORDS.replace("\n", "").split("|")
    if "=" in group
    for full, shorts in [group.split("=")]
    for short in shorts.split(",")
    if not short.endswith("0") or short == "k0"
}
_TABLE.pop("hc", None)
_PAIRS = [
    (re.compile(rf"(?<!\w)(?:{pattern})(?:(?!\w)|(?<= ))"), full)
    for pattern, full in [
        (r"h[uôo]m (?:wa|woa|wua|ưa)|h[ôo]m quá(?= (?:học|e|em|t|mình|mik|ôn))", "hôm qua"),
        (r"h[uô]m ni|bữa ni|hôm ni|bựa ni|bữa ny|hum nay|hum ny", "hôm nay"),
        (
            r"h[ou]k(?= (?:có|co|hiểu|hiu|biết|bít|bik|phải|fai|rảnh|kịp|thích|muốn|chịu|nhớ|dám|được|nổi|nỗi)\b)",
            "không",
        ),
        (r"h[ou]k(?= (?:hc|học|hoc|hok)\b)", "không"),
        (
            r"(?:hok|hk|hog|hông|hong|k|0(?![.,]\d))(?=\s*(?:$|[?!.,;]| (?:ạ|z|v|vậy|ta|nhỉ|bot|ad|em|e|bn|bạn|"
            r"mn)\s*[?.!]*$))",
            "không",
        ),
        (r"(?:hok|hk|hog|hông|k|ko|khg|kg)(?= (?:phải|fai|phai)(?!\w))", "không"),
        (r"(?<=rảnh )hok|(?<=vui )hok|(?<=xong )hok|(?<=khỏe )hok", "không"),
        (r"nc (?=(?:vs|với|voi|zới) )", "nói chuyện "),
        (r"(?:hok|hk|hog|hc) ?(?:đc|dc|được|đx)(?= .*\d)", "học được"),
        (r"(?:hok|hk) ?(?:đc|dc|đx)", "không được"),
        (r"hok|hog|hc", "học"),
        (r"hk(?= .*\d ?(?:p|h|ph|phút|phut|tiếng|tieng|g|')(?!\w))", "học"),
        (r"hk", "không"),
        (r"(?<=[a-zà-ỹ] )(?:k|0)(?= [a-zđà-ỹ])|^k(?= )", "không"),
        (r"(?<=ti[eế]ng )e(?= ?(?:đê|de|đe))", "ê"),
        (r"kp", "không phải"),
        (r"(?:lm|làm|lam) bt", "làm bài tập"),
        (r"(?:đk|dk)(?= (?:cho|khóa|khoá|khoa|lớp|hc|học|hoc|giúp|hộ|dùm|em|e|mình|thi)\b)", "đăng ký"),
        (r"đk", "được"),
        (r"t\.? ?(?=(?:trung|nhật|hàn|pháp|lào|mông|thái|tày|khmer|trug)\b)", "tiếng "),
        (r"(?<=h[oọ]c )t\.? ?anh", "tiếng anh"),
        (r"c\.? ?trị", "chính trị"),
        (r"(?<=\d)t(?=\d\d?(?:p|ph|')?(?!\w))", "h"),
        (r"mai nì", "mai này"),
        (r"th\.? ?(?=[2-7](?!\w))", "thứ "),
        (r"(?:a\.v|anh v)(?= \d)", "tiếng anh"),
        (r"bài gảng", "bài giảng"),
    ]
]
_TOKEN = re.compile(r"(?<![\w'])[^\W\d_](?:[^\W\d_]|\.(?=[^\W\d_]))*(?![\d_])")


def expand(cleaned: str) -> str:
    """Write out the short forms of a cleaned text; a letter that touches a digit ("45p", "t7") stays."""
    for pattern, full in _PAIRS:
        cleaned = pattern.sub(full, cleaned)
    return _TOKEN.sub(lambda match: _TABLE.get(match[0], match[0]), cleaned)
