"""One mechanism, one file, one class, one query."""

from zhenzan.detectors.address import Address
from zhenzan.detectors.base import Detector, Findings
from zhenzan.detectors.burst import Burst
from zhenzan.detectors.coaction import Coaction
from zhenzan.detectors.device import Device
from zhenzan.detectors.lockstep import Lockstep
from zhenzan.detectors.path import Path
from zhenzan.detectors.throwaway import Throwaway

DETECTORS: tuple[Detector, ...] = (
    Path(),
    Burst(),
    Device(),
    Address(),
    Throwaway(),
    Lockstep(),
    Coaction(),
)
"""Every detector, in the order they run."""

__all__ = ["DETECTORS", "Detector", "Findings"]
