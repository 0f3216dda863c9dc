"""The reading programme's part of the desk. Importing this package puts its pages on the blueprint."""

from yiqi.programmes.reading.desk import awards as awards
from yiqi.programmes.reading.desk import calls as calls
from yiqi.programmes.reading.desk import groups as groups
from yiqi.programmes.reading.desk import notes as notes
from yiqi.programmes.reading.desk import rooms as rooms
from yiqi.programmes.reading.desk import titles as titles
from yiqi.programmes.reading.desk.blueprint import blueprint as blueprint
