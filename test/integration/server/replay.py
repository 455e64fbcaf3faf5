"""Replays the recorded executions of a folder against the endpoint in the environment, through boto3 alone.

Usage: STEPBENCH_SERVER='{"endpoint": …}' python3 replay.py FOLDER [SUBSTRING]. Prints one JSON document: what passed by area and
tier, what differed and where, what could not be set up and why.
"""
import collections
import concurrent.futures
import glob
import io
import json
import os
import re
import sys
import threading
import time
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::111111111111:role/role"
server = json.loads(os.environ["STEPBENCH_SERVER"])


def client(name):
    return boto3.session.Session().client(
        name,
        endpoint_url=server["endpoint"],
        region_name=server["region"],
        aws_access_key_id=server["credentials"]["accessKeyId"],
        aws_secret_access_key=server["credentials"]["secretAccessKey"],
        config=Config(retries={"max_attempts": 0}, inject_host_prefix=False, read_timeout=120, max_pool_connections=40),
    )


sfn, functions, sqs, sns, dynamodb, s3, secrets, logs = (
    client(name) for name in ("stepfunctions", "lambda", "sqs", "sns", "dynamodb", "s3", "secretsmanager", "logs")
)
lock = threading.Lock()


# What a recorded text may hold where a value varies.
WORDS = set(
    """timestamp date datetime snf_role_arn sfn_role_arn entered-time start-time start-date stop-date map_run_arn execution-arn
    state-machine-arn lambda_function_name lambda_function_1_name activity_arn sqs_queue_url x-amzn-RequestId X-Amzn-Trace-Id
    RequestId generated-uuid topic-arn RandomNumberGenerated""".split()
)


