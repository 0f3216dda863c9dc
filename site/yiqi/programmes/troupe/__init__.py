"""职工艺术团: sections, auditions, rehearsals, productions and who steps in.

One source of truth for each fact. Who is a member of a section is who has a confirmed booking in its slot; what was
rehearsed is the season's occurrences, and who came is the core's attendance. This package keeps only what the core does
not know: what a slot is (a section, an audition's time), marks and verdicts, parts and casts, absences told beforehand.
"""
