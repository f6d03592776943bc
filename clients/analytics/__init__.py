"""Read-only answers, one module for each page that asks. They return dataclasses and change nothing."""
