"""A year's record as lists for files: who is commended, the people, the unions."""

from collections.abc import Callable, Sequence

from yiqi.i18n import gettext as _
from yiqi.sheets.writing import Sheet
from yiqi.web.formats import said
from yiqi.years import words
from yiqi.years.desk.listed import Group
from yiqi.years.records import MEMBERS, Record
from yiqi.years.rules.awards import PEOPLE, SHARE, WEEKS
from yiqi.years.words import Known

_OF_UNIONS = (MEMBERS, PEOPLE, SHARE, WEEKS)


def of(
    found: Record, groups: Sequence[Group], known: Known, name_of: Callable[[str], str], hides: set[int]
) -> dict[str, Sheet]:
    """The lists by their names. `name_of` hides a name where it has to be hidden, `hides` are the unions of which so few
    took part that their figures are left out."""
    unions = found.unions()
    commended = [
        [group.award, one.name, one.union, one.reached, group.asks]
        for group in groups
        for one in group.entries
    ]
    people = [
        [
            name_of(line.name),
            said(unions[line.union_id], "name"),
            *(str(line.figures.get(name, 0)) for name in known),
        ]
        for line in found.people
    ]
    summed = words.summed(known)
    branches = [
        [
            said(one.union, "name"),
            *("" if one.union.id in hides else str(one.figures.get(name, 0)) for name in _OF_UNIONS),
            *("" if one.union.id in hides else str(one.figures.get(name, 0)) for name in summed),
        ]
        for one in found.branches
    ]
    of_person = [str(one.column or one.word) for one in known.values()]
    of_union = [words.word(name, known) for name in _OF_UNIONS]
    of_union += [str(known[name].column or known[name].word) for name in summed]
    header = [_("表彰"), _("姓名或工会"), _("单位"), _("依据"), _("标准")]
    return {
        "commended": Sheet(_("表彰名单"), header, commended),
        "people": Sheet(_("个人"), [_("姓名"), _("单位"), *of_person], people),
        "unions": Sheet(_("工会"), [_("工会"), *of_union], branches),
    }
