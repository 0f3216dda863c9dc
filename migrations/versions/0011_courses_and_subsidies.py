"""Courses, results, subsidies and lectures."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "training_lecture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("title_en", sa.String(length=80), nullable=False),
        sa.Column("lecturer", sa.String(length=40), nullable=False),
        sa.Column("lecturer_en", sa.String(length=80), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("about_en", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_lecture")),
    )
    op.create_table(
        "training_trade",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_training_trade")),
    )
    op.create_table(
        "training_subsidy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("obtained_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_training_subsidy_person_id_person")
        ),
        sa.ForeignKeyConstraint(["union_id"], ["union.id"], name=op.f("fk_training_subsidy_union_id_union")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_subsidy")),
        sa.UniqueConstraint("person_id", "nonce", name=op.f("uq_training_subsidy_person_id_nonce")),
    )
    with op.batch_alter_table("training_subsidy", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_subsidy_union_id_state"), ["union_id", "state"], unique=False
        )

    op.create_table(
        "training_course",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("trade", sa.String(length=24), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=True),
        sa.Column("full", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            'least IS NULL OR (least > 0 AND least <= "full" * 10)', name=op.f("ck_training_course_least")
        ),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name=op.f("ck_training_course_level")),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_training_course_percent")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_training_course_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["trade"], ["training_trade.code"], name=op.f("fk_training_course_trade_training_trade")
        ),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_training_course")),
    )
    with op.batch_alter_table("training_course", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_course_trade"), ["trade"], unique=False)

    op.create_table(
        "training_lecture_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("venue", sa.String(length=80), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("because", sa.String(length=120), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_training_lecture_request_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_training_lecture_request_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_training_lecture_request_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["lecture_id"],
            ["training_lecture.id"],
            name=op.f("fk_training_lecture_request_lecture_id_training_lecture"),
        ),
        sa.ForeignKeyConstraint(
            ["union_id"], ["union.id"], name=op.f("fk_training_lecture_request_union_id_union")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_lecture_request")),
        sa.UniqueConstraint("by_id", "nonce", name=op.f("uq_training_lecture_request_by_id_nonce")),
    )
    with op.batch_alter_table("training_lecture_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_lecture_request_lecture_id"), ["lecture_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_lecture_request_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_lecture_request_union_id"), ["union_id"], unique=False)

    op.create_table(
        "training_subsidy_paper",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("subsidy_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_training_subsidy_paper_paper_id_paper")
        ),
        sa.ForeignKeyConstraint(
            ["subsidy_id"],
            ["training_subsidy.id"],
            name=op.f("fk_training_subsidy_paper_subsidy_id_training_subsidy"),
        ),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_training_subsidy_paper")),
    )
    with op.batch_alter_table("training_subsidy_paper", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_subsidy_paper_subsidy_id"), ["subsidy_id"], unique=False
        )

    op.create_table(
        "training_subsidy_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subsidy_id", sa.Integer(), nullable=False),
        sa.Column("became", sa.String(length=16), nullable=True),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_training_subsidy_step_by_id_person")),
        sa.ForeignKeyConstraint(
            ["subsidy_id"],
            ["training_subsidy.id"],
            name=op.f("fk_training_subsidy_step_subsidy_id_training_subsidy"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_subsidy_step")),
    )
    with op.batch_alter_table("training_subsidy_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_subsidy_step_subsidy_id"), ["subsidy_id"], unique=False)

    op.create_table(
        "training_pass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.String(length=24), nullable=True),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("evenings", sa.Integer(), nullable=False),
        sa.Column("tenths", sa.Integer(), nullable=True),
        sa.Column("credential", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["training_course.activity_id"],
            name=op.f("fk_training_pass_activity_id_training_course"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_training_pass_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_training_pass_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_pass")),
        sa.UniqueConstraint("certificate", name=op.f("uq_training_pass_certificate")),
    )
    with op.batch_alter_table("training_pass", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_pass_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_training_pass_holds",
            ["activity_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "training_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("tenths", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("because", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["training_course.activity_id"],
            name=op.f("fk_training_result_activity_id_training_course"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_training_result_by_id_person")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_training_result_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_result")),
    )
    with op.batch_alter_table("training_result", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_result_activity_id_person_id"), ["activity_id", "person_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_result_person_id"), ["person_id"], unique=False)

    op.create_table(
        "training_result_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["training_course.activity_id"],
            name=op.f("fk_training_result_list_activity_id_training_course"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_training_result_list_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_result_list")),
    )
    with op.batch_alter_table("training_result_list", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_result_list_activity_id"), ["activity_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_result_list_made_at"), ["made_at"], unique=False)

    op.create_table(
        "training_teacher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("about_en", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["training_course.activity_id"],
            name=op.f("fk_training_teacher_activity_id_training_course"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_teacher")),
        sa.UniqueConstraint("activity_id", "position", name=op.f("uq_training_teacher_activity_id_position")),
    )
    op.create_table(
        "training_lesson",
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("topic_en", sa.String(length=120), nullable=False),
        sa.Column("room", sa.String(length=30), nullable=False),
        sa.Column("room_en", sa.String(length=60), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["training_course.activity_id"],
            name=op.f("fk_training_lesson_activity_id_training_course"),
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_training_lesson_occurrence_id_occurrence")
        ),
        sa.ForeignKeyConstraint(
            ["teacher_id"],
            ["training_teacher.id"],
            name=op.f("fk_training_lesson_teacher_id_training_teacher"),
        ),
        sa.PrimaryKeyConstraint("occurrence_id", name=op.f("pk_training_lesson")),
    )
    with op.batch_alter_table("training_lesson", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_lesson_activity_id"), ["activity_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("training_lesson", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_lesson_activity_id"))

    op.drop_table("training_lesson")
    op.drop_table("training_teacher")
    with op.batch_alter_table("training_result_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_result_list_made_at"))
        batch_op.drop_index(batch_op.f("ix_training_result_list_activity_id"))

    op.drop_table("training_result_list")
    with op.batch_alter_table("training_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_result_person_id"))
        batch_op.drop_index(batch_op.f("ix_training_result_activity_id_person_id"))

    op.drop_table("training_result")
    with op.batch_alter_table("training_pass", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_training_pass_holds",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_training_pass_person_id"))

    op.drop_table("training_pass")
    with op.batch_alter_table("training_subsidy_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_subsidy_step_subsidy_id"))

    op.drop_table("training_subsidy_step")
    with op.batch_alter_table("training_subsidy_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_subsidy_paper_subsidy_id"))

    op.drop_table("training_subsidy_paper")
    with op.batch_alter_table("training_lecture_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_lecture_request_union_id"))
        batch_op.drop_index(batch_op.f("ix_training_lecture_request_state"))
        batch_op.drop_index(batch_op.f("ix_training_lecture_request_lecture_id"))

    op.drop_table("training_lecture_request")
    with op.batch_alter_table("training_course", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_course_trade"))

    op.drop_table("training_course")
    with op.batch_alter_table("training_subsidy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_subsidy_union_id_state"))

    op.drop_table("training_subsidy")
    op.drop_table("training_trade")
    op.drop_table("training_lecture")
