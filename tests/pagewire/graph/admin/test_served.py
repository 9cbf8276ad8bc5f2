"""The headers of an answer, scope by scope."""

from pagewire.graph import Usage
from pagewire.graph.admin import ObjectUsage, Served
from pagewire.graph.admin.served import read_served

BUSINESS = (
    b'{"108000000000001":[{"type":"messenger","call_count":97,"total_cputime":23,"total_time":23,'
    b'"estimated_time_to_regain_access":2},{"type":"pages","call_count":12,"total_cputime":4,"total_time":4}],'
    b'"2":[{"call_count":"5"},{"type":"broken"}]}'
)


def test_all_headers() -> None:
    served = read_served(
        [
            (b"X-App-Usage", b'{"call_count":28,"total_time":25,"total_cputime":25}'),
            (b"X-Page-Usage", b'{"call_count":3,"total_time":1,"total_cputime":1}'),
            (b"X-Business-Use-Case-Usage", BUSINESS),
            (b"facebook-api-version", b"v25.0"),
            (b"x-fb-trace-id", b"AbC"),
        ]
    )
    assert (served.version, served.trace_id) == ("v25.0", "AbC")
    assert (served.app, served.page) == (Usage(28, 25, 25), Usage(3, 1, 1))
    assert served.objects == (
        ObjectUsage(id="108000000000001", type="messenger", usage=Usage(97, 23, 23, 120)),
        ObjectUsage(id="108000000000001", type="pages", usage=Usage(12, 4, 4)),
        ObjectUsage(id="2", type="", usage=Usage(5)),
    )


def test_no_headers_and_broken_ones() -> None:
    assert read_served([]) == Served()
    assert read_served([(b"x-app-usage", b"{"), (b"x-business-use-case-usage", b"[1]")]) == Served()
