"""The places where the demo's offers happen, with the way there."""

from yiqi.cli.demo_content.offer import Place

GYM = Place(
    ("博大公园篮球馆", "Boda Park Basketball Hall"),
    ("停车从北门进，凭签到码免费", "Parking by the north gate, free with your check-in code"),
)
CENTRE_HALL = Place(
    ("职工服务中心四层报告厅", "Workers’ Service Centre, lecture hall, 4th floor"),
    ("亦庄线荣京东街站 A 口，走路 4 分钟", "Rongjing East St Station (Yizhuang Line), Exit A, 4 min on foot"),
)
CENTRE_WINDOW = Place(
    ("职工服务中心一层 3 号窗口", "Workers’ Service Centre, window 3, ground floor"),
    ("荣华中路 10 号，正门进右手边", "10 Ronghua Middle Rd, main door, on the right"),
)
CENTRE_LOBBY = Place(
    ("职工服务中心一层大厅", "Workers’ Service Centre, ground-floor lobby"),
    ("荣华中路 10 号，东侧电梯旁集合", "10 Ronghua Middle Rd, meet by the east lifts"),
)
LIBRARY = Place(
    ("职工书屋 B1", "Workers’ Library, B1"),
    (
        "荣华中路 10 号，亦庄线荣昌东街站 B 口，走路 6 分钟",
        "10 Ronghua Middle Rd; Rongchang East St Station, Exit B, 6 min on foot",
    ),
)
CULTURE_302 = Place(
    ("亦城文化中心 302", "Yicheng Culture Centre, Room 302"),
    ("从西侧职工入口上三楼，带工牌", "West staff entrance, third floor; bring your badge"),
)
CULTURE_THEATRE = Place(
    ("亦城文化中心小剧场", "Yicheng Culture Centre, studio theatre"),
    ("开场后不再入场，大件存在一层", "No entry after the start; leave large bags on the ground floor"),
)
DANCE_ROOM = Place(
    ("职工之家排练厅", "Workers’ Club, rehearsal hall"),
    ("宏达北路 12 号，地下一层，请带软底鞋", "12 Hongda North Rd, basement; soft-soled shoes please"),
)
TRAINING_HALL = Place(
    ("职工技能培训基地报告厅", "Skills Training Base, lecture hall"),
    ("科创十四街 8 号，公交专 167 路培训基地站", "8 Kechuang 14th St; bus Zhuan 167, Training Base stop"),
)
WORKSHOP_2 = Place(
    ("职工技能培训基地 2 号实训室", "Skills Training Base, workshop 2"),
    ("科创十四街 8 号，进门换绝缘鞋", "8 Kechuang 14th St; change into insulated shoes at the door"),
)
WORKSHOP_5 = Place(
    ("职工技能培训基地 5 号实训室", "Skills Training Base, workshop 5"),
    ("科创十四街 8 号，实训楼一层最里面", "8 Kechuang 14th St, workshop block, far end of the ground floor"),
)
COMPUTER_ROOM = Place(
    ("职工服务中心三层机房", "Workers’ Service Centre, computer room, 3rd floor"),
    ("亦庄线荣京东街站 A 口，走路 4 分钟", "Rongjing East St Station (Yizhuang Line), Exit A, 4 min on foot"),
)
TIDE_CLUB = Place(
    ("泰德制药职工之家二层", "Tide Pharmaceutical, Workers’ Club, 2nd floor"),
    ("凭工牌从东门进，找前台登记", "East gate with your badge, register at the desk"),
)
SCHNEIDER_CLUB = Place(
    ("施耐德职工之家", "Schneider Electric, Workers’ Club"),
    ("南门访客通道登记，12:10 有人带入", "Visitors’ lane at the south gate; someone takes you in at 12:10"),
)
DATA_LIBRARY = Place(
    ("中金数据职工书屋", "CICC Data, workers’ library"),
    ("博兴八路 1 号，1 号楼大堂右转", "1 Boxing 8th Rd, building 1, right after the lobby"),
)
NAURA_CANTEEN = Place(
    ("北方华创员工餐厅连廊", "NAURA, canteen gallery"),
    ("文昌大道 8 号，访客从 2 号门登记", "8 Wenchang Ave; visitors register at gate 2"),
)
JD_ATRIUM = Place(
    ("京东集团总部 1 号楼中庭", "JD.com headquarters, building 1, atrium"),
    ("经海路站 C 口出来，凭工牌或预约码进", "Jinghai Rd Station, Exit C; badge or booking code at the door"),
)
MARATHON = Place(
    ("荣京东街地铁站 A 口集合", "Meet at Rongjing East St Station, Exit A"),
    ("05:20 起有接驳班车，从各厂区发车", "Shuttle buses leave the plants from 05:20"),
)
METRO = Place(
    ("亦庄线各站，站厅客服中心集合", "Yizhuang Line, meet at each station’s service desk"),
    ("穿马甲免费进站，提前 15 分钟到", "Enter free in the vest; be there 15 minutes early"),
)
YANQI = Place(
    ("怀柔雁栖湖职工疗养院", "Yanqi Lake Sanatorium, Huairou"),
    ("职工服务中心门口发车，带身份证", "Coach from the service centre; bring your ID card"),
)
PARK_GATE = Place(
    ("博大公园东门", "Boda Park, east gate"),
    ("荣昌东街站 A 口，走路 8 分钟", "Rongchang East St Station, Exit A, 8 min on foot"),
)
SQUARE = Place(
    ("宏达工业园中心广场", "Hongda Industrial Park, central square"),
    ("食堂门前白色帐篷，下雨移到食堂里", "White tent in front of the canteen; inside it if it rains"),
)
