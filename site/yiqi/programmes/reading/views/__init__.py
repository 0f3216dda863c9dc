"""The pages of readers: rooms, groups, drifting books, essays. Importing this package puts them on the blueprint."""

from yiqi.programmes.reading.views import books as books
from yiqi.programmes.reading.views import essays as essays
from yiqi.programmes.reading.views import front as front
from yiqi.programmes.reading.views import groups as groups
from yiqi.programmes.reading.views import jury as jury
from yiqi.programmes.reading.views import rooms as rooms
from yiqi.programmes.reading.views.blueprint import blueprint as blueprint
