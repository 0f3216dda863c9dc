"""The demo's drifting books: titles, places where they change hands, and what readers write into them."""

from msgspec import Struct

from yiqi.cli.demo_content.offer import Pair


class Book(Struct, frozen=True):
    """A title with so many copies, and words that fit it."""

    name: Pair
    author: Pair
    about: Pair
    copies: int
    words: tuple[str, ...]


BOOKS = (
    Book(
        ("平凡的世界", "Ordinary World"),
        ("路遥", "Lu Yao"),
        (
            "孙少平从黄土地走到煤矿井下。写给每一个靠双手过日子的人。",
            "From the loess to the coal face: for everybody who lives by their hands.",
        ),
        4,
        (
            "井下那段看了三遍。少平上夜班前还在看书，我也是。",
            "我爸就是揽工的，看到第二部才懂他为什么不爱说话。",
            "第 217 页折角是我，抱歉，那句太好了。",
            "下夜班坐首班地铁看完最后一章，差点坐过站。",
            "田晓霞那里先别看，留到休息日。",
            "借给我媳妇看了，现在她跟我抢。",
        ),
    ),
    Book(
        ("活着", "To Live"),
        ("余华", "Yu Hua"),
        ("薄薄一本，一个下午能读完，要缓好几天。", "Thin: an afternoon to read, days to get over."),
        3,
        (
            "午休看的，食堂阿姨问我怎么了。",
            "看完给家里打了个电话。",
            "福贵和牛那一段，念给全班组听了。",
            "纸巾备好。",
        ),
    ),
    Book(
        ("三体", "The Three-Body Problem"),
        ("刘慈欣", "Liu Cixin"),
        (
            "设备科的人都说该看第二部，先把第一部漂起来。",
            "The maintenance crew swear by part two; here is part one.",
        ),
        3,
        (
            "降维那段看得我校准都做错了一次，又重做。",
            "给我儿子看，他说比补习班有意思。",
            "智子要是装在 PLC 里就麻烦了。",
            "等第二部。",
        ),
    ),
    Book(
        ("人世间", "A Lifelong Journey"),
        ("梁晓声", "Liang Xiaosheng"),
        (
            "光字片的兄弟姐妹，像我们老厂区的邻居。",
            "Brothers and sisters of a workers’ quarter, like our old plant.",
        ),
        2,
        ("老厂区的味道全在里面。", "看了两个月，舍不得还。", "周秉昆比我像班长。"),
    ),
    Book(
        ("钢铁是怎样炼成的", "How the Steel Was Tempered"),
        ("奥斯特洛夫斯基", "Nikolai Ostrovsky"),
        (
            "师傅传给徒弟的那一本，扉页上有三个人的签名。",
            "The copy that masters hand to apprentices; three names on the flyleaf.",
        ),
        2,
        ("师傅给我的，我给我徒弟。", "扉页又多了一个名字。", "铁路那一章，冬天夜班看最合适。"),
    ),
    Book(
        ("大国工匠", "Master Craftsmen"),
        ("全国总工会宣教部", "ACFTU"),
        ("十六位工匠的手艺和脾气，讲怎么把一件事做到头。", "Sixteen craftsmen and how they go all the way."),
        3,
        (
            "焊接那篇，角度和我师傅说的一样。",
            "给实训室留一本就好了。",
            "看完把工位收拾了一遍。",
            "第 88 页的图可以照着练。",
        ),
    ),
    Book(
        ("我的阿勒泰", "My Altay"),
        ("李娟", "Li Juan"),
        ("草原、弹棉花和外婆，读着不累。", "Grassland, cotton and a grandmother; light to read."),
        3,
        ("流水线站一天，看这个像吹风。", "想请年假去一趟。", "好笑，别在安静的车厢里看。"),
    ),
    Book(
        ("一句顶一万句", "Someone to Talk To"),
        ("刘震云", "Liu Zhenyun"),
        ("说得着的人，一辈子能遇上几个。", "How many people can you really talk to?"),
        2,
        ("说得着，四个字够想半天。", "杨百顺换了多少工种，数一数。"),
    ),
    Book(
        ("电工手册", "The Electrician’s Handbook"),
        ("本书编写组", "The editors"),
        (
            "备考中级的人最需要的一本，里面夹着前面几位的笔记。",
            "What level-4 candidates need, with notes of those before you.",
        ),
        2,
        (
            "第 6 章夹了我的错题，用得着就留着。",
            "过了。谢谢前面那位的接线图。",
            "变频器那页有更正，看铅笔字。",
        ),
    ),
    Book(
        ("夜航西飞", "West with the Night"),
        ("柏瑞尔·马卡姆", "Beryl Markham"),
        (
            "一个女飞行员在非洲的夜里飞，适合上夜班的人。",
            "A woman pilot in the African night: for night shifts.",
        ),
        2,
        ("凌晨三点的休息室，读这个正好。", "勇敢这两个字，原来是这样写的。"),
    ),
    Book(
        ("小王子", "The Little Prince"),
        ("圣埃克苏佩里", "Antoine de Saint-Exupéry"),
        ("绘本版，带孩子一起看。", "The picture book, for reading with children."),
        2,
        ("闺女六岁，要我读三遍。", "她在最后一页画了一只羊。", "狐狸那章，大人看更难受。"),
    ),
    Book(
        ("中国制造业十讲", "Ten Lectures on Manufacturing"),
        ("开发区读书会", "E-Town reading club"),
        ("我们自己编的，讲亦庄的厂从哪儿来。", "Made by ourselves: where E-Town’s plants come from."),
        2,
        ("讲到我们那条线了，第四讲。", "原来 1992 年这里是西瓜地。"),
    ),
)
PLACES = (
    "荣京东街站 A 口",
    "经海路站站台",
    "三号车间休息室",
    "总装二车间更衣室",
    "职工食堂二楼",
    "通勤车 6 号线上",
    "科创街公寓楼下",
    "班组会上",
    "培训基地门口",
    "深夜书房",
    "博大公园长椅",
    "倒班楼 1 层",
    "换书集市第 11 站",
    "",
)
HOSTED = (
    "这次讨论“主要矛盾”怎么用在排产上。小吴讲了他们线体换型的例子：先抓瓶颈工位，一个班省出 40 分钟。下次把自己工位的一件难事写成三句话带来。",
    "读到“实践、认识、再实践”，老孟拿调试变频器打比方：照着手册调不好，听着电机调就对了。下次读《反对本本主义》，带一个真问题来。",
)
"""The host's notes, meeting by meeting."""
LINES = (
    (16, "排产那个例子我拿回班组试了，换型少等了一刻钟。"),
    (18, "上次来晚了，书还有多的吗？"),
)
CALLS = {
    "open": (
        ("“我在亦庄”职工征文", "“I live in Yizhuang” essay prize"),
        (
            "写一件你身边的小事：一个工位、一位师傅、一趟通勤车。\n1,000 到 3,000 字，体裁不限，没发表过。文件里不要写姓名和单位。",
            "Write about one small thing near you: a workplace, a master, a commuter bus.\n1,000–3,000 characters, any form, unpublished. "
            "No name or employer in the file.",
        ),
    ),
    "awarded": (
        ("“师傅”主题征文", "“My master” essay prize"),
        (
            "写一写教过你手艺的人。800 到 2,000 字。",
            "Write about somebody who taught you your trade. 800–2,000 characters.",
        ),
    ),
}
ESSAYS = (
    (11, "一把游标卡尺", "师傅退休那天，把卡尺留给了我。\n" * 40, "first", (92, 88, 95)),
    (14, "零点的机房", "凌晨换班，师傅让我先听十分钟风扇。\n" * 38, "second", (86, 90, 84)),
    (17, "她教我系第一条安全带", "上塔之前，她把扣子拉了三遍。\n" * 36, "second", (88, 85, 87)),
    (13, "徒弟的账本", "他把我做坏的每一件都记着，也记着我做好的。\n" * 30, "third", (80, 52, 83)),
    (20, "车刀", "一把刀磨三年。\n" * 50, None, (70, 74, 68)),
)
"""Who wrote what, what it won, and the jurors' marks."""
HANDED_IN = (
    (18, "通勤车 6 号线", "六点十分，车灯先亮。\n" * 60),
    (15, "车间的一盆绿萝", "它在变频柜旁边活了四年。\n" * 55),
)
"""What was handed in for the call that is open."""
JURORS = (2, 3, 16)
REMARKS = (
    "细节扎实，结尾收得好。",
    "语言朴素，有现场感。",
    "立意好，中段可以再紧一些。",
    "真情实感，读着亲切。",
)
