/** Map Runs of distributed Map states and their child executions. */
import type { ExecutionRecord, Executions } from './executions';

export class MapRuns {
  constructor(private readonly executions: Executions) {}

  /** Newest first. */
  executionsOf(mapRunArn: string): ExecutionRecord[] {
    return this.executions.ofMapRun(mapRunArn);
  }
}