def decoded(value):
    """The recorder's rule: a text that starts with a brace and parses is what it says, once."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if isinstance(value, dict):
        return {key: decoded(item) for key, item in value.items()}
    return value


def text_matches(wanted, seen):
    if wanted == seen or wanted in WORDS or wanted == '"date"':
        return True
    if "<" not in wanted and '"date"' not in wanted:
        return False
    # One recording lost a quotation mark to its blank.
    marked, before = wanted.replace('"date"', '"\0"').replace(':<request-id>"', ':"<request-id>"'), None
    while before != marked:
        before, marked = marked, re.sub(r"<[^<>]*>", "\0", marked)
    return re.fullmatch(".*?".join(re.escape(part) for part in marked.split("\0")), seen, re.S) is not None


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def difference(wanted, seen, at):
    """The first place where `seen` is not as recorded, or None."""
    told = f"{at}: expected {json.dumps(wanted, default=str)[:300]}, got {json.dumps(seen, default=str)[:300]}"
    if isinstance(wanted, str):
        if isinstance(seen, dict):
            # A recorded text that blanking has left unparsable.
            seen = json.dumps(seen, separators=(",", ":"))
        if wanted in WORDS or (seen is not None and re.fullmatch(r"<[^<>]*>", wanted)):
            return None
        if not isinstance(seen, str):
            return told
        if text_matches(wanted, seen):
            return None
        # The order of keys does not count within a list's text either.
        try:
            left, right = json.loads(wanted), json.loads(seen)
        except ValueError:
            return told
        return None if isinstance(left, list) and difference(left, right, at) is None else told
    if isinstance(seen, str) and wanted is not None and at.endswith(".output"):
        # Some recordings have every output parsed, not objects alone.
        seen = parsed(seen)
    if isinstance(wanted, dict):
        if not isinstance(seen, dict):
            return told
        for key in sorted(set(wanted) | set(seen)):
            if key == "Content-Length" and key in wanted and key in seen:
                continue
            if key not in seen or key not in wanted:
                return f"{at}.{key}: expected {json.dumps(wanted.get(key))[:300]}, got {json.dumps(seen.get(key), default=str)[:300]}"
            found = difference(wanted[key], seen[key], f"{at}.{key}")
            if found:
                return found
        return None
    if isinstance(wanted, list):
        if not isinstance(seen, list) or len(wanted) != len(seen):
            return told
        for index, item in enumerate(wanted):
            found = difference(item, seen[index], f"{at}[{index}]")
            if found:
                return found
        return None
    return None if wanted == seen and isinstance(wanted, bool) == isinstance(seen, bool) else told


def compare(case, seen):
    expected = case["expected"]
    found = [difference(expected["status"], seen["status"], "status")]
    if expected.get("outputRaw") is not None:
        found.append(difference(expected["outputRaw"], seen.get("output"), "outputRaw"))
    elif "output" in expected and not case.get("volatileOutput"):
        found.append(difference(decoded(expected["output"]), decoded(json.loads(seen["output"])) if seen.get("output") else None, "output"))
    if expected["status"] == "FAILED":
        found += [difference(expected.get(key), decoded(seen.get(key)), key) for key in ("error", "cause")]
    if expected.get("events") and seen.get("events") is not None:
        found += compare_events(case, expected["events"], decoded(seen["events"]))
    return [one for one in found if one]


def known():
    """The detail members that this boto3 has; an old one drops younger members of an answer."""
    shape = sfn.meta.service_model.shape_for("HistoryEvent")
    return {name: set(member.members) if member.type_name == "structure" else None for name, member in shape.members.items()}


KNOWN = known()


def readable(event):
    return {
        key: {name: item for name, item in value.items() if name in KNOWN[key]} if isinstance(value, dict) else value
        for key, value in event.items()
        if key in KNOWN
    }


def compare_events(case, expected, actual):
    expected = [readable(event) for event in expected]

    def bare(event, *more):
        return {key: value for key, value in event.items() if key not in ("timestamp", *more)}

    if case.get("eventsOrderNormalised"):
        rest = [bare(event, "id", "previousEventId") for event in actual]
        for event in expected:
            wanted = bare(event, "id", "previousEventId")
            place = next((i for i, one in enumerate(rest) if difference(wanted, one, "") is None), None)
            if place is None:
                return [f"events: none like {json.dumps(wanted)[:300]}"]
            rest.pop(place)
        left = [event["type"] for event in rest if event["type"] != "ParallelStateSucceeded"]
        return [f"events: too many: {left}"] if left else []
    expected = sorted(expected, key=lambda event: event["id"])
    if case.get("volatileOutput"):
        drop = ("stateExitedEventDetails", "executionSucceededEventDetails", "assignedVariables")
        expected, actual = ([bare(event, *drop) for event in events] for events in (expected, actual))
    found = [difference(bare(one), bare(two), f"events[{i}]") for i, (one, two) in enumerate(zip(expected, actual))]
    if len(expected) != len(actual):
        found.append(f"events: expected {[e['type'] for e in expected]}, got {[e['type'] for e in actual]}")
    return [one for one in found if one][:3]


def handler(*lines):
    return "\n".join(["def handler(event, context):", *(f"    {line}" for line in lines)]) + "\n"


def code_of(behaviour):
    if behaviour.startswith("returns its event unchanged"):
        return handler("return event")
    if behaviour.startswith("raises Python Exception"):
        return handler('raise Exception("Some exception was raised.")')
    if behaviour.startswith("raises a CustomException"):
        # The recorded stack trace points at line 9.
        return "class CustomException(Exception):\n    pass\n\n\n#\n\n\n" + handler("raise CustomException()")
    if behaviour.startswith("returns 257*1024 bytes"):
        return handler("return 'a' * (257 * 1024)")
    if behaviour.startswith("returns the Python bytes"):
        return handler("return 'HelloWorld!'")
    if behaviour.startswith("ignores its event and returns"):
        return handler("return " + re.search(r"returns (\{.*\})", behaviour)[1])
    if behaviour.startswith("sleeps 60 s"):
        return "import time\n\n\n" + handler("time.sleep(60)", "return event")
    raise NotImplementedError(f"no code behaves like this: {behaviour}")


made = {}


def function_of(behaviour):
    """One function a behaviour, warm: a cold start would count against a state's timeout."""
    with lock:
        if behaviour not in made:
            archive = io.BytesIO()
            with zipfile.ZipFile(archive, "w") as packed:
                packed.writestr("handler.py", code_of(behaviour))
            made[behaviour] = name = f"function-{len(made)}"
            functions.create_function(
                FunctionName=name, Runtime="python3.12", Handler="handler.handler", Role=ROLE, Timeout=100, Code={"ZipFile": archive.getvalue()}
            )
            functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 100})
            if not behaviour.startswith("sleeps"):
                functions.invoke(FunctionName=name, Payload=b"{}")
    return made[behaviour]


def closing(case):
    """The recorded event that closes the first task, as its type and details."""
    for event in sorted(case["expected"].get("events") or [], key=lambda one: one["id"] if isinstance(one["id"], int) else 0):
        if re.fullmatch(r"(Task|Activity)(Succeeded|Failed|TimedOut)", event["type"]):
            return event["type"], next((value for value in event.values() if isinstance(value, dict)), {})
    return "", {}


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value)


class Missing(Exception):
    """What the corpus does not tell."""


def answer(case, token, body):
    kind, details = closing(case)
    if kind.endswith("TimedOut"):
        return
    if kind.endswith("Failed"):
        sfn.send_task_failure(taskToken=token, error=as_text(details["error"]), cause=as_text(details["cause"]))
        return
    if "heartbeat" in case["id"]:
        for _ in range(3):
            sfn.send_task_heartbeat(taskToken=token)
            time.sleep(0.05)
    output = as_text(details["output"])
    sfn.send_task_success(taskToken=token, output=body if "<" in output else output)


