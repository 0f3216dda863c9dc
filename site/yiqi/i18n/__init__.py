"""The catalogues: the source text is zh-CN, `en/` holds its English."""
