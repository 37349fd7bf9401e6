"""The load balancer, on one loopback port, made from the listener that was deployed.

It is plain HTTP here even where HTTPS is deployed: there is no certificate that a browser
would trust. Targets are told the deployed protocol, port and host.
"""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from airflow_ecs.rehearsal.account_clients import Account
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.gateway import forwarding, listeners
from airflow_ecs.rehearsal.gateway.origins import Origins
from airflow_ecs.rehearsal.gateway.relay import drop_body
from airflow_ecs.rehearsal.gateway.serving import LoopbackServer
from airflow_ecs.rehearsal.gateway.targets import Targets

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.gateway.listeners import Action, Asked, Front
    from airflow_ecs.rehearsal.gateway.serving import Handler

# Seconds after which rules and targets are read again without being told to: somebody may have
# changed them by the API.
_REREAD = 60.0

_HEALTH_PATH = "/rehearsal/elb/target-health"


class Balancer:
    """Answers as the load balancers of the account would; port 0 takes a free one.

    `refresh` it after registering or deregistering a target. Sticky sessions, log-ins and
    slow start are left out.

    Raises:
        RehearsalError: the port is taken.
    """

    def __init__(self, account_url: str, region: str, port: int = 0) -> None:
        self._account = Account(account_url, region)
        try:
            self._server = LoopbackServer(self._respond, port=port)
        except OSError as error:
            message = (
                f"the load balancer can't listen on port {port} of this machine "
                f"({error.strerror}); end what is listening there, or choose another port."
            )
            raise RehearsalError(message) from error
        self._targets = Targets(self._tell)
        self._reading = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._reread, name="balancer", daemon=True)
        self._fronts: list[Front] = []
        self._origins = Origins([], self._server.port)

    @property
    def port(self) -> int:
        """The port of this machine on which it answers."""
        return self._server.port

    def start(self) -> None:
        """Read what is deployed, check its targets, and answer from now on."""
        self.refresh()
        self._server.start()
        self._thread.start()

    def stop(self) -> None:
        """Answer no more, check no more."""
        self._ended.set()
        self._server.stop()
        self._targets.stop()
        if self._thread.is_alive():
            self._thread.join()

    def refresh(self) -> None:
        """Read the listeners, their rules and their targets again."""
        elb = self._account.client("elbv2")
        # One reader at a time: the last to have begun knows best.
        with self._reading:
            self._fronts = listeners.read(elb)
            hosts = [host for front in self._fronts for host in front.hosts]
            self._origins = Origins(hosts, self._server.port)
            groups = dict.fromkeys(arn for front in self._fronts for arn in front.group_arns)
            self._targets.read(elb, list(groups))

    def url(self, host: str) -> str | None:
        """Where a browser finds a deployed host; nothing for one of which no rule knows."""
        return self._origins.url(host)

    def drained(self, address: str, port: int, timeout: float) -> bool:
        """Wait until a deregistered target has no request left; whether so within seconds."""
        return self._targets.drained((address, port), timeout)

    def _respond(self, handler: Handler) -> None:
        asked = forwarding.asked(handler, self._origins)
        front = next((one for one in self._fronts if asked.host in one.hosts), None)
        front = front or next(iter(self._fronts), None)
        if front is None:
            drop_body(handler)
            forwarding.fail(handler, 503, "nothing is deployed behind a load balancer")
            return
        action = front.action(asked)
        if action["Type"] == "forward":
            group_arn = self._group(action)
            with self._targets.next(group_arn) as target:
                forwarding.forward(handler, asked, front, self._origins, target)
            return
        drop_body(handler)
        if action["Type"] == "redirect":
            self._redirect(handler, action, asked, front)
        else:
            config = action["FixedResponseConfig"]
            headers = {"Content-Type": config.get("ContentType", "text/plain")}
            body = (config.get("MessageBody") or "").encode()
            handler.write(int(config["StatusCode"]), headers, body)

    def _group(self, action: Action) -> str:
        """The group whose turn it is by the weights."""
        groups = listeners.targets_of(action)
        by_weight = [arn for arn, weight in groups for _ in range(weight)] or [groups[0][0]]
        turn = sum(self._targets.turn(arn) for arn, _ in groups)
        return by_weight[turn % len(by_weight)]

    def _redirect(self, handler: Handler, action: Action, asked: Asked, front: Front) -> None:
        there = listeners.redirection(action, asked, front.protocol, front.port)
        status = int(action["RedirectConfig"]["StatusCode"].removeprefix("HTTP_"))
        local = self._origins.to_local(there, there.partition(":")[0])
        handler.write(status, {"Location": local}, b"")

    def _reread(self) -> None:
        while not self._ended.wait(_REREAD):
            # An account that does not answer is about to end, or busy.
            with suppress(BotoCoreError, ClientError):
                self.refresh()

    def _tell(self, group: str, target: str, state: str, reason: str, description: str) -> None:
        """Let the account say how a target is."""
        account = urlsplit(self._account.url)
        connection = HTTPConnection(account.hostname or "", account.port, timeout=10)
        told = {
            "group": group,
            "target": target,
            "state": state,
            "reason": reason,
            "description": description,
        }
        try:
            connection.request("POST", _HEALTH_PATH, json.dumps(told))
            connection.getresponse().read()
        except OSError:
            # The account has ended before the balancer.
            return
        finally:
            connection.close()
