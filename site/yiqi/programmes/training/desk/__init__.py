"""The addresses of training's part of the desk."""

from yiqi.programmes.training.desk import certificates, courses, lectures, results, subsidies
from yiqi.programmes.training.desk.blueprint import NEEDS, blueprint

__all__ = ["NEEDS", "blueprint", "certificates", "courses", "lectures", "results", "subsidies"]
