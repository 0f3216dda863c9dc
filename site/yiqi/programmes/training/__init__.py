"""技能培训: courses, evenings, certificates, subsidies, lectures."""
