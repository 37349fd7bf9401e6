"""What a caller must be allowed for a call to be answered: the table of all services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.gateway.needs import ecs, kms, logs, others, s3, ssm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.gateway.iam import Question
    from airflow_ecs.rehearsal.gateway.needs.asking import Asking

_NEEDS = {
    **{("ecs", operation): needs for operation, needs in ecs.NEEDS.items()},
    **{("kms", operation): needs for operation, needs in kms.NEEDS.items()},
    **{("logs", operation): needs for operation, needs in logs.NEEDS.items()},
    **{("s3", operation): needs for operation, needs in s3.NEEDS.items()},
    **{("ssm", operation): needs for operation, needs in ssm.NEEDS.items()},
    **others.NEEDS,
}


def of(asking: Asking) -> Iterator[Question]:
    """The permissions that a call needs, one by one.

    Of a call outside the table only the action is known: it needs a permission on `*`.
    """
    needs = _NEEDS.get((asking.call.service, asking.call.operation))
    if needs is None:
        yield asking.about(None)
    else:
        yield from needs(asking)
