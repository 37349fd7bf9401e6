"""An emulated AWS account that creates what a Pulumi program registers."""

from airflow_ecs.rehearsal.account.emulated import EmulatedAccount

__all__ = ["EmulatedAccount"]
