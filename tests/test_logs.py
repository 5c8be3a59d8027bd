"""Lines of the log, as a process writes them."""

import subprocess
import sys
from pathlib import Path

import orjson

ROOT = Path(__file__).parents[1]
SCRIPT = """
import logging
import structlog
from bot import tracing
from bot.logs import configure_logs
from tests.fakes.kept_traces import KeptTraces

configure_logs("INFO", "json")
log, library = structlog.get_logger("herald"), logging.getLogger("library")
log.info("before")
with KeptTraces().process():
    log.info("outside")
    with tracing.span("sweep") as span:
        log.info("within", carried=span.carried)
        library.warning("a library's")
"""


def test_lines_of_a_piece_of_work_name_its_trace_and_all_others_none() -> None:
    told = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True, cwd=ROOT)

    before, outside, within, librarys = map(orjson.loads, told.stderr.splitlines())
    assert "trace_id" not in before.keys() | outside.keys()
    assert within["carried"] == f"00-{within['trace_id']}-{within['span_id']}-03"
    assert (librarys["trace_id"], librarys["span_id"]) == (within["trace_id"], within["span_id"])
