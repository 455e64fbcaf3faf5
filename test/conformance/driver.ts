/** Who runs the recorded cases: the engine itself, or the server through the AWS SDK. */
import type { ExecutionCase } from './corpus';
import type { Observed } from './compare';

export interface Driver {
  readonly name: string;
  /** Why a case cannot be run by this driver, or undefined. */
  refuses(recorded: ExecutionCase): string | undefined;
  run(recorded: ExecutionCase): Promise<Observed>;
  close?(): Promise<void>;
}
