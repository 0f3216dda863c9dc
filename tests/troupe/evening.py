"""An audition as tests play it: who comes, who marks, what is decided."""

from tests.troupe import stage
from tests.troupe.conftest import Troupe
from yiqi.people.models import Person
from yiqi.programmes.troupe import auditions, candidates, marking, results
from yiqi.programmes.troupe.models import Outcome


class Evening:
    """An audition for 女高音 with some who come and two jurors."""

    def __init__(self, troupe: Troupe, *people: Person) -> None:
        self.troupe, self.now = troupe, troupe.now
        self.audition_id = stage.an_audition(
            troupe.season.id, [troupe.voice.id], troupe.organizer.id, now=self.now
        )
        self.one, self.other = stage.somebody("评委甲"), stage.somebody("评委乙")
        for juror in (self.one, self.other):
            self.seats(juror)
        self.refs = stage.auditions_at(self.audition_id, [person.id for person in people], self.now)

    def seats(self, juror: Person) -> None:
        auditions.choose_juror(
            audition_id=self.audition_id,
            person_id=juror.id,
            by_id=self.troupe.organizer.id,
            at=self.now,
        )

    def marks(self, juror: Person, ref: str, points: int = 7) -> None:
        marking.mark(
            audition_id=self.audition_id,
            ref=ref,
            juror_id=juror.id,
            points={"c1": points, "c2": points},
            remark="",
            at=self.now,
        )

    def finishes(self, juror: Person) -> None:
        marking.finish(audition_id=self.audition_id, juror_id=juror.id, at=self.now)

    def decides(self, ref: str, outcome: Outcome = Outcome.IN) -> None:
        results.decide(
            audition_id=self.audition_id,
            ref=ref,
            outcome=outcome,
            by_id=self.troupe.organizer.id,
            at=self.now,
        )

    def sends(self) -> bool:
        return results.send(audition_id=self.audition_id, by_id=self.troupe.organizer.id, at=self.now)

    def read_by(self, juror: Person) -> set[int]:
        """Whose sheets somebody reads of the first one who auditions."""
        return set(candidates.for_juror(self.audition_id, juror.id)[0].sheets)
