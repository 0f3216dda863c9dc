"""The rows behind `routes.Samples`: an open activity, its owner's place in it, another worker, another activity."""

from dataclasses import dataclass
from datetime import timedelta

from tests.browsing import Client, sign_in
from tests.builders import Made, a_worker, an_activity
from tests.builders.noted import a_mark
from tests.promises.routes import Samples
from yiqi import clock
from yiqi.booking import places
from yiqi.notices.heartbeat import BACKGROUND, beat
from yiqi.people.models import Person

WHO = ("visitor", "owner", "other")


@dataclass(frozen=True)
class Scene:
    """`activity` has the owner's confirmed booking; `elsewhere` is free to both."""

    activity: Made
    elsewhere: Made
    owner: Person
    other: Person
    samples: Samples

    def enter(self, client: Client, who: str) -> Client:
        """The client as one of `WHO`."""
        if who != "visitor":
            sign_in(client, self.owner if who == "owner" else self.other)
        return client


def scene() -> Scene:
    """Make it, with a sign of life of background work."""
    now = clock.now()
    activity = an_activity(places=5, title="电工中级技能培训")
    elsewhere = an_activity(places=5, title="职工书屋读书会", starts_in=timedelta(hours=96))
    owner, other = a_worker(name="王小明"), a_worker(name="赵小兰")
    ticket = places.sign_up(
        slot_id=activity.slot_id, person_id=owner.id, party=1, nonce="the-owner's", at=now
    )
    beat(BACKGROUND, now)
    samples = Samples(
        activity_id=activity.activity_id,
        slot_id=activity.slot_id,
        ref=ticket.ref,
        free_slot_id=elsewhere.slot_id,
        mark_id=a_mark(ticket.ref),
    )
    return Scene(activity, elsewhere, owner, other, samples)
