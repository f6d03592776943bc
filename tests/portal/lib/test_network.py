"""Which address limits count by."""

from typing import Any

import pytest
from django.test import RequestFactory

from portal.lib.network import network_address


@pytest.mark.parametrize(
    ("proxies", "direct", "told", "found"),
    [
        pytest.param(0, "192.0.2.1", "", "192.0.2.1", id="no proxy, no header"),
        pytest.param(0, "192.0.2.1", "10.0.0.1", "192.0.2.1", id="no proxy: a header is a lie"),
        pytest.param(1, "10.0.0.9", "198.51.100.7", "198.51.100.7", id="one proxy"),
        pytest.param(1, "10.0.0.9", "1.2.3.4, 198.51.100.7", "198.51.100.7", id="one proxy: counted from the right"),
        pytest.param(2, "10.0.0.9", "1.2.3.4, 198.51.100.7, 10.0.0.8", "198.51.100.7", id="two proxies"),
        pytest.param(2, "10.0.0.9", "198.51.100.7", "10.0.0.9", id="fewer entries than proxies"),
        pytest.param(1, "10.0.0.9", "nonsense", "10.0.0.9", id="nonsense"),
        pytest.param(0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64", id="IPv6 by network"),
        pytest.param(0, "::ffff:192.0.2.1", "", "192.0.2.1", id="IPv4 inside IPv6"),
        pytest.param(0, "", "10.0.0.1", "", id="a socket without an address"),
    ],
)
def test_the_caller_is_found_from_the_right(settings: Any, proxies: Any, direct: Any, told: Any, found: Any) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": told} if told else {}
    assert network_address(RequestFactory().get("/", REMOTE_ADDR=direct, **headers)) == found
