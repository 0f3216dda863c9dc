"""Training as facts: what a course teaches and takes, results, passes, requests for subsidies, lectures that travel."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base, words
from yiqi.programmes.training.rules.lectures import State as LectureState
from yiqi.programmes.training.rules.requests import Kind, State

_holds = text("revoked_at IS NULL")


class Trade(Base):
    """A trade whose levels courses lead to. Its code begins the codes of its certificates: `electrician-4`."""

    __tablename__ = "training_trade"

    code: Mapped[str] = mapped_column(String(24), primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    name_en: Mapped[str] = mapped_column(String(40), default="")


class Course(Base):
    """What is taught in an activity and what passing it takes. Its row is the mutex of results and certificates."""

    __tablename__ = "training_course"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", "percent"),
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", "level"),
        CheckConstraint('least IS NULL OR (least > 0 AND least <= "full" * 10)', "least"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    trade: Mapped[str | None] = mapped_column(ForeignKey("training_trade.code"), index=True)
    level: Mapped[int | None]
    """5 (初级工) to 1 (高级技师); None where it leads to no level."""
    percent: Mapped[int] = mapped_column(default=80)
    """Of its evenings, to be attended."""
    least: Mapped[int | None]
    """Tenths of a point, to be reached in the exam; None is no exam."""
    full: Mapped[int] = mapped_column(default=100)
    """The points of a faultless exam."""
    turn: Mapped[int] = mapped_column(default=0)
    """Rises with each change of results: updating it is how a verb locks the course."""
    edition: Mapped[int] = mapped_column(default=1)
    """Rises with every save, so that of two people who edit it at once the second is told."""
    kept_at: Mapped[datetime]


class Teacher(Base):
    """Who teaches in a course."""

    __tablename__ = "training_teacher"
    __table_args__ = (UniqueConstraint("activity_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("training_course.activity_id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(20))
    name_en: Mapped[str] = mapped_column(String(40), default="")
    about: Mapped[str] = mapped_column(String(80), default="")
    about_en: Mapped[str] = mapped_column(String(160), default="")


class Lesson(Base):
    """What is taught at one occurrence of a course, by whom, in which room."""

    __tablename__ = "training_lesson"

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("training_course.activity_id"), index=True)
    topic: Mapped[str] = mapped_column(String(60), default="")
    topic_en: Mapped[str] = mapped_column(String(120), default="")
    room: Mapped[str] = mapped_column(String(30), default="")
    room_en: Mapped[str] = mapped_column(String(60), default="")
    teacher_id: Mapped[int | None] = mapped_column(ForeignKey("training_teacher.id"))


class ExamResult(Base):
    """What somebody got in the exam of a course: rows are added, never changed; the newest is the one that holds."""

    __tablename__ = "training_result"
    __table_args__ = (Index(None, "activity_id", "person_id"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("training_course.activity_id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    tenths: Mapped[int | None]
    """Tenths of a point; None: they were not there."""
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    because: Mapped[str] = mapped_column(String(80), default="")
    """Why an earlier one was corrected."""


class ResultList(Base):
    """A list of results that was uploaded, with a verdict on each line; forgotten after a day."""

    __tablename__ = "training_result_list"
    __table_args__ = (Index(None, "activity_id"), Index(None, "made_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("training_course.activity_id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(120))
    """The file's name, as it was told."""
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Each line as `rules.listed.Listed` has it."""
    made_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class Pass(Base):
    """That somebody passed a course, as it was on the day, and the certificate that says so."""

    __tablename__ = "training_pass"
    __table_args__ = (
        Index(None, "person_id"),
        Index(
            "uq_training_pass_holds",
            "activity_id",
            "person_id",
            unique=True,
            sqlite_where=_holds,
            postgresql_where=_holds,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("training_course.activity_id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    certificate: Mapped[str | None] = mapped_column(String(24), unique=True)
    """Its number."""
    came: Mapped[int]
    evenings: Mapped[int]
    tenths: Mapped[int | None]
    credential: Mapped[str] = mapped_column(String(40), default="")
    """The code that was written to the person with it; empty for none, or where they had it from that day already."""
    since: Mapped[date]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str] = mapped_column(String(120), default="")


class Subsidy(Base):
    """A worker's request for a subsidy, to the union they belong to. Its row is the mutex of its steps."""

    __tablename__ = "training_subsidy"
    __table_args__ = (Index(None, "union_id", "state"), UniqueConstraint("person_id", "nonce"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    union_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    nonce: Mapped[str] = mapped_column(String(64))
    kind: Mapped[Kind] = mapped_column(words(Kind))
    what: Mapped[str] = mapped_column(String(60))
    """What was learned or acquired, as its person says it."""
    number: Mapped[str] = mapped_column(String(40), default="")
    """The number on the diploma or certificate."""
    obtained_on: Mapped[date]
    state: Mapped[State] = mapped_column(words(State))
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class SubsidyStep(Base):
    """One step of a request: rows are added, never changed. Without a state it is a note that only the desk reads."""

    __tablename__ = "training_subsidy_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    subsidy_id: Mapped[int] = mapped_column(ForeignKey("training_subsidy.id"), index=True)
    became: Mapped[State | None] = mapped_column(words(State))
    said: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class SubsidyPaper(Base):
    """A file that shows what a request says."""

    __tablename__ = "training_subsidy_paper"

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), primary_key=True)
    subsidy_id: Mapped[int] = mapped_column(ForeignKey("training_subsidy.id"), index=True)


class TouringLecture(Base):
    """A lecture that comes to whoever asks for it."""

    __tablename__ = "training_lecture"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(40))
    title_en: Mapped[str] = mapped_column(String(80), default="")
    lecturer: Mapped[str] = mapped_column(String(40))
    lecturer_en: Mapped[str] = mapped_column(String(80), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int]
    retired_at: Mapped[datetime | None]


class LectureRequest(Base):
    """A union asks for a lecture, on one of some days, at a place of its own."""

    __tablename__ = "training_lecture_request"
    __table_args__ = (UniqueConstraint("by_id", "nonce"), Index(None, "union_id"), Index(None, "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(ForeignKey("training_lecture.id"), index=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(64))
    wishes: Mapped[list[str]] = mapped_column(JSON)
    """The starts they would like, first choice first, as UTC instants in ISO 8601."""
    venue: Mapped[str] = mapped_column(String(80))
    people: Mapped[int]
    said: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[LectureState] = mapped_column(words(LectureState))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    because: Mapped[str] = mapped_column(String(120), default="")
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    """What it became."""
