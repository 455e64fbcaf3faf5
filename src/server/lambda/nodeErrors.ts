/** How the Node runtime of Lambda words errors and log lines. Runs inside the execution environment. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { format, types } from 'node:util';
import { endOfOutput, innerBreak, ownerMark } from './channel';

export interface RuntimeError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
  /** Of an unhandled rejection. */
  readonly reason?: RuntimeError;
  readonly promise?: object;
}

export interface Invocation {
  readonly id: string;
  /** Sends what a callback was called with. */
  answer?: () => void;
  /** For the event loop to run empty. */
  waits: boolean;
}

/** The invocation that the running code belongs to. */
export const running = new AsyncLocalStorage<Invocation>();

/** An error raised while a handler is found and loaded, already under its Lambda name. */
export class LoadError extends Error {
  constructor(
    readonly lambdaType: string,
    message: string,
    stack?: string,
  ) {
    super(message);
    if (stack !== undefined) this.stack = stack;
  }
}

/**
 * The document Lambda answers with for what a handler threw: errors by name, message and stack, anything else by its type
 * and text. The code's folder shows as /var/task, where it would be on Lambda.
 */
export function describeError(thrown: unknown, root: string, type?: string): RuntimeError {
  if (type !== undefined) {
    const reason = describeError(thrown, root);
    const message = types.isNativeError(thrown) ? `${thrown.name}: ${thrown.message}` : String(thrown);
    return {
      errorType: type,
      errorMessage: message,
      reason,
      promise: {},
      trace: [`${type}: ${message}`, ...reason.trace.slice(1)],
    };
  }
  if (thrown instanceof LoadError) {
    return {
      errorType: thrown.lambdaType,
      errorMessage: hide(thrown.message, root),
      trace: traceOf(thrown, root, thrown.lambdaType),
    };
  }
  if (types.isNativeError(thrown) || isErrorLike(thrown)) {
    return { errorType: thrown.name, errorMessage: hide(String(thrown.message), root), trace: traceOf(thrown, root) };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

const isErrorLike = (value: unknown): value is Error =>
  typeof value === 'object' &&
  value !== null &&
  ['name', 'message', 'stack'].every((key) => typeof (value as Record<string, unknown>)[key] === 'string');

const hide = (text: string, root: string): string =>
  text.split(`file://${root}`).join('file:///var/task').split(root).join('/var/task');

function traceOf(error: Error, root: string, type?: string): string[] {
  const lines = hide(error.stack ?? '', root).split('\n');
  // The environment's own frames would be the runtime's on Lambda, under its own paths.
  const shown = lines.map((line) => line.split(__filename).join('/var/runtime/index.mjs'));
  if (type !== undefined && shown.length > 0) shown[0] = `${type}: ${hide(error.message, root)}`.split('\n')[0] ?? type;
  return shown;
}

/** `time TAB request TAB level TAB text`, one event a call whatever line breaks the text has. */
function logLine(level: string, text: string): string {
  return (
    `${new Date().toISOString()}\t${running.getStore()?.id ?? 'undefined'}\t${level}\t${text}`.replaceAll(
      '\n',
      innerBreak,
    ) + '\n'
  );
}

export const errorLog = (what: string, error: RuntimeError): string => {
  const { errorType, errorMessage, trace, ...more } = error;
  return logLine('ERROR', `${what} \t${JSON.stringify({ errorType, errorMessage, ...more, stack: trace })}`);
};

type Write = typeof process.stdout.write;
let write: Write = process.stdout.write.bind(process.stdout);

/** console as the Node runtime has it; stderr joins stdout, as the log group has one order; lines say whose they are. */
export function patchOutput(): void {
  const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE' } as const;
  for (const [method, level] of Object.entries(levels) as [keyof typeof levels, string][]) {
    console[method] = (...values: unknown[]) => void process.stdout.write(logLine(level, format(...values)));
  }
  write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: string | Uint8Array, ...rest: never[]) => {
    const invocation = running.getStore();
    if (!invocation) return write(chunk, ...rest);
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    const own = `${ownerMark}${invocation.id}${ownerMark}`;
    return write(
      own + text.replaceAll('\n', `\n${own}`).slice(0, text.endsWith('\n') ? -own.length : undefined),
      ...rest,
    );
  };
  process.stderr.write = process.stdout.write.bind(process.stdout);
}

/** Nothing more of the invocation follows. */
export function endOutput(invocation: Invocation): void {
  write(`${endOfOutput}${invocation.id}\n`);
}
