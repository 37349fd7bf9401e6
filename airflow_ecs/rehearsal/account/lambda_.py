"""Lambda: functions are kept as zip files, and run in this process when they are invoked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account import handler
from airflow_ecs.rehearsal.account.archives import zipped
from airflow_ecs.rehearsal.account.inputs import Inputs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.inputs import Members
    from airflow_ecs.rehearsal.account.region import Region


# The provider's defaults: megabytes and seconds.
_MEMORY = 128
_TIMEOUT = 3

_FUNCTION: Members = pascal(
    "role", "handler", "runtime", "description", "architectures", "publish", "layers"
) | {
    "kmsKeyArn": "KMSKeyArn",
    "environment": ("Environment", pascal("variables")),
    "vpcConfig": ("VpcConfig", pascal("subnetIds", "securityGroupIds")),
    "ephemeralStorage": ("EphemeralStorage", pascal("size")),
    "tracingConfig": ("TracingConfig", pascal("mode")),
    "loggingConfig": (
        "LoggingConfig",
        pascal("logFormat", "logGroup", "applicationLogLevel", "systemLogLevel"),
    ),
}


def create_function(region: Region, inputs: Inputs) -> Created:
    """A function from the archive of its code."""
    name = inputs.name()
    code = inputs.take("code")
    if code is None:
        raise inputs.refusal(
            "it has no code; the emulated account runs functions from code given as an archive."
        )
    archive = zipped(code, inputs)
    # They concern updates and deletion alone.
    inputs.aside("sourceCodeHash", "skipDestroy")
    client = region.client("lambda")
    function = client.create_function(
        FunctionName=name,
        Code={"ZipFile": archive},
        MemorySize=inputs.take("memorySize", _MEMORY),
        Timeout=inputs.take("timeout", _TIMEOUT),
        Tags=inputs.tags(),
        **inputs.request(_FUNCTION),
    )
    if (reserved := inputs.take("reservedConcurrentExecutions")) is not None:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
    region.account.archives[function["FunctionArn"]] = archive
    arn, version = function["FunctionArn"], function["Version"]
    return Created(
        id=name,
        outputs={
            "arn": arn,
            "name": name,
            "qualifiedArn": f"{arn}:{version}",
            "invokeArn": f"arn:{region.partition}:apigateway:{region.name}:lambda:path/"
            f"2015-03-31/functions/{arn}/invocations",
            "version": version,
            "lastModified": function["LastModified"],
            "sourceCodeSize": len(archive),
        },
    )


def create_invocation(region: Region, inputs: Inputs) -> Created:
    """One run of a function; what its handler raises fails the resource."""
    name = inputs.required("functionName")
    event = json.loads(inputs.required("input"))
    if inputs.take("lifecycleScope", "CREATE_ONLY") == "CRUD":
        event[inputs.take("terraformKey", "tf")] = {"action": "create", "prev_input": None}
    inputs.aside("terraformKey", "triggers", "qualifier")
    configuration = region.client("lambda").get_function(FunctionName=name)["Configuration"]
    archive = region.account.archives.get(configuration["FunctionArn"])
    if archive is None:
        raise inputs.refusal(f"the function {name} was not created by this program.")
    result = handler.run(region, configuration, archive, event, inputs)
    return Created(id=f"{name}-invocation", outputs={"result": json.dumps(result)})


def create_permission(region: Region, inputs: Inputs) -> Created:
    """Who else may call a function."""
    function = inputs.required("function")
    statement = inputs.name()
    region.client("lambda").add_permission(
        FunctionName=function,
        StatementId=statement,
        **inputs.request(
            pascal("action", "principal", "sourceArn", "sourceAccount", "functionUrlAuthType")
            | {"principalOrgId": "PrincipalOrgID"}
        ),
    )
    return Created(id=statement, outputs={"statementId": statement})
