"""What the league keeps of two records of one person becomes one person's, inside the caller's transaction."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from yiqi.db import table
from yiqi.programmes.league.models import Invitation, Player, Transfer

_player, _invitation, _transfer = table(Player), table(Invitation), table(Transfer)


def carry(here: Connection, kept_id: int, gone_id: int, at: datetime) -> None:
    """Where both were in a team in one season the team of the record that stays is theirs, and the other row has ended; of
    two open requests in a season that of the record that stays goes on."""
    playing = (_player.c.person_id == kept_id, _player.c.left_at.is_(None))
    theirs = list(here.scalars(select(_player.c.season_id).where(*playing)))
    here.execute(
        update(_player)
        .where(_player.c.person_id == gone_id, _player.c.left_at.is_(None), _player.c.season_id.in_(theirs))
        .values(left_at=at)
    )
    here.execute(update(_player).where(_player.c.person_id == gone_id).values(person_id=kept_id))
    asking = (_transfer.c.person_id == kept_id, _transfer.c.decided_at.is_(None))
    asked = list(here.scalars(select(_transfer.c.season_id).where(*asking)))
    here.execute(
        update(_transfer)
        .where(
            _transfer.c.person_id == gone_id,
            _transfer.c.decided_at.is_(None),
            _transfer.c.season_id.in_(asked),
        )
        .values(decided_at=at, granted=False)
    )
    here.execute(update(_transfer).where(_transfer.c.person_id == gone_id).values(person_id=kept_id))
    for column in (_invitation.c.person_id, _invitation.c.made_by_id):
        here.execute(update(_invitation).where(column == gone_id).values({column.name: kept_id}))
