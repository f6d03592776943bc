"""Why a file is not taken."""


class MediaRefused(Exception):
    """A file that cannot be taken; the text says why and what to do, in the reader's language."""
