"""QR codes as SVG: black on white, also on dark pages."""

import base64
from io import BytesIO

import qrcode
from qrcode.image.svg import SvgPathFillImage


def qr_svg(text: str) -> str:
    """Return a QR code of the text as an SVG document."""
    buffer = BytesIO()
    qrcode.make(text, image_factory=SvgPathFillImage).save(buffer)
    return buffer.getvalue().decode()


def qr_address(text: str) -> str:
    """Return the same as a data: address, for an img element."""
    return "data:image/svg+xml;base64," + base64.b64encode(qr_svg(text).encode()).decode("ascii")
