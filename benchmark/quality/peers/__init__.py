"""The peers, one file each. Packages are imported where they are used: none is needed to look."""

from benchmark.quality.peers import (
    chance,
    common_60s,
    degree,
    fbox,
    fraudar,
    no_view,
    outliers,
    shared_device,
    synchrotrap,
    toolkit,
    trees,
)
from benchmark.quality.peers.peer import Peer

PEERS: dict[str, Peer] = {
    peer.id: peer
    for peer in (
        *fraudar.PEERS,
        fbox.PEER,
        toolkit.PEER,
        synchrotrap.PEER,
        *outliers.PEERS,
        common_60s.PEER,
        chance.PEER,
        shared_device.PEER,
        no_view.PEER,
        degree.PEER,
        trees.PEER,
    )
}

__all__ = ["PEERS", "Peer"]
