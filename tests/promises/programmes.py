"""What the programmes, and the screens, say of themselves to the promises."""

from tests.kiosk import promised as kiosk
from tests.league import promised as league
from tests.notices import promised as notices
from tests.reading import promised as reading
from tests.training import promised as training
from tests.troupe import promised as troupe
from tests.volunteering import promised as volunteering
from tests.years import promised as years

PROMISED = (league, notices, troupe, reading, training, volunteering, kiosk, years)
