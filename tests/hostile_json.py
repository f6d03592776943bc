"""JSON that nobody types, by what is wrong with it; every place that takes JSON refuses all of it."""

HOSTILE = {
    "5,000 lists opened": "[" * 5_000,
    "500 lists in one another": "[" * 500 + "]" * 500,
    "a number of 5,000 digits": "1" * 5_000,
    "a number without an end": "1e999",
    "no number": '{"x": NaN}',
    "half a character": '{"x": "\\ud800"}',
    "half a character in a name": '{"\\udc00": 1}',
    "nul": '{"x": "\\u0000"}',
    "a name twice": '{"x": 1, "x": 2}',
}
