"""The demo practice: the same people in the demo, the tests and the documents."""
