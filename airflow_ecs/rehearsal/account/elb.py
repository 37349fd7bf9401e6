"""Load balancers, target groups, listeners and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.account.inputs import Inputs, pairs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.inputs import Members
    from airflow_ecs.rehearsal.account.region import Region


_BALANCER_ATTRIBUTES = {
    "idleTimeout": "idle_timeout.timeout_seconds",
    "clientKeepAlive": "client_keep_alive.seconds",
    "enableDeletionProtection": "deletion_protection.enabled",
    "enableHttp2": "routing.http2.enabled",
    "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
    "enableXffClientPort": "routing.http.xff_client_port.enabled",
    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    "desyncMitigationMode": "routing.http.desync_mitigation_mode",
    "preserveHostHeader": "routing.http.preserve_host_header.enabled",
    "xffHeaderProcessingMode": "routing.http.xff_header_processing.mode",
}

_TARGET_ATTRIBUTES = {
    "deregistrationDelay": "deregistration_delay.timeout_seconds",
    "slowStart": "slow_start.duration_seconds",
    "loadBalancingAlgorithmType": "load_balancing.algorithm.type",
}


def create_load_balancer(region: Region, inputs: Inputs) -> Created:
    """A load balancer with its attributes."""
    elb = region.client("elbv2")
    mapping = pascal("subnetId", "allocationId", "privateIpv4Address", "ipv6Address")
    name = inputs.name()
    balancer = elb.create_load_balancer(
        Name=name,
        Scheme="internal" if inputs.take("internal", False) else "internet-facing",
        **inputs.tag_list(),
        **inputs.request(
            pascal("subnets", "securityGroups", "ipAddressType")
            | {"loadBalancerType": "Type", "subnetMappings": ("SubnetMappings", mapping)}
        ),
    )["LoadBalancers"][0]
    arn = balancer["LoadBalancerArn"]
    attributes = _attributes(inputs, _BALANCER_ATTRIBUTES)
    if logs := inputs.take("accessLogs"):
        attributes |= {f"access_logs.s3.{key}": _text(value) for key, value in logs.items()}
    if attributes:
        elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=pairs(attributes))
    return Created(
        id=arn,
        outputs={
            "arn": arn,
            "arnSuffix": arn.split(":loadbalancer/", 1)[1],
            "name": name,
            "dnsName": balancer["DNSName"],
            "zoneId": balancer["CanonicalHostedZoneId"],
            "vpcId": balancer["VpcId"],
        },
    )


def create_target_group(region: Region, inputs: Inputs) -> Created:
    """A target group with its health check and attributes."""
    elb = region.client("elbv2")
    name = inputs.name()
    check = inputs.translated(
        inputs.take("healthCheck", {}),
        {
            "enabled": "HealthCheckEnabled",
            "path": "HealthCheckPath",
            "port": "HealthCheckPort",
            "protocol": "HealthCheckProtocol",
            "interval": "HealthCheckIntervalSeconds",
            "timeout": "HealthCheckTimeoutSeconds",
            "healthyThreshold": "HealthyThresholdCount",
            "unhealthyThreshold": "UnhealthyThresholdCount",
            "matcher": "Matcher",
        },
        "healthCheck",
    )
    if "Matcher" in check:
        check["Matcher"] = {"HttpCode": check["Matcher"]}
    group = elb.create_target_group(
        Name=name,
        **inputs.tag_list(),
        **inputs.request(
            pascal("port", "protocol", "protocolVersion", "targetType", "vpcId", "ipAddressType")
        ),
        **check,
    )["TargetGroups"][0]
    arn = group["TargetGroupArn"]
    attributes = _attributes(inputs, _TARGET_ATTRIBUTES)
    if stickiness := inputs.take("stickiness"):
        attributes |= _stickiness(inputs, stickiness)
    if attributes:
        elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=pairs(attributes))
    suffix = arn.rsplit(":", 1)[1]
    return Created(id=arn, outputs={"arn": arn, "arnSuffix": suffix, "name": name})


_ACTION: Members = pascal("type", "order", "targetGroupArn") | {
    "fixedResponse": ("FixedResponseConfig", pascal("contentType", "messageBody", "statusCode")),
    "redirect": (
        "RedirectConfig",
        pascal("host", "path", "port", "protocol", "query", "statusCode"),
    ),
    "forward": (
        "ForwardConfig",
        {
            "targetGroups": ("TargetGroups", {"arn": "TargetGroupArn", "weight": "Weight"}),
            "stickiness": (
                "TargetGroupStickinessConfig",
                {"enabled": "Enabled", "duration": "DurationSeconds"},
            ),
        },
    ),
}

# What a redirect keeps when nothing else is said; the provider writes it out.
_KEEP = {
    "host": "#{host}",
    "path": "/#{path}",
    "port": "#{port}",
    "protocol": "#{protocol}",
    "query": "#{query}",
}


def create_listener(region: Region, inputs: Inputs) -> Created:
    """A port of a load balancer, and what answers when no rule does."""
    certificate = inputs.take("certificateArn")
    listener = region.client("elbv2").create_listener(
        **inputs.request(pascal("loadBalancerArn", "port", "protocol", "sslPolicy")),
        **({"Certificates": [{"CertificateArn": certificate}]} if certificate else {}),
        **({"AlpnPolicy": [policy]} if (policy := inputs.take("alpnPolicy")) else {}),
        DefaultActions=_actions(inputs, "defaultActions"),
        **inputs.tag_list(),
    )["Listeners"][0]
    arn = listener["ListenerArn"]
    return Created(id=arn, outputs={"arn": arn})


def create_listener_rule(region: Region, inputs: Inputs) -> Created:
    """A rule of a listener."""
    elb = region.client("elbv2")
    listener = inputs.required("listenerArn")
    priority = inputs.take("priority")
    if priority is None:
        rules = elb.describe_rules(ListenerArn=listener)["Rules"]
        taken = [int(rule["Priority"]) for rule in rules if rule["Priority"] != "default"]
        priority = max(taken, default=0) + 1
    rule = elb.create_rule(
        ListenerArn=listener,
        Priority=priority,
        Actions=_actions(inputs, "actions"),
        Conditions=_conditions(inputs),
        **inputs.tag_list(),
    )["Rules"][0]
    arn = rule["RuleArn"]
    return Created(id=arn, outputs={"arn": arn, "priority": priority})


def _actions(inputs: Inputs, name: str) -> list[Any]:
    actions = []
    for order, action in enumerate(inputs.required(name), start=1):
        if redirect := action.get("redirect"):
            given = {key: value for key, value in redirect.items() if value is not None}
            action = action | {"redirect": _KEEP | given}
        actions.append(inputs.translated({"order": order} | action, _ACTION, name))
    return actions


def _conditions(inputs: Inputs) -> list[dict[str, Any]]:
    values = pascal("values")
    fields: Members = {
        "hostHeader": ("HostHeaderConfig", values),
        "pathPattern": ("PathPatternConfig", values),
        "httpRequestMethod": ("HttpRequestMethodConfig", values),
        "sourceIp": ("SourceIpConfig", values),
        "httpHeader": ("HttpHeaderConfig", pascal("httpHeaderName", "values")),
        "queryStrings": ("QueryStringConfig", pascal("key", "value")),
    }
    names = {
        "HostHeaderConfig": "host-header",
        "PathPatternConfig": "path-pattern",
        "HttpRequestMethodConfig": "http-request-method",
        "SourceIpConfig": "source-ip",
        "HttpHeaderConfig": "http-header",
        "QueryStringConfig": "query-string",
    }
    conditions = []
    for condition in inputs.translated(inputs.required("conditions"), fields, "conditions"):
        for member, config in condition.items():
            config = {"Values": config} if member == "QueryStringConfig" else config
            conditions.append({"Field": names[member], member: config})
    return conditions


def _attributes(inputs: Inputs, names: dict[str, str]) -> dict[str, str]:
    given = ((key, inputs.take(name)) for name, key in names.items())
    return {key: _text(value) for key, value in given if value is not None}


def _stickiness(inputs: Inputs, stickiness: dict[str, Any]) -> dict[str, str]:
    given = inputs.translated(
        {"enabled": True} | stickiness,
        {
            "enabled": "stickiness.enabled",
            "type": "stickiness.type",
            "cookieDuration": "stickiness.lb_cookie.duration_seconds",
            "cookieName": "stickiness.app_cookie.cookie_name",
        },
        "stickiness",
    )
    return {key: _text(value) for key, value in given.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
