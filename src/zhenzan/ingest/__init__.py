"""From a user's files to the events table; what cannot be read goes to quarantine."""

from zhenzan.ingest.loading import load
from zhenzan.ingest.pseudonyms import read_key
from zhenzan.ingest.sources import IngestReport, Sources

__all__ = ["IngestReport", "Sources", "load", "read_key"]
