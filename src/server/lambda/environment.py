"""An execution environment for Python functions: loads one handler, runs one invocation at a time.

Copied to dist/lambda-python.py and started by the server, whose death ends it. It speaks the same line protocol on fd 3
as the Node environment (src/server/lambda/channel.ts).
"""
import datetime
import importlib
import json
import logging
import os
import resource
import socket
import sys
import threading
import time
import traceback
from decimal import Decimal

ROOT = os.environ.get("LAMBDA_TASK_ROOT", os.getcwd())
HERE = os.path.abspath(__file__)
END_OF_OUTPUT = "\0"
INNER_BREAK = "\2"
request_id = ""


def watch_lifeline():
    """stdin closes when the server dies, however that came about."""
    while os.read(0, 64):
        pass
    os._exit(1)


class Context:
    """The context object of the Python runtime."""

    def __init__(self, message):
        env = os.environ
        self.aws_request_id = message["id"]
        self.function_name = env.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = env.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = env.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = env.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.invoked_function_arn = message["arn"]
        self.identity = None
        self.client_context = json.loads(message["clientContext"]) if message.get("clientContext") else None
        self._deadline = message["deadline"]

    def get_remaining_time_in_millis(self):
        return max(0, int(self._deadline - time.time() * 1000))

    def log(self, text):
        sys.stdout.write(str(text))


class LogHandler(logging.Handler):
    """The root logger's handler: one log event a record, whatever line breaks it has."""

    def emit(self, record):
        when = datetime.datetime.fromtimestamp(record.created, datetime.timezone.utc)
        stamp = when.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (when.microsecond // 1000)
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        line = "[%s]\t%s\t%s\t%s" % (record.levelname, stamp, request_id, text)
        sys.stdout.write(line.replace("\n", INNER_BREAK) + "\n")


class LoadError(Exception):
    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind = kind
        self.trace = list(trace)


def shown(name):
    """The code's folder shows as /var/task, where it would be on Lambda."""
    return name.replace(ROOT, "/var/task", 1) if name.startswith(ROOT) else name


def stack_of(error):
    """The user's frames only: those of this file and of the import machinery are the runtime's."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if os.path.abspath(f.filename) != HERE and "importlib" not in f.filename]
    return traceback.format_list([(shown(f.filename), f.lineno, f.name, f.line) for f in frames])


def load(handler):
    if "." not in handler:
        raise LoadError("Runtime.MalformedHandlerName", "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % handler)
    module_name, function_name = handler.rsplit(".", 1)
    dotted = module_name.replace("/", ".")
    try:
        module = importlib.import_module(dotted)
    except ImportError as error:
        raise LoadError("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error)) from error
    except SyntaxError as error:
        where = '  File "%s" Line %s\n    %s' % (shown(error.filename or ""), error.lineno, (error.text or "").strip() + "\n")
        message = "Syntax error in module '%s': %s" % (module_name, str(error).replace(error.filename or "\1", os.path.basename(error.filename or "")))
        raise LoadError("Runtime.UserCodeSyntaxError", message, [where]) from error
    if not hasattr(module, function_name):
        raise LoadError("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function_name, module_name))
    return getattr(module, function_name)


def describe(error):
    if isinstance(error, LoadError):
        return {"errorMessage": str(error), "errorType": error.kind, "requestId": request_id, "stackTrace": error.trace}
    return {"errorMessage": str(error), "errorType": type(error).__name__, "requestId": request_id, "stackTrace": stack_of(error)}


def error_log(error):
    text = "[ERROR] %s: %s" % (error["errorType"], error["errorMessage"])
    if error["stackTrace"]:
        text += "\nTraceback (most recent call last):\n" + "".join(error["stackTrace"]).rstrip("\n")
    return text.replace("\n", INNER_BREAK) + "\n"


def encode(value):
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def marshal(value):
    # Bytes are the answer itself: whoever returns them has serialised already.
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    try:
        return json.dumps(value, default=encode, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise LoadError("Runtime.MarshalError", "Unable to marshal response: %s" % error) from error


def rss():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main():
    global request_id
    channel = socket.socket(fileno=3)
    threading.Thread(target=watch_lifeline, daemon=True).start()
    logging.getLogger().addHandler(LogHandler())
    sys.stderr = sys.stdout
    sys.path.insert(0, ROOT)

    def send(message):
        channel.sendall((json.dumps(message) + "\n").encode())

    try:
        handler = load(os.environ.get("_HANDLER", ""))
    except BaseException as error:  # noqa: B902  whatever a module's body raises, SystemExit included
        if isinstance(error, SystemExit):
            raise
        document = describe(error)
        send({"t": "initError", "payload": json.dumps(document), "log": error_log(document)})
        sys.exit(1)
    send({"t": "ready"})

    for line in channel.makefile("r", encoding="utf-8"):
        message = json.loads(line)
        request_id = message["id"]
        try:
            answer = {"t": "result", "payload": marshal(handler(json.loads(message["event"]), Context(message)))}
        except Exception as error:
            document = describe(error)
            sys.stdout.write(error_log(document))
            answer = {"t": "error", "payload": json.dumps(document)}
        sys.stdout.write(END_OF_OUTPUT + request_id + "\n")
        sys.stdout.flush()
        answer.update(id=request_id, rss=rss())
        send(answer)


main()
