"""What each process counts for `/metrics`: requests, what came of asking for places, refusals by their reason.

With `PROMETHEUS_MULTIPROC_DIR` set before this is imported (gunicorn.conf.py does) the processes of one machine add up.
"""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("yiqi_requests", "Answers, by endpoint and status.", ["endpoint", "status"])
SECONDS = Histogram(
    "yiqi_request_seconds",
    "How long answers took, polls apart.",
    ["kind"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10),
)
SIGN_UPS = Counter("yiqi_sign_ups", "Bookings made, by the state they began in.", ["state"])
REFUSALS = Counter(
    "yiqi_refusals",
    "Sign-ups refused by a rule, by its name. A form that is out of date is none.",
    ["reason"],
)
ASKED_TO_WAIT = Counter(
    "yiqi_asked_to_wait", "Requests that stood in line too long and were told to come again."
)
STREAMS = Gauge("yiqi_streams", "Event streams that are open.", multiprocess_mode="livesum")
SLOW = Counter("yiqi_slow_statements", "Statements of the database that took longer than YIQI_SLOW_MS.")
