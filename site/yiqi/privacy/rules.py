"""Whose a number is that nobody used for long: arithmetic only."""

import re
from datetime import timedelta

CLAIM_LIFE = timedelta(minutes=15)
CLAIM_TRIES = 3
_SHORTEST_UNION = 2
_COMMON = re.compile(
    "|".join(
        sorted(
            (
                *(
                    "北京市",
                    "北京",
                    "中国",
                    "大兴区",
                    "大兴",
                    "亦庄",
                    "经济技术开发区",
                    "经济",
                    "开发区",
                    "经开区",
                ),
                *(
                    "有限责任",
                    "有限",
                    "责任",
                    "股份",
                    "公司",
                    "分公司",
                    "集团",
                    "企业",
                    "单位",
                    "科技",
                    "技术",
                    "总部",
                ),
                *("工会委员会", "委员会", "总工会", "联合工会", "工会"),
            ),
            key=len,
            reverse=True,
        )
    )
)
"""What stands in the names of many, and is no answer to the question whose enterprise it was."""
_COMMON_WORDS = frozenset(
    [
        "a",
        "and",
        "beijing",
        "china",
        "co",
        "company",
        "corporation",
        "corp",
        "e",
        "federation",
        "group",
        "in",
        "inc",
        "joint",
        "ltd",
        "of",
        "s",
        "technology",
        "the",
        "town",
        "trade",
        "union",
        "unions",
        "yizhuang",
    ]
)
_WORD = re.compile(r"[a-z0-9]+")


def is_surname(typed: str, name: str) -> bool:
    """Whether somebody named the surname of a name, or all of it. An unknown name fits nothing."""
    said, known = "".join(typed.split()), "".join(name.split())
    if not said or not known:
        return False
    return said == known or (len(said) <= 2 and len(said) < len(known) and known.startswith(said))


def is_of_union(typed: str, union: str) -> bool:
    """Whether somebody named a union, or its enterprise, in Chinese or English: all of its name, or a piece of it that not
    every other one has in its name, too."""
    said, known = " ".join(typed.casefold().split()), " ".join(union.casefold().split())
    if not said or said == known:
        return bool(said)
    if said.isascii():
        words = set(_WORD.findall(said)) - _COMMON_WORDS
        return bool(words) and words <= set(_WORD.findall(known))
    core = _COMMON.sub(" ", said).split()
    return any(len(one) >= _SHORTEST_UNION for one in core) and all(one in known for one in core)
