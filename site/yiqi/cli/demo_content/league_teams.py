"""The teams of the demo's league: their groups, their unions, and how well they play."""

OWN = "泰德制药"
A = (
    ("施耐德", "Schneider Electric", "施耐德"),
    ("SMC（中国）", "SMC (China)", "SMC（中国）"),
    ("中金数据", "CICC Data", "中金数据"),
    ("都乐食品", "Dole Foods", "都乐食品"),
    (OWN, "Tide Pharmaceutical", OWN),
    ("京东集团", "JD.com", "京东集团"),
    ("京仪装备", "Jingyi Equipment", "京仪装备"),
)
B = (
    ("北方华创", "NAURA", "北方华创"),
    ("金风科技", "Goldwind", "金风科技"),
    ("同仁堂", "Tong Ren Tang", "同仁堂"),
    ("北京奔驰一队", "Beijing Benz First", "北京奔驰"),
    ("小微企业联合", "Small Firms United", "亦庄小微企业联合工会"),
    ("京东方", "BOE", "京东方"),
    ("北京奔驰二队", "Beijing Benz Second", "北京奔驰"),
)
"""The groups in the order that puts 京东集团 against 施耐德, and 泰德制药 against SMC, into the last round: the circle
method sets those against each other whose numbers have the same sum."""
STRENGTH = {
    "京东集团": 14,
    OWN: 9,
    "施耐德": 8,
    "SMC（中国）": 4,
    "京仪装备": 0,
    "中金数据": -6,
    "都乐食品": -7,
    "京东方": 11,
    "北京奔驰一队": 7,
    "北方华创": 6,
    "金风科技": 2,
    "同仁堂": -1,
    "小微企业联合": -5,
    "北京奔驰二队": -9,
}
