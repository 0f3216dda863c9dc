"""Certificates to check."""

from itertools import count

from yiqi import clock
from yiqi.certificates import issuing
from yiqi.certificates.rules.stated import Stated
from yiqi.db import writing
from yiqi.people.models import Person

_numbers = count(1)


def a_certificate(person: Person, *, key: str = "", series: str = "PX") -> str:
    """Issue one to somebody; answers its number."""
    lines = [
        Stated("课时", "12 次", "Lessons", "12"),
        Stated("证件尾号", "1234", "End of the ID", "1234", public=False),
    ]
    with writing() as session:
        return issuing.issue(
            session.connection(),
            series=series,
            key=key or f"a-test-{next(_numbers)}",
            person_id=person.id,
            title="电工中级技能培训结业证",
            title_en="Electrician, level 4: certificate of completion",
            issuer="亦庄工会",
            issuer_en="E-Town Federation of Trade Unions",
            lines=lines,
            at=clock.now(),
            by_id=None,
        )
