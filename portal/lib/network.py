"""Which address on the network a request came from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

IPV6_NETWORK = 64  # bits; one customer usually holds a whole /64


def network_address(request: HttpRequest) -> str:
    """Return the address that limits count by; IPv6 as its /64 network. Empty where it is unknown.

    Each of the TRUSTED_PROXIES adds one entry at the right end of X-Forwarded-For, so the caller is that many entries
    from the right. What stands further left was written by the caller and is never believed.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    told = [entry.strip() for entry in request.headers.get("X-Forwarded-For", "").split(",") if entry.strip()]
    trusted: int = settings.TRUSTED_PROXIES
    chosen = told[-trusted] if 0 < trusted <= len(told) else direct
    return _as_network(chosen) or _as_network(direct)


def _as_network(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, IPV6_NETWORK), strict=False))
    return str(address)
