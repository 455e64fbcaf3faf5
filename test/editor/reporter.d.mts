import type { ReporterConstructor } from 'mocha';

export interface TestResult {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly ms: number;
  readonly error?: string;
}
export function reporterTo(done: (results: readonly TestResult[]) => void): ReporterConstructor;
