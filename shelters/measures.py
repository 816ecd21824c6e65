"""Figures for whoever runs Pana. No label names a person, a path or a row.

Where `PROMETHEUS_MULTIPROC_DIR` is set, every process writes its own into files of that folder,
and `config.exposition` adds them up.
"""

from __future__ import annotations

import os
from pathlib import Path

if FOLDER := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    Path(FOLDER).mkdir(parents=True, exist_ok=True)

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("pana_requests", "Requests answered.", ["route", "method", "status"])
REQUEST_SECONDS = Histogram(
    "pana_request_seconds",
    "Time from the first byte of a request to its answer.",
    ["route", "method"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
TASKS = Counter("pana_tasks", "Tasks that ran, by how they ended.", ["task", "outcome"])
OUTSTANDING = Gauge(
    "pana_deliveries_outstanding",
    "Deliveries not made yet, as the last sweep found them.",
    ["schema"],
    multiprocess_mode="mostrecent",
)
OLDEST_SECONDS = Gauge(
    "pana_deliveries_oldest_seconds",
    "Age of the oldest delivery not made yet, as the last sweep found it.",
    ["schema"],
    multiprocess_mode="mostrecent",
)
