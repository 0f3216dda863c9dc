"""The themes of the demo's months, by the number of the month: in Chinese and in English, with what each puts forward."""

from msgspec import Struct


class Themed(Struct, frozen=True):
    """A month's theme."""

    title: str
    title_en: str
    line: str
    line_en: str
    lifts: tuple[str, ...]


THEMES: dict[int, Themed] = {
    1: Themed(
        "温暖过年月",
        "A warm New Year",
        "写春联、送温暖，留京过年的工友一起来",
        "Couplets, visits and company for who stays in Beijing",
        ("troupe", "volunteering"),
    ),
    2: Themed(
        "开工健身月",
        "Back in shape",
        "节后第一场球，从下班后开始",
        "The first game after the holiday",
        ("league",),
    ),
    3: Themed(
        "学雷锋志愿月",
        "Volunteers’ month",
        "地铁站、社区、养老驿站都缺人，半天也行",
        "Stations, estates and care homes need people, half a day will do",
        ("volunteering",),
    ),
    4: Themed(
        "职工读书月",
        "Reading month",
        "领一本漂流书，写一句给下一个人",
        "Take a book, leave a line",
        ("reading",),
    ),
    5: Themed(
        "技能比武月",
        "Skills month",
        "考级辅导都在晚上，比武月底开赛",
        "Evening classes, contests at the end",
        ("training",),
    ),
    6: Themed(
        "安全生产月",
        "Safety month",
        "急救、消防、用电，一次学一样",
        "First aid, fire, electricity",
        ("training", "lecture"),
    ),
    7: Themed(
        "暑期亲子月",
        "Family month",
        "带孩子来，书屋和排练厅都开着",
        "Bring the children",
        ("reading", "troupe"),
    ),
    8: Themed("联赛开赛月", "League month", "博大杯开打，给自己单位加油", "The cup begins", ("league",)),
    9: Themed(
        "开学充电月",
        "Back to class",
        "秋季班开班，先看课表再报名",
        "The autumn courses",
        ("training", "lecture"),
    ),
    10: Themed(
        "艺术展演月", "Stage month", "排了一年的节目，来看一场", "A year’s rehearsals on stage", ("troupe",)
    ),
    11: Themed(
        "消防安全月",
        "Fire safety month",
        "学会用灭火器，再报一个站点的志愿岗",
        "Learn the extinguisher, then take a shift at a station",
        ("training", "volunteering"),
    ),
    12: Themed(
        "年度盘点月",
        "The year in review",
        "看看自己的这一年，年度表彰这个月公布",
        "See your own year; commendations come out this month",
        ("reading", "league"),
    ),
}
