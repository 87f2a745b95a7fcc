"""What a run shows while it goes on: one line a job. Snakemake's detail is in its log, whole.

Snakemake's own ``quiet`` thins its log file as much as the screen, so that a failed run could no
longer be read up; here the screen's handler alone gets a formatter and a filter.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime
from typing import Any

#: Name that Snakemake gives the handler of the screen.
_SCREEN = "DefaultStreamHandler"
_LEFT_TO_THE_LOG = {"group_info", "job_started", "job_finished", "resources_info"}
#: Said once for every look at the ready jobs, and the one such line that has no event.
_SELECTING = "Select jobs to execute..."


def show_one_line_a_job(workflow: Any) -> None:
    """Let the screen of a run have a line a job; ``--verbose`` keeps all that Snakemake says.

    Called when a run starts, so that a dry run lists its jobs as Snakemake does.

    Parameters
    ----------
    workflow : snakemake.workflow.Workflow
    """
    if workflow.output_settings.verbose:
        return
    for handler in workflow.logger_manager.logger.handlers:
        if handler.name == _SCREEN:
            line = OneLine(handler.formatter, len(workflow.dag))
            handler.setFormatter(line)
            handler.addFilter(line.lets_pass)


class OneLine(logging.Formatter):
    """A job that starts as one line with the jobs done so far; all else as Snakemake has it.

    Parameters
    ----------
    full : logging.Formatter
        Snakemake's own, for errors and whatever else is shown.
    total : int
        Jobs of the run.
    """

    def __init__(self, full: logging.Formatter, total: int):
        super().__init__()
        self.full, self.done, self.total = full, 0, total

    def lets_pass(self, record: logging.LogRecord) -> bool:
        """Whether a record is for the screen; counts the jobs that ended."""
        event = _event(record)
        if event == "progress":
            self.done, self.total = record.done, record.total
            return self.done == self.total
        return event not in _LEFT_TO_THE_LOG and record.msg != _SELECTING

    def format(self, record: logging.LogRecord) -> str:
        if _event(record) != "job_info":
            return self.full.format(record)
        what = record.rule_msg or record.rule_name
        now = datetime.fromtimestamp(record.created)
        done = f"{now:%H:%M:%S}  {self.done} of {self.total} done"
        return f"{done}, job {record.jobid}: {_shortened(what)}"


def _shortened(text: str) -> str:
    """Leave out the keys of folders, whose order is always the same, and the ends of long values.

    >>> _shortened("training fits/method=fr_train/lambda_f=0.05+0.1+0.15+0.2+0.25+0.3/trials=0-9.x")
    'training fits/fr_train/0.05+0.1+0.15+0.2+0.25+0.3/0-9.x'
    """
    return re.sub(r"([^/\s]{24})[^/\s]{4,}(?=/)", r"\1...", re.sub(r"(?<=/)\w+=", "", text))


def _event(record: logging.LogRecord) -> str | None:
    event = getattr(record, "event", None)
    return getattr(event, "value", event)
