"""Which addresses and ports a fetcher may speak to: public ones, and none that lead inward."""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

# Source: IANA special-purpose address registries for IPv4 and IPv6, 2025.
_REFUSED_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers; one cloud keeps its metadata here
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and the metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocols, and the metadata of one cloud
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4, given up
        "192.168.0.0/16",  # private
        "192.31.196.0/24",  # AS112: answers for private names
        "192.52.193.0/24",  # AMT relays
        "192.175.48.0/24",  # AS112, likewise
        "198.18.0.0/15",  # benchmarks of networks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "168.63.129.16/32",  # public by number; inside Azure it is the host's own service
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")  # everything else of IPv6 is not for the open internet
_REFUSED_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # IETF protocols: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112: answers for private names
        "3fff::/20",  # documentation
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
# The interface identifier of ISATAP, whatever the prefix: an IPv4 address of a site stands behind
# it. The second bit of the first byte says whether that address is a public one.
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)

# Ports of mail, shells, databases and the like that also take what looks like HTTP.
# Source: WHATWG Fetch, "bad port", and those of Redis, memcached and Elasticsearch' own protocol.
_BAD_PORTS = frozenset(
    (
        *(0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95),
        *(101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161),
        *(179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563),
        *(587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060),
        *(5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9300, 10080, 11211),
    )
)


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the open internet.

    An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4) is what the carried one is. One
    of ISATAP is never public: it leads into a site, past its routers.
    What is no address, or has a zone, is not public.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        if parsed.scope_id is not None:
            return False
        if int(parsed) >> 32 & 0xFFFF_FFFF in _ISATAP:
            return False
        carried = _carried(parsed)
        if carried is None:
            return parsed in _GLOBAL_V6 and not any(parsed in net for net in _REFUSED_V6)
        parsed = carried
    return not any(parsed in network for network in _REFUSED_V4)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address inside an IPv6 one. Source: RFC 4291, 6052, 3056."""
    if address in _MAPPED or address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFF_FFFF)
    return None


def is_web_port(port: int | None) -> bool:
    """Tell whether a browser would ask a web server at that port; None is the scheme's own."""
    return port is None or port not in _BAD_PORTS
