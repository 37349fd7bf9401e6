"""Which image the pipeline has released last: a parameter that its builds write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

# A parameter can't be empty.
_NONE_YET = "none yet"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleasedImageArgs:
    """The full name of the parameter."""

    parameter: str
    tags: Mapping[str, pulumi.Input[str]]


class ReleasedImage(pulumi.ComponentResource):
    """The parameter: of this deployment, so that it goes with it, and never changed by it."""

    def __init__(
        self, name: str, args: ReleasedImageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:ReleasedImage", name, None, opts)
        self._parameter = args.parameter
        # Of a single parameter that is missing, the provider would make an error.
        found = aws.ssm.get_parameters_by_path_output(
            path=args.parameter.rpartition("/")[0], opts=pulumi.InvokeOptions(parent=self)
        )
        # The provider takes every value for a secret; this one is the reference of an image.
        self._released = pulumi.Output.unsecret(found.apply(self._read))
        aws.ssm.Parameter(
            name,
            name=args.parameter,
            type="String",
            # One that is there before keeps what it says.
            value=self._released.apply(lambda image: image or _NONE_YET),
            overwrite=True,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["value"]),
        )
        self.register_outputs({})

    def uri(self) -> pulumi.Output[str]:
        """The image; before the first release, an error that ends the deployment."""
        return self._released.apply(self._demand)

    def _read(self, found: aws.ssm.GetParametersByPathResult) -> str | None:
        values = dict(zip(found.names, found.values, strict=True))
        value = values.get(self._parameter)
        return None if value == _NONE_YET else value

    def _demand(self, image: str | None) -> str:
        if image is None:
            raise pulumi.RunError(
                f"image.source is pipeline, and {self._parameter} names no image yet: the image "
                "pipeline writes it with its first release. Deploy with image.source build once, "
                "push to the pipeline's branch, and write pipeline when its build has ended."
            )
        return image
