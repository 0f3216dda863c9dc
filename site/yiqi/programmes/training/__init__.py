"""技能培训: courses, evenings, certificates, subsidies, lectures.

One source of truth for each fact. Who is in a course is who has a confirmed place in its activity; who came is the core's
attendance; what a course leads to is a person's credential, which the conditions of other activities look at. This package
keeps only what the core does not know: what is taught, exam results, who passed, requests for subsidies and for lectures.
"""
