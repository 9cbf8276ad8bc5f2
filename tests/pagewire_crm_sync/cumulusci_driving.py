"""Run in the environment of `test_salesforce_cumulusci`: does with CumulusCI what it is told, and tells what came of it."""

import json
import logging
import sys
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import requests
from cumulusci.tasks.bulkdata.step import DataOperationType, RestApiDmlOperation
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceError


class ToTheOrg(HTTPAdapter):
    """Brings to the test's org what goes to Salesforce's hosts, which the client knows by https only."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: Any, *args: Any, **how: Any) -> Any:
        request.url = self._url + urlsplit(request.url)._replace(scheme="", netloc="").geturl()
        return super().send(request, *args, **how)


def signed_in(told: dict[str, str]) -> Salesforce:
    """By OAuth client credentials."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", ToTheOrg(told["url"]))
    who = {"consumer_key": told["client"], "consumer_secret": told["secret"]}
    return Salesforce(**who, domain="acme.my", version=told["version"], session=session)


def dml(sf: Salesforce, step: dict[str, Any]) -> list[Any]:
    """Records through a collection."""
    fields = [name for name in step["records"][0] if name != "attributes"]
    operation = RestApiDmlOperation(
        sobject=step["object"],
        operation=DataOperationType(step["do"]),
        api_options={"update_key": step["unique"]} if "unique" in step else {},
        context=SimpleNamespace(sf=sf, bulk=None, logger=logging.getLogger()),
        fields=fields,
    )
    with operation:
        operation.load_records(iter([[record[name] for name in fields] for record in step["records"]]))
    return [list(each) for each in operation.get_results()]


def done(sf: Salesforce, step: dict[str, Any]) -> Any:
    """What a step came to: what the client made of the answer, or what it raised."""
    try:
        if step["do"] == "query":
            return sf.query(step["soql"])["records"]
        if step["do"] == "delete":
            return getattr(sf, step["object"]).delete(step["id"])
        return dml(sf, step)
    except SalesforceError as error:
        return {"raised": type(error).__name__, "said": error.content}


def main() -> None:
    """Sign in, and take one step after the other."""
    told = json.load(sys.stdin)
    try:
        sf = signed_in(told)
    except SalesforceError as error:
        json.dump({"raised": type(error).__name__}, sys.stdout)
        return
    steps = [done(sf, step) for step in told["steps"]]
    json.dump({"steps": steps, "usage": sf.api_usage.get("api-usage")}, sys.stdout)


if __name__ == "__main__":
    main()
