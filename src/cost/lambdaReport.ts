/** One REPORT line of Lambda's log. */
export interface LambdaReport {
  readonly requestId: string;
  readonly durationMs: number;
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly maxMemoryUsedMb?: number;
  /** Only with a cold start. */
  readonly initMs?: number;
  /** SnapStart's counterpart of init. */
  readonly restoreMs?: number;
}

const field = (line: string, name: string, unit: string): number | undefined => {
  const match = new RegExp(`(?:^|\\t|\\s)${name}: ([\\d.]+) ${unit}`).exec(line);
  return match ? Number(match[1]) : undefined;
};

/**
 * Reads `REPORT RequestId: … Duration: 3.5 ms Billed Duration: 4 ms Memory Size: 128 MB Max Memory Used: 40 MB Init Duration: 120 ms`;
 * undefined for any other line.
 */
export const parseReportLine = (line: string): LambdaReport | undefined => {
  const requestId = /^REPORT RequestId: (\S+)/.exec(line)?.[1];
  if (requestId === undefined) return undefined;
  const rest = line.slice(line.indexOf(requestId) + requestId.length);
  const [billedMs, memoryMb] = [field(rest, 'Billed Duration', 'ms'), field(rest, 'Memory Size', 'MB')];
  const durationMs = /(?<!Billed |Init |Restore )Duration: ([\d.]+) ms/.exec(rest)?.[1];
  if (billedMs === undefined || memoryMb === undefined || durationMs === undefined) return undefined;
  const optional = {
    maxMemoryUsedMb: field(rest, 'Max Memory Used', 'MB'),
    initMs: field(rest, 'Init Duration', 'ms'),
    restoreMs: field(rest, 'Restore Duration', 'ms'),
  };
  return {
    requestId,
    durationMs: Number(durationMs),
    billedMs,
    memoryMb,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
};
