import { isObject } from '../model/json';
import type { CostLine } from '../model/cost';
import { volumeProblem } from './answers';
import shipped from './architectures.json';
import { bill, totalOf, type BillItem, type Rates } from './bill';
import type { PriceTable } from './table';

/** A number, a parameter, or a parameter rounded up and divided: `{of: 'durationMs', roundUpTo: 100, dividedBy: 1000}`. */
export type Factor =
  number | string | { readonly of: string; readonly roundUpTo?: number; readonly dividedBy?: number };

export interface ArchitectureMeter {
  readonly price: string;
  /** Multiplied with each other: the quantity of one execution, or of a month. */
  readonly quantity: readonly Factor[];
  readonly per?: 'execution' | 'month';
}

export interface Architecture {
  readonly id: string;
  readonly name: string;
  readonly meters: readonly ArchitectureMeter[];
}

export interface Parameter {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
}

/** Ways to build one workflow, as data: a file of this form adds further ones. Format `stepbench.architectures/1`. */
export interface Architectures {
  readonly schema: 'stepbench.architectures/1';
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly architectures: readonly Architecture[];
}

const parameterOf = (factor: unknown): string | undefined =>
  typeof factor === 'string' ? factor : isObject(factor) && typeof factor.of === 'string' ? factor.of : undefined;

const factorProblem = (factor: unknown, parameters: Readonly<Record<string, unknown>>): string | undefined => {
  if (typeof factor === 'number') return factor >= 0 ? undefined : `the number ${factor} is negative`;
  const name = parameterOf(factor);
  if (name === undefined) return `a factor is neither a number nor a parameter`;
  if (!Object.hasOwn(parameters, name)) return `there is no parameter ${name}`;
  for (const key of ['roundUpTo', 'dividedBy'] as const) {
    const value = isObject(factor) ? factor[key] : undefined;
    if (value !== undefined && !(typeof value === 'number' && value > 0))
      return `${key} of ${name} must be a number above 0`;
  }
  return undefined;
};

export type ParsedArchitectures =
  { readonly ok: true; readonly value: Architectures } | { readonly ok: false; readonly problems: readonly string[] };

/** Checks a file of architectures against a price table, every problem at once. Parameters it lacks are those of the shipped file. */
export const parseArchitectures = (value: unknown, table: PriceTable): ParsedArchitectures => {
  if (!isObject(value) || value.schema !== 'stepbench.architectures/1' || !Array.isArray(value.architectures)) {
    return { ok: false, problems: ['The file is not of the format stepbench.architectures/1.'] };
  }
  const problems: string[] = [];
  const own = isObject(value.parameters) ? value.parameters : {};
  const parameters = { ...shipped.parameters, ...own };
  for (const [name, parameter] of Object.entries(own)) {
    if (!isObject(parameter) || typeof parameter.value !== 'number' || !(parameter.value >= 0))
      problems.push(`The parameter ${name} has no value from 0.`);
  }
  const ids = new Set<string>();
  for (const [i, architecture] of (value.architectures as unknown[]).entries()) {
    const id = isObject(architecture) && typeof architecture.id === 'string' ? architecture.id : undefined;
    if (
      !id ||
      !isObject(architecture) ||
      typeof architecture.name !== 'string' ||
      !Array.isArray(architecture.meters)
    ) {
      problems.push(`Architecture ${i + 1} needs an id, a name and meters.`);
      continue;
    }
    if (ids.has(id)) problems.push(`Two architectures have the id ${id}.`);
    ids.add(id);
    for (const meter of architecture.meters as unknown[]) {
      if (!isObject(meter) || typeof meter.price !== 'string' || !Array.isArray(meter.quantity))
        problems.push(`A meter of ${id} needs a price and a quantity.`);
      else {
        if (!Object.hasOwn(table.prices, meter.price)) problems.push(`${id}: there is no price ${meter.price}.`);
        for (const factor of meter.quantity as unknown[]) {
          const problem = factorProblem(factor, parameters);
          if (problem) problems.push(`${id}, ${meter.price}: ${problem}.`);
        }
      }
    }
  }
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, value: { ...(value as unknown as Architectures), parameters } };
};

/** The four of the study. */
export const architectures = (table: PriceTable): Architectures => {
  const parsed = parseArchitectures(shipped, table);
  if (!parsed.ok) throw new Error(`The shipped architectures are damaged: ${parsed.problems.join(' ')}`);
  return parsed.value;
};

export interface ArchitectureCost {
  readonly id: string;
  readonly name: string;
  readonly lines: readonly CostLine[];
  /** USD a month, and of one execution at that volume (null at none). */
  readonly total: number;
  readonly perExecution: number | null;
  readonly complete: boolean;
}

/** Parameters by name; those not given are the file's own. */
export type ParameterValues = Readonly<Record<string, number>>;

const factorValue = (factor: Factor, values: ParameterValues): number => {
  if (typeof factor === 'number') return factor;
  if (typeof factor === 'string') return values[factor]!;
  const { of, roundUpTo, dividedBy = 1 } = factor;
  const value = values[of]!;
  return (roundUpTo === undefined ? value : Math.ceil(value / roundUpTo) * roundUpTo) / dividedBy;
};

/** How much of its price a meter counts for one execution, or for a month. */
export const quantityOf = ({ quantity }: ArchitectureMeter, values: ParameterValues): number =>
  quantity.reduce<number>((product, factor) => product * factorValue(factor, values), 1);

/**
 * Each architecture's cost of a month with `executions`, from stated parameters: assumed unless a run gave them. RangeError for a volume
 * that cannot be.
 */
export const costArchitectures = (
  from: Architectures,
  executions: number,
  rates: Rates,
  options: { parameters?: ParameterValues; freeTier?: boolean } = {},
): ArchitectureCost[] => {
  const problem = volumeProblem(executions);
  if (problem) throw new RangeError(problem);
  const values: Record<string, number> = {};
  for (const [name, { value }] of Object.entries(from.parameters)) values[name] = options.parameters?.[name] ?? value;
  return from.architectures.map(({ id, name, meters }) => {
    const items = meters.map((meter): BillItem => {
      const { price, per = 'execution' } = meter;
      const one = quantityOf(meter, values);
      return {
        price,
        quantity: per === 'month' ? one : one * executions,
        provenance: 'assumed',
        ...(per === 'month' ? { note: 'A month, whatever the volume.' } : {}),
      };
    });
    const lines = bill(items, rates, { freeTier: options.freeTier });
    const { total, complete } = totalOf(lines);
    return { id, name, lines, total, perExecution: executions > 0 ? total / executions : null, complete };
  });
};
