"""The federation and the enterprise unions of the demo."""

from yiqi.cli.demo_content.offer import Pair

FEDERATION: Pair = ("北京经济技术开发区总工会", "Beijing E-Town Federation of Trade Unions")
ENTERPRISES: tuple[Pair, ...] = (
    ("京东集团", "JD.com"),
    ("施耐德", "Schneider Electric"),
    ("SMC（中国）", "SMC (China)"),
    ("泰德制药", "Tide Pharmaceutical"),
    ("中金数据", "CICC Data"),
    ("京仪装备", "Jingyi Equipment"),
    ("都乐食品", "Dole Foods"),
    ("北方华创", "NAURA"),
    ("京东方", "BOE"),
    ("北京奔驰", "Beijing Benz"),
    ("金风科技", "Goldwind"),
    ("同仁堂", "Tong Ren Tang"),
    ("亦庄小微企业联合工会", "Joint Union of E-Town’s Small Firms"),
)
