"""Why something cannot be done with a request, in words."""

from yiqi.i18n import gettext as _
from yiqi.programmes.training.rules.requests import MOST_PAPERS
from yiqi.programmes.training.subsidies import Why
from yiqi.web.errors import Problem


def problem(why: Why) -> Problem:
    """What went against the rules, and what to do."""
    match why:
        case Why.NO_UNION:
            return Problem(
                409, _("还没有工会确认你是会员"), _("在“我的工会”里请单位确认，确认以后就能申请。")
            )
        case Why.TOO_MANY:
            return Problem(
                409, _("最多传 %(n)s 个文件", n=MOST_PAPERS), _("先删掉一个，或者把几页拼成一个 PDF。")
            )
        case Why.NO_EVIDENCE:
            return Problem(409, _("还没有材料"), _("至少传一个文件，再提交。"))
        case Why.NEEDS_REASON:
            return Problem(409, _("写一句为什么"), _("申请人会看到。"))
        case Why.OWN:
            return Problem(
                409, _("自己的申请请别的组织者答复"), _("同单位的另一位组织者，或者总工会，都能答复。")
            )
        case Why.NOT_NOW:
            return Problem(409, _("这个申请已经变了"), _("看看现在的状态，再做一次。"))
