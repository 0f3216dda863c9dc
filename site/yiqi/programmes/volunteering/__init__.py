"""城市志愿服务: posts, shifts, hours, stars."""
