"""From a user's files to the events table; what cannot be read goes to quarantine."""

from zhenzan.ingest.admission import Admission, Entrance
from zhenzan.ingest.loading import load
from zhenzan.ingest.pseudonyms import read_key
from zhenzan.ingest.sources import Admitted, IngestReport, Sources
from zhenzan.ingest.staging import Staged

__all__ = [
    "Admission",
    "Admitted",
    "Entrance",
    "IngestReport",
    "Sources",
    "Staged",
    "load",
    "read_key",
]
