"""What is said when a proof of who somebody is fails."""

import math

from yiqi.i18n import gettext as _
from yiqi.people.codes import WrongCode
from yiqi.people.tallies import TooMany


def wrong(error: WrongCode) -> str:
    """A code that was not right, or was used before."""
    if error.expired:
        return _("过期了或者已经用过，换一个新的")
    if error.left:
        return _("不对，或者已经用过。还可以试 %(n)s 次", n=error.left)
    return _("试得太多了，过 15 分钟再来")


def too_many(limit: TooMany, *, signing_in: bool = False) -> str:
    """A limit that was reached, when it eases, and who helps somebody who cannot sign in."""
    seconds = math.ceil(limit.wait.total_seconds())
    if seconds <= 120:
        return _("发得太快了，%(n)s 秒后再来", n=seconds)
    minutes = math.ceil(seconds / 60)
    if signing_in:
        return _("试得太多了，%(n)s 分钟后再来，或去服务中心", n=minutes)
    return _("试得太多了，%(n)s 分钟后再来", n=minutes)
