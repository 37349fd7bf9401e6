"""The load balancer: a page a host name, and a fixed 404 for everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

# TLS 1.2 and 1.3, with forward secrecy.
_TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"

# Seconds in which a task that goes may end the requests that it has.
_DRAIN = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A service that people open: its hosts, its port, and what tells that it is healthy."""

    service: str
    hosts: Sequence[str]
    port: int
    health_path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IngressArgs:
    """Which pages, where, and for whom. Without a certificate it is plain HTTP."""

    pages: Sequence[Page]
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_id: pulumi.Input[str]
    zone_id: pulumi.Input[str]
    certificate_arn: pulumi.Input[str] | None
    internet_facing: bool
    protect: bool
    tags: Mapping[str, pulumi.Input[str]]


class LoadBalancerIngress(pulumi.ComponentResource):
    """An application load balancer in front of the pages."""

    dns_name: pulumi.Output[str]
    target_group_arns: dict[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: IngressArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:LoadBalancerIngress", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)

        balancer = aws.lb.LoadBalancer(
            name,
            load_balancer_type="application",
            internal=not args.internet_facing,
            subnets=args.subnet_ids,
            security_groups=[args.security_group_id],
            drop_invalid_header_fields=True,
            enable_deletion_protection=args.protect,
            tags=args.tags,
            opts=self._child,
        )
        listener = self._listeners(name, balancer)
        self.target_group_arns = {}
        # ECS refuses a service whose target group no listener uses.
        self._rules: dict[str, pulumi.Resource] = {}
        for priority, page in enumerate(args.pages, start=1):
            self._page(name, page, priority, balancer, listener)

        self.dns_name = balancer.dns_name
        self.register_outputs({"dns_name": self.dns_name})

    def rule_of(self, service: str) -> list[pulumi.Resource]:
        """What a service must wait for; nothing when it has no page."""
        return [rule for name, rule in self._rules.items() if name == service]

    def _listeners(self, name: str, balancer: aws.lb.LoadBalancer) -> aws.lb.Listener:
        nothing_here: aws.lb.ListenerDefaultActionArgsDict = {
            "type": "fixed-response",
            "fixed_response": {
                "content_type": "text/plain",
                "message_body": "Not found",
                "status_code": "404",
            },
        }
        if self._args.certificate_arn is None:
            return self._listener(f"{name}-http", balancer, 80, nothing_here)
        to_https: aws.lb.ListenerDefaultActionArgsDict = {
            "type": "redirect",
            "redirect": {"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"},
        }
        self._listener(f"{name}-http", balancer, 80, to_https)
        return self._listener(f"{name}-https", balancer, 443, nothing_here)

    def _listener(
        self,
        name: str,
        balancer: aws.lb.LoadBalancer,
        port: int,
        action: aws.lb.ListenerDefaultActionArgsDict,
    ) -> aws.lb.Listener:
        secure = port == 443
        return aws.lb.Listener(
            name,
            load_balancer_arn=balancer.arn,
            port=port,
            protocol="HTTPS" if secure else "HTTP",
            certificate_arn=self._args.certificate_arn if secure else None,
            ssl_policy=_TLS_POLICY if secure else None,
            default_actions=[action],
            tags=self._args.tags,
            opts=self._child,
        )

    def _page(
        self,
        name: str,
        page: Page,
        priority: int,
        balancer: aws.lb.LoadBalancer,
        listener: aws.lb.Listener,
    ) -> None:
        group = aws.lb.TargetGroup(
            f"{name}-{page.service}",
            vpc_id=self._args.vpc_id,
            target_type="ip",
            protocol="HTTP",
            port=page.port,
            deregistration_delay=_DRAIN,
            health_check={
                "path": page.health_path,
                "matcher": "200",
                "interval": 15,
                "timeout": 5,
                "healthy_threshold": 2,
                "unhealthy_threshold": 4,
            },
            tags=self._args.tags,
            opts=self._child,
        )
        self.target_group_arns[page.service] = group.arn
        self._rules[page.service] = aws.lb.ListenerRule(
            f"{name}-{page.service}",
            listener_arn=listener.arn,
            priority=priority,
            conditions=[{"host_header": {"values": list(page.hosts)}}],
            actions=[{"type": "forward", "target_group_arn": group.arn}],
            tags=self._args.tags,
            opts=self._child,
        )
        aws.route53.Record(
            f"{name}-{page.service}",
            zone_id=self._args.zone_id,
            name=page.hosts[0],
            type="A",
            aliases=[
                {
                    "name": balancer.dns_name,
                    "zone_id": balancer.zone_id,
                    "evaluate_target_health": True,
                }
            ],
            opts=self._child,
        )
