"""The AWS of the tasks: the emulated account, behind the permissions of who calls."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airflow_ecs.rehearsal.gateway import refusals, relay, requests
from airflow_ecs.rehearsal.gateway.gate import Gate, RefusedError
from airflow_ecs.rehearsal.gateway.needs.asking import Asking
from airflow_ecs.rehearsal.gateway.needs.s3 import to_learn_that_it_is_missing
from airflow_ecs.rehearsal.gateway.serving import LoopbackServer

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account_clients import Account
    from airflow_ecs.rehearsal.gateway.relay import Exchange
    from airflow_ecs.rehearsal.gateway.requests import Request
    from airflow_ecs.rehearsal.gateway.serving import Handler
    from airflow_ecs.rehearsal.gateway.sessions import Session

# Seconds; the account answers within milliseconds, and waits for nothing.
_TIMEOUT = 60.0


class Enforcement:
    """Answers what the caller's role may ask, and refuses the rest as AWS refuses it.

    A call that is none of AWS's, or whose resource can't be told, is refused by its name.
    Signatures are not verified: on this machine, whoever has a key may use it.
    """

    def __init__(self, account: Account, gate: Gate) -> None:
        self._account = account
        self._gate = gate
        self._server = LoopbackServer(self._respond)
        behind = urlsplit(account.url)
        self._behind = relay.Upstream(
            host=behind.hostname or "", port=behind.port or 80, timeout=_TIMEOUT
        )

    @property
    def url(self) -> str:
        """The endpoint for tasks."""
        return self._server.url

    def start(self) -> None:
        """Answer from now on."""
        self._server.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.stop()

    def _respond(self, handler: Handler) -> None:
        request = requests.of(handler)
        body = None if request.is_upload else relay.read_body(handler)
        try:
            session = self._gate.caller(request.signature)
            asking = self._asking(request, session, body or b"")
            self._gate.check(session, asking)
            with closing(self._ask_account(handler, body)) as exchange:
                self._keep_secret(session, asking, exchange)
                exchange.pass_back(handler, relay.headers_of(exchange.response.getheaders()))
        except RefusedError as refused:
            if body is None:
                relay.drop_body(handler)
            answer = refusals.answer(request, refused.refusal, str(refused))
            handler.write(answer.status, answer.headers, answer.body)
        except relay.GoneError as error:
            # A status that SDKs try again after.
            handler.close_connection = True
            handler.write(503, {}, f"the emulated account does not answer: {error}".encode())

    def _asking(self, request: Request, session: Session, body: bytes) -> Asking:
        signature = request.signature
        try:
            return Asking(
                call=requests.call(request, body),
                role_arn=session.role_arn,
                region=signature.region if signature else self._account.region,
                account=self._account,
                body=body,
            )
        except requests.UnplacedError as error:
            reason = "because the rehearsal can't tell which action of AWS this is"
            raise self._gate.denied(session, str(error), None, reason) from error

    def _ask_account(self, handler: Handler, body: bytes | None) -> Exchange:
        headers = relay.headers_of(handler.headers.items())
        return relay.send(handler, self._behind, headers, body)

    def _keep_secret(self, session: Session, asking: Asking, exchange: Exchange) -> None:
        """S3 tells that an object is missing only to those who may list it."""
        call = asking.call
        reads = call.service == "s3" and call.operation in ("GetObject", "HeadObject")
        if not reads or exchange.response.status != 404:
            return
        question = to_learn_that_it_is_missing(asking)
        decision = self._gate.decide(session.role_arn, question)
        if not decision.allowed:
            raise self._gate.denied(session, question.action, question.resource, decision.reason)
