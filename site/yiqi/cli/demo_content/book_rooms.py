"""The demo's book rooms: whose, where, and when they are open."""

from msgspec import Struct

from yiqi.cli.demo_content.offer import Pair
from yiqi.cli.demo_content.unions import FEDERATION

FED = FEDERATION[0]
CORE: Pair = ("核心区", "Core area")
EAST: Pair = ("路东区", "East area")
WEST: Pair = ("河西区", "West bank")
SOUTH: Pair = ("路南区", "South area")
MAJU: Pair = ("马驹桥", "Majuqiao")
OFFICE, LONG, ALWAYS = "08:30-12:00，13:00-18:00", "09:00-21:00", "全天"
LUNCH, SHIFTS, LATE = "11:30-13:30，17:00-20:00", "07:00-23:30", "18:00-01:00"


class Room(Struct, frozen=True):
    """A book room: `weekdays` and `weekend` as they are typed at the desk; `spot` latitude and longitude, where known."""

    union: str
    name: Pair
    area: Pair
    address: Pair
    weekdays: str = LONG
    weekend: str = ""
    spot: tuple[str, str] = ("", "")
    about: Pair = ("", "")


ROOMS = (
    Room(
        FED,
        ("职工服务中心书屋", "Workers’ Service Centre library"),
        CORE,
        ("荣华中路 10 号 B1", "10 Ronghua Middle Rd, B1"),
        LONG,
        LONG,
        ("39.7951", "116.5062"),
        (
            "一万两千册，有自习桌和热水，漂流书架在进门左手",
            "12,000 books, desks and hot water; drifting books left of the door",
        ),
    ),
    Room(
        FED,
        ("荣京东街站漂流书架", "Rongjing East St book-crossing shelf"),
        CORE,
        ("亦庄线荣京东街站 A 口", "Yizhuang Line, Rongjing East St, Exit A"),
        "05:30-23:00",
        "05:30-23:00",
        ("39.7921", "116.5009"),
    ),
    Room(
        FED,
        ("亦城文化中心书吧", "Yicheng Culture Centre reading bar"),
        CORE,
        ("天宝园五里二区 3 号", "3 Tianbaoyuan Wuli 2nd"),
        "10:00-20:00",
        "09:00-21:00",
        ("39.8012", "116.5103"),
    ),
    Room(
        FED,
        ("博大公园林间书屋", "Boda Park library in the trees"),
        CORE,
        ("博大公园东门内 200 米", "200 m inside the east gate of Boda Park"),
        "09:00-17:00",
        "09:00-18:00",
        ("39.7868", "116.5141"),
    ),
    Room(
        FED,
        ("国锐广场楼宇工会书屋", "Guorui Plaza union library"),
        CORE,
        ("荣华南路 1 号 3 层", "1 Ronghua South Rd, 3rd floor"),
        LUNCH,
    ),
    Room(
        FED,
        ("汇龙森科技园书屋", "Huilongsen Park library"),
        EAST,
        ("科创十四街 99 号 33 栋", "99 Kechuang 14th St, block 33"),
        OFFICE,
    ),
    Room(
        FED,
        ("亦庄生物医药园书屋", "Biomedical Park library"),
        EAST,
        ("科创六街 88 号 G 座", "88 Kechuang 6th St, block G"),
        LUNCH,
    ),
    Room(
        FED,
        ("科创街职工公寓书屋", "Kechuang Street hostel library"),
        EAST,
        ("科创二街 12 号公寓 1 层", "12 Kechuang 2nd St, hostel, ground floor"),
        LATE,
        "10:00-23:00",
        ("39.7893", "116.5528"),
        ("给下中班的工友留灯", "A light for those who come off the late shift"),
    ),
    Room(
        FED,
        ("经海路站漂流书架", "Jinghai Road book-crossing shelf"),
        EAST,
        ("亦庄线经海路站 C 口", "Yizhuang Line, Jinghai Rd, Exit C"),
        "05:30-23:00",
        "05:30-23:00",
        ("39.7830", "116.5624"),
    ),
    Room(
        FED,
        ("技能培训基地书屋", "Skills Training Base library"),
        EAST,
        ("科创十四街 8 号实训楼 2 层", "8 Kechuang 14th St, workshop block, 2nd floor"),
        "08:30-20:30",
        "08:30-17:00",
    ),
    Room(
        "京东集团",
        ("京东总部 2 号楼书屋", "JD headquarters, building 2 library"),
        EAST,
        ("科创十一街 18 号院 2 号楼", "18 Kechuang 11th St, building 2"),
        "08:00-22:00",
        "10:00-18:00",
        ("39.7868", "116.5630"),
    ),
    Room(
        "京东集团",
        ("京东亚洲一号班组书屋", "JD Asia No. 1 team library"),
        MAJU,
        ("马驹桥物流园四区", "Majuqiao Logistics Park, zone 4"),
        SHIFTS,
        SHIFTS,
    ),
    Room(
        "施耐德",
        ("施耐德电气职工之家书屋", "Schneider Electric club library"),
        CORE,
        ("万源街 18 号办公楼 1 层", "18 Wanyuan St, office block, ground floor"),
        LUNCH,
    ),
    Room(
        "SMC（中国）",
        ("SMC 一工厂书屋", "SMC plant 1 library"),
        CORE,
        ("兴盛街甲 2 号食堂二楼", "2A Xingsheng St, above the canteen"),
        SHIFTS,
        "08:00-20:00",
    ),
    Room(
        "SMC（中国）",
        ("SMC 三工厂休息室书架", "SMC plant 3 break-room shelf"),
        WEST,
        ("兴海三街 6 号装配车间旁", "6 Xinghai 3rd St, by the assembly hall"),
        ALWAYS,
        ALWAYS,
    ),
    Room(
        "泰德制药",
        ("泰德制药读书角", "Tide Pharmaceutical reading corner"),
        CORE,
        ("荣京东街 8 号职工之家二层", "8 Rongjing East St, Workers’ Club, 2nd floor"),
        LUNCH,
        "",
        ("39.7926", "116.5048"),
    ),
    Room(
        "泰德制药",
        ("泰德二厂区书屋", "Tide plant 2 library"),
        SOUTH,
        ("泰河路 9 号倒班楼 1 层", "9 Taihe Rd, shift hostel, ground floor"),
        SHIFTS,
        SHIFTS,
    ),
    Room(
        "中金数据",
        ("数据港职工书吧", "Data Port reading bar"),
        EAST,
        ("博兴八路 1 号访客楼", "1 Boxing 8th Rd, visitors’ building"),
        OFFICE,
    ),
    Room(
        "京仪装备",
        ("京仪装备“工匠书屋”", "Jingyi craftsmen’s library"),
        EAST,
        ("经海四路 156 号 5 栋", "156 Jinghai 4th Rd, block 5"),
        "07:30-21:00",
        "09:00-17:00",
        ("39.7795", "116.5574"),
        (
            "技术书多，能借到全套温控手册",
            "Strong in engineering: the whole set of temperature-control manuals",
        ),
    ),
    Room(
        "都乐食品",
        ("都乐食品班前读书角", "Dole Foods reading corner"),
        SOUTH,
        ("融兴北二街 3 号更衣室外", "3 Rongxing North 2nd St, outside the changing rooms"),
        "05:30-08:00，13:30-16:30",
        "05:30-08:00",
    ),
    Room(
        "北方华创",
        ("北方华创文昌书屋", "NAURA Wenchang library"),
        CORE,
        ("文昌大道 8 号 2 层", "8 Wenchang Avenue, 2nd floor"),
        "08:00-21:00",
        "09:00-18:00",
    ),
    Room(
        "北方华创",
        ("北方华创马驹桥基地书屋", "NAURA Majuqiao library"),
        MAJU,
        ("融兴北街 1 号食堂旁", "1 Rongxing North St, by the canteen"),
        SHIFTS,
        "08:00-20:00",
    ),
    Room(
        "京东方",
        ("京东方 8.5 代线书屋", "BOE Gen 8.5 library"),
        WEST,
        ("西环中路 12 号生活区", "12 Xihuan Middle Rd, living quarters"),
        ALWAYS,
        ALWAYS,
        ("39.8046", "116.4838"),
    ),
    Room(
        "京东方",
        ("京东方研发楼书架", "BOE research block shelf"),
        WEST,
        ("地泽路 9 号 1 层大厅", "9 Dize Rd, ground-floor lobby"),
        OFFICE,
    ),
    Room(
        "北京奔驰",
        ("奔驰总装车间书屋", "Benz assembly library"),
        SOUTH,
        ("博兴路 8 号总装二车间", "8 Boxing Rd, assembly hall 2"),
        SHIFTS,
        SHIFTS,
    ),
    Room(
        "金风科技",
        ("金风大学书屋", "Goldwind University library"),
        SOUTH,
        ("博兴一路 8 号 A 座", "8 Boxing 1st Rd, block A"),
        "08:30-20:00",
        "10:00-17:00",
        ("39.7566", "116.5149"),
    ),
    Room(
        "同仁堂",
        ("同仁堂健康书屋", "Tong Ren Tang health library"),
        WEST,
        ("西环南路 8 号 3 层", "8 Xihuan South Rd, 3rd floor"),
        LUNCH,
        about=("中医养生书最多", "Best for traditional medicine"),
    ),
    Room(
        "亦庄小微企业联合工会",
        ("亦庄创新中心书屋", "Yizhuang Innovation Centre library"),
        WEST,
        ("宏达北路 12 号创新中心 B 座", "12 Hongda North Rd, block B"),
        OFFICE,
    ),
    Room(
        "亦庄小微企业联合工会",
        ("骑手驿站书架", "Couriers’ station shelf"),
        CORE,
        ("天华园一里 6 号底商", "6 Tianhuayuan Yili, shop front"),
        ALWAYS,
        ALWAYS,
        ("39.7983", "116.4972"),
        ("送餐的、送快递的都能进来歇脚看书", "Couriers may rest and read here"),
    ),
    Room(
        "亦庄小微企业联合工会",
        ("马驹桥劳务之家书屋", "Majuqiao workers’ home library"),
        MAJU,
        ("马驹桥镇兴华中街 22 号", "22 Xinghua Middle St, Majuqiao"),
        "06:00-21:00",
        "06:00-21:00",
    ),
    Room(
        "亦庄小微企业联合工会",
        ("台湖演艺车间书角", "Taihu workshop corner"),
        ("台湖", "Taihu"),
        ("台湖镇星湖园 4 号", "4 Xinghuyuan, Taihu"),
        "09:00-17:00",
    ),
)