def consume(case, url, ended):
    while not ended.is_set():
        for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", []):
            body = message["Body"]
            if body.startswith("{"):
                value = json.loads(body)
                # A topic's envelope holds what was published.
                body = value["Message"] if "Message" in value and "TopicArn" in value else body
                token = json.loads(body).get("TaskToken")
                if token:
                    return answer(case, token, body)


def work(case, arn, ended):
    started = next((e["activityStartedEventDetails"] for e in case["expected"].get("events", []) if e["type"] == "ActivityStarted"), None)
    if started is None:
        return
    worker = {"workerName": started["workerName"]} if "workerName" in started else {}
    task = sfn.get_activity_task(activityArn=arn, **worker)
    if task.get("taskToken"):
        answer(case, task["taskToken"], task["input"])


def fill_buckets(case, unique, change):
    given = case["input"] if isinstance(case["input"], dict) else {}
    bucket, key = given.get("Bucket", "bucket-name"), given.get("Key", "unused")
    mine = f"bucket-{unique}"
    for name, own in ((bucket, mine), ("result-bucket", f"results-{unique}")):
        s3.create_bucket(Bucket=own)
        change.append((json.dumps(name), json.dumps(own)))
    output = case["expected"].get("output")
    items = [item for one in (output if isinstance(output, list) else []) for item in (one["Items"] if isinstance(one, dict) and "Items" in one else [one])]
    if any(service.endswith("listObjectsV2") for service in case["services"]):
        for item in items:
            s3.put_object(Bucket=mine, Key=item["Key"], Body="x" * item["Size"])
    elif key.endswith(".json"):
        s3.put_object(Bucket=mine, Key=key, Body=json.dumps(items + items))
    elif key.endswith(".csv"):
        heads = list(items[0] if items else {"H1": "", "H2": "", "H3": ""})
        rows = items + items if case["id"].endswith("max_items-2") else items
        s3.put_object(Bucket=mine, Key=key, Body="\n".join(",".join(row) for row in [heads, *([row[h] for h in heads] for row in rows)]))
    elif isinstance(output, dict) and isinstance(output.get("Body"), str):
        s3.put_object(Bucket=mine, Key=key, Body=output["Body"].encode())


def create_target(case, unique):
    _, details = closing(case)
    shown = details.get("output")
    result = shown.get("Output") if isinstance(shown, dict) else None
    pass_on = {
        "StartAt": "Send",
        "States": {
            "Send": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"QueueUrl.$": "$.QueueUrl", "MessageBody": {"TaskToken.$": "$.TaskToken"}},
                "Next": "Wait",
            },
            "Wait": {"Type": "Wait", "Seconds": 60, "End": True},
        },
    }
    give = {"StartAt": "Give", "States": {"Give": {"Type": "Pass", "Result": json.loads(result) if isinstance(result, str) else result, "End": True}}}
    body = pass_on if "sync_with_task_token" in case["id"] else give
    sfn.create_state_machine(name=f"target-{unique}", definition=json.dumps(body), roleArn=ROLE)
    return f"target-{unique}"


