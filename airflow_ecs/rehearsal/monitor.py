"""Stands where the Pulumi engine would, and answers a program's registrations from a cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf import empty_pb2
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.mocks import MockEngine, MockMonitor, Mocks
from pulumi.runtime.proto import engine_pb2, resource_pb2

from airflow_ecs.rehearsal import stand_ins, wire
from airflow_ecs.rehearsal.declared import Created, Declared, RehearsalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_ecs.rehearsal.declared import Cloud
    from airflow_ecs.rehearsal.recording import Recording

_STACK = "pulumi:pulumi:Stack"
_GET_RESOURCE = "pulumi:pulumi:getResource"


class RehearsalMonitor(MockMonitor):
    """Records each registration, has the cloud create it, and sends back what came of it.

    It works on the wire format itself, because the SDK's mock monitor hides parents and
    options, turns integers into floats, discards stack outputs and never misses a duplicate.
    All calls arrive on one thread, in the order in which the program made them.
    """

    def __init__(
        self,
        recording: Recording,
        *,
        cloud: Cloud,
        project: str,
        stack: str,
        preview: bool,
        on_resource: Callable[[Declared], None] | None,
    ) -> None:
        super().__init__(_Unasked())
        self._recording = recording
        self._cloud = cloud
        self._urn_start = f"urn:pulumi:{stack}::{project}::"
        self._preview = preview
        self._on_resource = on_resource
        self._answers: dict[str, tuple[str, Struct]] = {}

    def RegisterResource(  # noqa: N802
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Record one resource, and create it unless it is a component of the program's own."""
        urn = self._urn(request.parent, request.type, request.name)
        if request.type == _STACK:
            self._recording.root = urn
            return resource_pb2.RegisterResourceResponse(urn=urn)
        if urn in self._answers:
            message = f"Duplicate resource URN '{urn}'; try giving it a unique name."
            raise RehearsalError(message)
        declared = self._declared(urn, request)
        if request.transforms:
            message = (
                f"{_title(declared)} has transforms, which a rehearsal does not run; "
                f"use transformations, or set the properties directly."
            )
            raise RehearsalError(message)

        created = Created(id="")
        if declared.custom or declared.remote:
            created = self._create(declared)
            self._recording.created[urn] = created
        self._recording.resources.append(declared)

        properties = Struct()
        # A remote component answers with its outputs alone: they may share names with inputs.
        if not declared.remote:
            properties.CopyFrom(request.object)
        secrets = declared.secrets.union(declared.additional_secret_outputs)
        properties.MergeFrom(wire.encode_properties(created.outputs, secrets=secrets))
        self._answers[urn] = created.id, properties
        if self._on_resource:
            self._on_resource(declared)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=created.id, object=properties)

    def RegisterResourceOutputs(  # noqa: N802
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        """Record the outputs of a component, or of the stack."""
        outputs, secrets = wire.decode_properties(request.outputs)
        if request.urn == self._recording.root:
            self._recording.outputs = outputs
            self._recording.secret_outputs = secrets
        else:
            self._recording.component_outputs[request.urn] = outputs
        return empty_pb2.Empty()

    def Invoke(  # noqa: N802
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:
        """Answer a look-up; a reference to a remote component's child is one too."""
        arguments, _ = wire.decode_properties(request.args)
        if request.tok == _GET_RESOURCE and arguments["urn"] in self._answers:
            answer = self._registered(arguments["urn"])
        else:
            found = self._cloud.invoke(request.tok, arguments)
            if isinstance(arn := found.get("arn"), str):
                self._recording.looked_up.add(arn)
            answer = wire.encode_properties(found)
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(answer)
        return response

    def ReadResource(  # noqa: N802
        self, request: resource_pb2.ReadResourceRequest
    ) -> resource_pb2.ReadResourceResponse:
        """Refuse to read what was deployed elsewhere."""
        if request.type == "pulumi:pulumi:StackReference":
            message = (
                f'the program reads the outputs of another stack, "{request.name}", which a '
                f"rehearsal does not have; give it those values by configuration."
            )
        else:
            message = (
                f'the program reads an existing {request.type}, "{request.name}", by its id, '
                f"which a rehearsal does not have; use a look-up function such as get_vpc."
            )
        raise RehearsalError(message)

    def Call(self, request: resource_pb2.ResourceCallRequest) -> None:  # noqa: N802
        """Refuse to call a resource's method, which only its provider can run."""
        message = f"the program calls the method {request.tok}, which a rehearsal can't run."
        raise RehearsalError(message)

    def RegisterStackTransform(self, request: object) -> None:  # noqa: N802
        """Refuse a transform of all resources."""
        message = (
            "the program registers a resource transform, which a rehearsal does not run; "
            "use register_stack_transformation, or set the properties directly."
        )
        raise RehearsalError(message)

    RegisterStackInvokeTransform = RegisterStackTransform

    def _create(self, declared: Declared) -> Created:
        try:
            created = self._cloud.create(declared)
        except RehearsalError as error:
            if declared.type in str(error) and declared.name in str(error):
                raise
            message = f"{_title(declared)}: {error}"
            raise RehearsalError(message) from error
        except Exception as error:
            error.add_note(f"This happened while creating {_title(declared)}.")
            raise
        if self._preview:
            return created
        given = created.outputs.keys() | (set() if declared.remote else declared.inputs.keys())
        unanswered = stand_ins.unanswered(declared, given)
        return Created(id=created.id, outputs={**unanswered, **created.outputs})

    def _declared(self, urn: str, request: resource_pb2.RegisterResourceRequest) -> Declared:
        inputs, secrets = wire.decode_properties(request.object)
        by_property = (urn for urns in request.propertyDependencies.values() for urn in urns.urns)
        return Declared(
            type=request.type,
            name=request.name,
            urn=urn,
            custom=request.custom,
            remote=request.remote,
            parent=request.parent,
            inputs=inputs,
            secrets=secrets,
            dependencies=frozenset((*request.dependencies, *by_property)),
            protect=request.protect,
            retain_on_delete=request.retainOnDelete,
            delete_before_replace=request.deleteBeforeReplace,
            ignore_changes=tuple(request.ignoreChanges),
            additional_secret_outputs=tuple(request.additionalSecretOutputs),
            aliases=(*request.aliasURNs, *(self._alias(a, request) for a in request.aliases)),
            provider=request.provider,
        )

    def _alias(self, alias: Any, request: resource_pb2.RegisterResourceRequest) -> str:
        if alias.urn:
            return str(alias.urn)
        spec = alias.spec
        parent = "" if spec.noParent else spec.parentUrn or request.parent
        return self._urn(parent, spec.type or request.type, spec.name or request.name)

    def _urn(self, parent: str, type_: str, name: str) -> str:
        """The URN as the engine makes it: types of parents in front, except the stack's."""
        ancestors = parent.split("::")[2] if parent else ""
        qualified = f"{ancestors}${type_}" if ancestors not in ("", _STACK) else type_
        return f"{self._urn_start}{qualified}::{name}"

    def _registered(self, urn: str) -> Struct:
        id_, state = self._answers[urn]
        answer = wire.encode_properties({"urn": urn, "id": id_})
        answer.fields["state"].struct_value.CopyFrom(state)
        return answer


class RehearsalEngine(MockEngine):
    """Keeps what the program says to its user."""

    def __init__(self, messages: list[tuple[str, str]]) -> None:
        super().__init__(None)
        self._messages = messages

    def Log(self, request: engine_pb2.LogRequest) -> None:  # noqa: N802
        """Record a message, unless it is for debugging."""
        if request.severity != engine_pb2.DEBUG:
            severity = engine_pb2.LogSeverity.Name(request.severity).lower()
            self._messages.append((severity, request.message))

    def RequirePulumiVersion(self, request: object) -> empty_pb2.Empty:  # noqa: N802
        """Accept any demand: there is no engine here to be too old."""
        return empty_pb2.Empty()


class _Unasked(Mocks):
    """The base class wants mocks; each method that would ask them is replaced above."""

    def call(self, args: object) -> Any:
        raise NotImplementedError

    def new_resource(self, args: object) -> Any:
        raise NotImplementedError


def _title(declared: Declared) -> str:
    return f'{declared.type} "{declared.name}"'
