"""Lets schemathesis send the bodies that are no JSON: a feed's lines, and a returned mail."""

import json

import schemathesis


def as_bytes(value):
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "replace")


@schemathesis.serializer("application/x-ndjson", "message/rfc822")
def plain(ctx, value):
    return as_bytes(value)
