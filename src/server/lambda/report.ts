/** The lines Lambda itself writes into a function's log group, and the documents it answers with when a runtime fails. */

export interface Report {
  readonly requestId: string;
  /** ms, with a fraction. */
  readonly duration: number;
  /** Only of a cold start. Billed too, since August 2025. */
  readonly initDuration?: number;
  /** MB. */
  readonly memorySize: number;
  /** Bytes. */
  readonly rss: number;
  readonly status?: 'timeout' | 'error';
  readonly errorType?: string;
}

const ms = (value: number): string => `${value.toFixed(2)} ms`;

export function reportLine(report: Report): string {
  const billed = Math.ceil(report.duration + (report.initDuration ?? 0));
  const used = Math.min(report.memorySize, Math.max(1, Math.round(report.rss / (1024 * 1024))));
  const parts = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${ms(report.duration)}`,
    `Billed Duration: ${billed} ms`,
    `Memory Size: ${report.memorySize} MB`,
    `Max Memory Used: ${used} MB`,
  ];
  if (report.initDuration !== undefined) parts.push(`Init Duration: ${ms(report.initDuration)}`);
  if (report.status !== undefined) parts.push(`Status: ${report.status}`);
  if (report.errorType !== undefined) parts.push(`Error Type: ${report.errorType}`);
  return parts.join('\t') + '\t';
}

export const startLine = (requestId: string, version: string): string =>
  `START RequestId: ${requestId} Version: ${version}`;
export const endLine = (requestId: string): string => `END RequestId: ${requestId}`;

/** The answer for a function that ran out of its `timeout` (seconds). */
export const timeoutDocument = (requestId: string, timeout: number): string =>
  JSON.stringify({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeout.toFixed(2)} seconds`,
  });

/** The answer for a process that ended under its invocation; `reason` empty when it gave none. */
export const exitDocument = (requestId: string, reason: string): string =>
  JSON.stringify({
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited ${reason === '' ? 'without providing a reason' : `with error: ${reason}`}`,
  });

/** `2026/11/24/[$LATEST]` and 32 hex digits, as Lambda names an environment's stream. */
export function logStreamName(now: number, version: string, uuid: string): string {
  return `${new Date(now).toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${uuid.replaceAll('-', '')}`;
}