def set_up(case, unique):
    """What to replace in definition and input, and who serves the execution while it runs."""
    services, change, serve = " ".join(case["services"]), [], None
    for stub in case.get("lambdas", []):
        change.append((stub["name"], function_of(stub["behaviour"])))
    absent = re.search(r"no-such-queue-\w+", json.dumps(case["expected"]))
    if absent:
        change.append(("<no_such_sqs_queue_url>", absent[0]))
    if "dynamodb" in services and case["expected"]["status"] == "SUCCEEDED":
        change.append((case["input"]["TableName"], f"table-{unique}"))
        dynamodb.create_table(
            TableName=f"table-{unique}",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamodb.get_waiter("table_exists").wait(TableName=f"table-{unique}")
    if re.search(r"s3:(put|get)Object|s3:listObjectsV2", services):
        fill_buckets(case, unique, change)
    if "startExecution" in services:
        change.append(("<ArnPart_0idx>", create_target(case, unique)))
    if "activity" in services:
        arn = sfn.create_activity(name=f"activity-{unique}")["activityArn"]
        change.append(("activity_arn", arn))
        serve = lambda ended: work(case, arn, ended)  # noqa: E731
    if "sqs:" in services or "sns:publish" in services or "sync_with_task_token" in case["id"]:
        url = sqs.create_queue(QueueName=f"queue-{unique}")["QueueUrl"]
        change += [("<sqs_queue_url>", url), ("sqs_queue_url", url), ("<queue-url:1>", url)]
        if "sns:publish" in services and case["expected"]["status"] == "SUCCEEDED":
            topic = sns.create_topic(Name=f"topic-{unique}")["TopicArn"]
            queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
            change.append((case["input"]["TopicArn"], topic))
        if "waitForTaskToken" in services or "sync_with_task_token" in case["id"]:
            serve = lambda ended: consume(case, url, ended)  # noqa: E731
    return change, serve


def as_seen(answered):
    return {key: answered.get(key) for key in ("status", "output", "error", "cause")}


def history(arn):
    pages = sfn.get_paginator("get_execution_history").paginate(executionArn=arn)
    return [event for page in pages for event in page["events"]]


def run(case, number):
    unique = str(number)
    change, serve = set_up(case, unique)

    # The recorder's second account: here the first plays both.
    change.append(("222222222222", "111111111111"))

    def replaced(text):
        for wanted, own in change:
            text = text.replace(wanted, own)
        return text

    definition, text = replaced(json.dumps(case["definition"])), replaced(json.dumps(case["input"]))
    express, logged = case["type"] == "EXPRESS", {}
    if express:
        group = f"/aws/vendedlogs/states/{unique}"
        logs.create_log_group(logGroupName=group)
        arn = f"arn:aws:logs:{server['region']}:111111111111:log-group:{group}:*"
        logged = {"loggingConfiguration": {"level": "ALL", "includeExecutionData": True, "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}]}}
    machine = sfn.create_state_machine(name=f"machine-{unique}", definition=definition, roleArn=ROLE, type=case["type"], **logged)["stateMachineArn"]
    if express and case.get("mode") != "async-express":
        return change, as_seen(sfn.start_sync_execution(stateMachineArn=machine, input=text))
    execution = sfn.start_execution(stateMachineArn=machine, input=text, name=f"execution-{unique}")["executionArn"]
    if express:
        return change, closed_in_log(group)
    ended = threading.Event()
    serving = threading.Thread(target=serve, args=(ended,)) if serve else None
    if serving:
        serving.start()
    if case["expected"]["status"] == "ABORTED":
        sfn.stop_execution(executionArn=execution)
    try:
        for _ in range(1200):
            described = sfn.describe_execution(executionArn=execution)
            if described["status"] != "RUNNING":
                return change, {**as_seen(described), "events": history(execution)}
            time.sleep(0.05)
        raise TimeoutError(f"still running: {[event['type'] for event in history(execution)]}")
    finally:
        ended.set()
        if serving:
            serving.join()


def closed_in_log(group):
    """How an asynchronous Express execution ended: it shows only in its log."""
    for _ in range(200):
        events = [json.loads(event["message"]) for event in logs.filter_log_events(logGroupName=group)["events"]]
        for event in events:
            if re.fullmatch("Execution(Succeeded|Failed|TimedOut)", event["type"]):
                status = {"ExecutionSucceeded": "SUCCEEDED", "ExecutionFailed": "FAILED", "ExecutionTimedOut": "TIMED_OUT"}[event["type"]]
                return {"status": status, **{key: event["details"].get(key) for key in ("output", "error", "cause")}}
        time.sleep(0.05)
    raise TimeoutError("nothing logged")


def judge(case, number):
    if case["expected"]["status"] is None:
        return case, "not run", "hangs or really waits on AWS"
    try:
        change, seen = run(case, number)
    except Missing as told:
        return case, "not run", str(told)
    except (ClientError, TimeoutError, NotImplementedError, KeyError, TypeError, ValueError) as error:
        return case, "failed", [f"{type(error).__name__}: {error}"]
    # Own names back to the recorded ones.
    shown = json.dumps(seen, default=str)
    for wanted, own in reversed(change):
        if not own.startswith(("http", "no-such")) and not own.isdigit():
            shown = shown.replace(own.strip('"'), wanted.strip('"'))
    found = compare(case, json.loads(shown))
    return case, ("failed" if found else "passed"), found


def main():
    folder, only = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    cases = [json.loads(line) for file in sorted(glob.glob(os.path.join(folder, "*.jsonl"))) for line in open(file)]
    cases = [case for case in cases if only in case["id"]]
    report = {"passed": collections.Counter(), "tiers": {}, "failed": {}, "notRun": {}}
    with concurrent.futures.ThreadPoolExecutor(max_workers=8) as pool:
        for case, how, told in pool.map(judge, cases, range(len(cases))):
            report["tiers"].setdefault(str(case["tier"]), collections.Counter())[how] += 1
            if how == "passed":
                report["passed"][case["area"]] += 1
            else:
                report["failed" if how == "failed" else "notRun"][case["id"]] = told
    print(json.dumps(report))


main()
