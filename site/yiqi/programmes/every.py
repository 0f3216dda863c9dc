"""The programmes that take part. A new one takes its package, one import and one name here."""

from yiqi.booking.programme import Plug

EVERY: tuple[Plug, ...] = ()
