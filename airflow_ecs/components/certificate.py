"""A certificate for the web page, validated by DNS in a public zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateArgs:
    """The names that the certificate is for, the first of which is its own."""

    hosts: Sequence[str]
    zone_id: pulumi.Input[str]
    tags: Mapping[str, pulumi.Input[str]]


class Certificate(pulumi.ComponentResource):
    """An ACM certificate that has been issued."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:Certificate", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        domain, *others = args.hosts
        certificate = aws.acm.Certificate(
            name,
            domain_name=domain,
            subject_alternative_names=others or None,
            validation_method="DNS",
            tags=args.tags,
            # A listener can't be without one while the new one is made.
            opts=child.merge(pulumi.ResourceOptions(delete_before_replace=False)),
        )
        names = []
        for host in args.hosts:
            option = certificate.domain_validation_options.apply(partial(_for_host, host))
            record = aws.route53.Record(
                f"{name}-{host.partition('.')[0]}-validation",
                zone_id=args.zone_id,
                name=option.resource_record_name,
                type=option.resource_record_type,
                records=[option.resource_record_value],
                ttl=60,
                allow_overwrite=True,
                opts=child,
            )
            names.append(record.fqdn)
        issued = aws.acm.CertificateValidation(
            name,
            certificate_arn=certificate.arn,
            validation_record_fqdns=names,
            opts=child,
        )
        self.arn = issued.certificate_arn
        self.register_outputs({"arn": self.arn})


def _for_host(
    host: str, options: Sequence[aws.acm.outputs.CertificateDomainValidationOption]
) -> aws.acm.outputs.CertificateDomainValidationOption:
    # AWS gives them in no order of its own.
    return next(option for option in options if option.domain_name == host)
