from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.fetch.addresses import is_public, is_web_port


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1",
        "127.255.255.255", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192",
        "192.168.1.1", "198.18.0.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255", "168.63.129.16",
        "::", "::1", "fe80::1", "fe80::1%eth0", "2001:4860:4860::8888%eth0", "fc00::1",
        "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "3fff::1", "100::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::",
        "", "localhost", "127.1", "2130706433", "0x7f000001", "1.2.3.4.5",
    ],
)  # fmt: skip
def test_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
        "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "168.63.129.17",
        "2001:4860:4860::8888", "2606:4700::1111", "2a00::1", "::ffff:1.1.1.1",
        "64:ff9b::101:101", "2002:101:101::1",
    ],
)  # fmt: skip
def test_public(address: str) -> None:
    assert is_public(address)


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_an_address_carried_inside_ipv6_is_what_it_is_alone(inner: IPv4Address) -> None:
    number = int(inner)
    carried = [
        f"::ffff:{inner}",
        f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}",
        f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1",
    ]
    assert {is_public(address) for address in carried} == {is_public(str(inner))}


@given(st.ip_addresses(v=4))
def test_nothing_that_python_calls_private_is_public(address: IPv4Address) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert not is_public(str(address))


@pytest.mark.parametrize(("port", "allowed"), [
    (None, True), (80, True), (443, True), (8080, True), (22, False), (25, False), (6379, False),
    (11211, False), (0, False),
])  # fmt: skip
def test_ports_of_other_services_are_left_alone(port: int | None, allowed: bool) -> None:
    assert is_web_port(port) is allowed
