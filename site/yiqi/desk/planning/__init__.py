"""Writing an activity: drafts and templates, what their form says, the preview, publishing."""
