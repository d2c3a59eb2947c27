"""From verdict and score tables to the Parquet files of a scan directory."""

from zhenzan.publish.files import publish

__all__ = ["publish"]
