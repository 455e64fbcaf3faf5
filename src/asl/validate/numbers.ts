/** Numbers with bounds, in AWS's words. */
import type { Json } from '../../model/json';
import type { Path } from '../sourceTree';
import { isOpen, type Findings } from './findings';

export interface Bounds {
  readonly integer: boolean;
  readonly least: number;
  readonly most: number;
}

export function checkNumber(
  findings: Findings,
  value: Json | undefined,
  path: Path,
  { integer, least, most }: Bounds,
): void {
  if (value === undefined || isOpen(value)) return;
  if (typeof value !== 'number' || (integer && !Number.isInteger(value)))
    findings.schema(path, `Expected value of type ${integer ? 'Integer' : 'Number'}`);
  else if (value < least) findings.schema(path, `Minimum value is ${least}`);
  else if (value > most) findings.schema(path, `Maximum value is ${most}`);
}
