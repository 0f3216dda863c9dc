"""The programmes that take part. A new one takes its package, one import and one name here."""

from yiqi.booking.programme import Plug
from yiqi.programmes.league.plug import PLUG as LEAGUE
from yiqi.programmes.reading.plug import PLUG as READING
from yiqi.programmes.training.plug import PLUG as TRAINING
from yiqi.programmes.troupe.plug import PLUG as TROUPE
from yiqi.programmes.volunteering.plug import PLUG as VOLUNTEERING

EVERY: tuple[Plug, ...] = (LEAGUE, TROUPE, READING, TRAINING, VOLUNTEERING)
