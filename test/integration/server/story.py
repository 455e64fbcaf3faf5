"""A life of two state machines, told by boto3 to the endpoint in the environment; prints what happened as JSON."""
import json
import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

server = json.loads(os.environ["STEPBENCH_SERVER"])
settings = dict(
    endpoint_url=server["endpoint"],
    region_name=server["region"],
    aws_access_key_id=server["credentials"]["accessKeyId"],
    aws_secret_access_key=server["credentials"]["secretAccessKey"],
    # `sync-` before a loopback address names no host: the documented switch for custom endpoints.
    config=Config(retries={"max_attempts": 0}, inject_host_prefix=False),
)
sfn = boto3.client("stepfunctions", **settings)
logs = boto3.client("logs", **settings)
told = {}

definition = {
    "StartAt": "Greet",
    "States": {
        "Greet": {"Type": "Pass", "Result": {"greeting": "hello"}, "Next": "Each"},
        "Each": {
            "Type": "Map",
            "ItemsPath": "$$.Execution.Input.names",
            "ItemProcessor": {"StartAt": "One", "States": {"One": {"Type": "Pass", "End": True}}},
            "End": True,
        },
    },
}
role = "arn:aws:iam::111111111111:role/any"


def refused(call):
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


machine = sfn.create_state_machine(name="boto-standard", definition=json.dumps(definition), roleArn=role)["stateMachineArn"]
told["created"] = sfn.describe_state_machine(stateMachineArn=machine)["status"]
arns = [
    sfn.start_execution(stateMachineArn=machine, name=f"run-{n}", input=json.dumps({"names": ["a", "b", "c"]}))["executionArn"]
    for n in range(7)
]
while sfn.describe_execution(executionArn=arns[-1])["status"] == "RUNNING":
    time.sleep(0.01)
told["output"] = json.loads(sfn.describe_execution(executionArn=arns[0])["output"])
told["listed"] = len([e for page in sfn.get_paginator("list_executions").paginate(stateMachineArn=machine, PaginationConfig={"PageSize": 3}) for e in page["executions"]])
history = sfn.get_paginator("get_execution_history")
told["pages"] = [len(page["events"]) for page in history.paginate(executionArn=arns[0], PaginationConfig={"PageSize": 5})]
told["events"] = [e["type"] for page in history.paginate(executionArn=arns[0], PaginationConfig={"PageSize": 5}) for e in page["events"]]
told["again"] = refused(lambda: sfn.start_execution(stateMachineArn=machine, name="run-0"))

waiting = sfn.create_state_machine(
    name="boto-wait",
    definition=json.dumps({"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}),
    roleArn=role,
)["stateMachineArn"]
stopped = sfn.start_execution(stateMachineArn=waiting)["executionArn"]
sfn.stop_execution(executionArn=stopped, error="Enough", cause="of waiting")
told["stopped"] = {k: sfn.describe_execution(executionArn=stopped)[k] for k in ("status", "error", "cause")}

logs.create_log_group(logGroupName="/aws/vendedlogs/states/boto")
express = sfn.create_state_machine(
    name="boto-express",
    type="EXPRESS",
    definition=json.dumps(definition),
    roleArn=role,
    loggingConfiguration={
        "level": "ALL",
        "includeExecutionData": True,
        "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": f"arn:aws:logs:{server['region']}:111111111111:log-group:/aws/vendedlogs/states/boto:*"}}],
    },
)["stateMachineArn"]
sync = sfn.start_sync_execution(stateMachineArn=express, input='{"names": [1]}')
told["sync"] = {"status": sync["status"], "billing": sync["billingDetails"]}
events = [json.loads(e["message"]) for page in logs.get_paginator("filter_log_events").paginate(logGroupName="/aws/vendedlogs/states/boto", PaginationConfig={"PageSize": 4}) for e in page["events"]]
told["logged"] = [e["type"] for e in sorted(events, key=lambda e: int(e["id"]))]

for arn in (machine, waiting, express):
    sfn.delete_state_machine(stateMachineArn=arn)
told["left"] = sfn.list_state_machines()["stateMachines"]
told["gone"] = refused(lambda: sfn.describe_state_machine(stateMachineArn=machine))
stranger = boto3.client("stepfunctions", **{**settings, "aws_secret_access_key": "wrong"})
told["stranger"] = refused(lambda: stranger.list_state_machines())
print(json.dumps(told))
