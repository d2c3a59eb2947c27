"""One author of a scan: a diagnosis to act on, and a signed statement for others."""

from zhenzan.report.diagnosis.diagnosis import Diagnosis, diagnose
from zhenzan.report.diagnosis.hours import Clock
from zhenzan.report.diagnosis.page import diagnosis_page
from zhenzan.report.diagnosis.statement import (
    Statement,
    check_statement,
    fingerprint,
    write_statement,
)

__all__ = [
    "Clock",
    "Diagnosis",
    "Statement",
    "check_statement",
    "diagnose",
    "diagnosis_page",
    "fingerprint",
    "write_statement",
]
