import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { blockers, languageOf, parseMachine } from '../asl';
import { loadSettings } from '../asl/settings';
import {
  ageWarning,
  architectures,
  assumptionsOfArm,
  billedMemoryMb,
  compareTypes,
  costArchitectures,
  estimatedMemoryMb,
  forecast,
  itemsOfArm,
  monthly,
  parametersOfLines,
  parseArchitectures,
  totalOf,
  bill,
  transitionsOfArm,
  volumeProblem,
  type ArchitectureCost,
  type Architectures,
  type BillItem,
  type FunctionConfig,
  type MonthlyCost,
  type ParameterValues,
  type PriceTable,
  type Rates,
  type TypeComparison,
} from '../cost';
import type { CostLine } from '../model/cost';
import { messageOf } from '../model/errors';
import { isObject, type JsonObject } from '../model/json';
import type { WorkflowType } from '../model/machine';
import type { ArmType } from '../model/system';
import type { Arm, RunDocument } from '../model/run';
import { armTitle, originOf } from '../report';
import { usageError, type Parsed } from './command';
import { readRun } from './documents';
import { readTable } from './prices';

/** A type's or system's cost, of an execution and of the month. */
interface Way {
  readonly name: string;
  readonly type: ArmType;
  readonly basis: 'measured' | 'assumed';
  readonly executions: number;
  readonly perExecution: number;
  readonly perThousand: number;
  readonly perMillion: number;
  readonly complete: boolean;
  /** Its bill of one execution. */
  readonly lines: readonly CostLine[];
  readonly month: MonthlyCost;
  readonly states?: readonly { readonly path: string; readonly perMillion: number | null }[];
  readonly assumptions?: readonly string[];
}

export interface CostAnswer {
  readonly source: string;
  readonly origin: string | null;
  readonly region: string;
  readonly pricesOf: string;
  readonly perMonth: number;
  readonly freeTier: boolean;
  readonly ways: readonly Way[];
  readonly types: TypeComparison | null;
  readonly architectures: readonly ArchitectureCost[];
  /** Lines of the workflow's bill that no architecture has a meter for. */
  readonly architecturesWithout: readonly string[];
  readonly warnings: readonly string[];
}

interface Workflow {
  readonly definition: JsonObject;
  readonly functions: Readonly<Record<string, FunctionConfig>>;
}

/** The machine of a file with what its settings say of functions. @throws ExpectedError (usage) */
const readWorkflow = async (file: string): Promise<Workflow> => {
  const { settings } = await loadSettings(file);
  const { definition, problems } = parseMachine(await readFile(file, 'utf8'), languageOf(file), {
    substitutions: settings.substitutions,
  });
  if (!definition) throw usageError(`${file} is no workflow: ${problems[0]?.message ?? 'it is not ASL'}.`);
  const functions = Object.entries(settings.functions ?? {}).map(
    ([name, each]) => [name, { memoryMb: each.memorySize ?? 128, architecture: each.architecture }] as const,
  );
  return { definition, functions: Object.fromEntries(functions) };
};

/** A run document is JSON with a `schema` of ours; everything else that is a file is a workflow. */
const isRunFile = async (file: string): Promise<boolean | undefined> => {
  if (!(await stat(file).catch(() => undefined))?.isFile()) return undefined;
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isObject(value) && typeof value.schema === 'string' && value.schema.startsWith('stepbench.run/');
  } catch {
    return false;
  }
};

const wayOf = (
  name: string,
  type: ArmType,
  basis: Way['basis'],
  executions: number,
  items: readonly BillItem[],
  question: Question,
  more: Partial<Way> = {},
): Way => {
  const lines = bill(items, question.rates);
  const { total, complete } = totalOf(lines);
  const month = monthly(items, question.perMonth, question.rates, { freeTier: question.freeTier });
  return {
    name,
    type,
    basis,
    executions,
    perExecution: total,
    perThousand: total * 1000,
    perMillion: total * 1e6,
    complete,
    lines,
    month,
    ...more,
  };
};

interface Question {
  readonly rates: Rates;
  readonly perMonth: number;
  readonly freeTier: boolean;
}

const both = ['STANDARD', 'EXPRESS'] as const;

type Found = Pick<CostAnswer, 'ways' | 'types'> & { readonly transitions: number };

const fromDefinition = (workflow: Workflow, question: Question): Found => {
  const [standard, express] = both.map((type) =>
    forecast(workflow.definition, type, 1, workflow.functions, question.rates),
  );
  const ways = [standard!, express!].map((each) =>
    wayOf(each.type === 'STANDARD' ? 'Standard' : 'Express', each.type, 'assumed', 0, each.items, question, {
      assumptions: each.assumptions,
    }),
  );
  const types = compareTypes(
    {
      standard: standard!.items,
      express: express!.items,
      transitions: standard!.transitions,
      durationMs: standard!.durationMs,
      memoryMb: memoryOf(workflow.definition),
      blockers: blockersOf(workflow.definition),
      perMonth: question.perMonth,
      basis: 'assumed',
    },
    question.rates,
  );
  return { ways, types, transitions: standard!.transitions };
};

const memoryOf = (definition: JsonObject): number =>
  billedMemoryMb(estimatedMemoryMb(JSON.stringify(definition).length, 0, 0));

const blockersOf = (definition: JsonObject): string[] =>
  blockers(definition).map(({ path: at, reason }) => `${at ? `${at}: ` : ''}${reason}.`);

const fromRun = (document: RunDocument, workflow: Workflow | undefined, question: Question): Found => {
  const priced = document.arms.filter((arm) => arm.cost && arm.cost.executions > 0);
  const ways = priced.map((arm) =>
    wayOf(armTitle(arm), arm.type, 'measured', arm.cost!.executions, itemsOfArm(arm), question, {
      states: arm.states
        .filter((state) => state.visits > 0)
        .map(({ path: at, costPerMillion }) => ({ path: at, perMillion: costPerMillion })),
    }),
  );
  const first = (type: WorkflowType): Arm | undefined => priced.find((arm) => arm.type === type);
  const known = first('STANDARD') ?? first('EXPRESS');
  const transitions = known ? transitionsOfArm(known) : 0;
  if (!known) return { ways, types: null, transitions };
  /** Items of a type: of its arm, else forecast from what the other arm measured. */
  const items = (type: WorkflowType): readonly BillItem[] | undefined => {
    const arm = first(type);
    if (arm) return itemsOfArm(arm);
    return (
      workflow &&
      forecast(workflow.definition, type, 1, workflow.functions, question.rates, assumptionsOfArm(known)).items
    );
  };
  const [standard, express] = [items('STANDARD'), items('EXPRESS')];
  if (!standard || !express) return { ways, types: null, transitions };
  const types = compareTypes(
    {
      standard,
      express,
      transitions,
      durationMs: (first('EXPRESS') ?? known).latencyMs?.mean ?? 0,
      memoryMb: workflow ? memoryOf(workflow.definition) : 64,
      blockers: workflow ? blockersOf(workflow.definition) : [],
      perMonth: question.perMonth,
      basis: first('STANDARD') && first('EXPRESS') ? 'measured' : 'assumed',
      simulated: document.target.simulated,
    },
    question.rates,
  );
  return { ways, types, transitions };
};

const readArchitectures = async (file: string | undefined, cwd: string, rates: Rates) => {
  if (file === undefined) return architectures(rates.table);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path.resolve(cwd, file), 'utf8'));
  } catch (error) {
    throw usageError(`--architectures ${file} cannot be read: ${messageOf(error)}`);
  }
  const parsed = parseArchitectures(value, rates.table);
  if (!parsed.ok) throw usageError(`--architectures ${file}:\n${parsed.problems.join('\n')}`);
  const own = architectures(rates.table);
  return {
    ...own,
    parameters: { ...own.parameters, ...parsed.value.parameters },
    architectures: [...own.architectures, ...parsed.value.architectures],
  };
};

/**
 * Parameters of the architectures as the workflow has them: by the bills of its run, else of its forecast. A function that does the
 * service calls too keeps the file's ratio to one that does not.
 */
const parametersOf = (ways: readonly Way[], transitions: number, set: Architectures): ParameterValues => {
  const own = set.parameters;
  const known: Record<string, number> = { transitions };
  // Of Express last: it is billed by its duration.
  for (const type of both) {
    const way = ways.find((each) => each.type === type);
    if (way) Object.assign(known, parametersOfLines(way.lines, 1, set));
  }
  const longer = (own['chainFunctionMs']?.value ?? 1) / (own['functionMs']?.value ?? 1);
  return { ...known, chainFunctionMs: (known['functionMs'] ?? 0) * longer };
};

/** What the architectures of the file have no meter for, so that their month is without it. */
const unmetered = (ways: readonly Way[], set: Architectures, table: PriceTable): readonly string[] => {
  const metered = new Set(
    set.architectures.flatMap(({ meters }) => meters.map(({ price }) => table.prices[price]?.meter)),
  );
  return [
    ...new Set(ways.flatMap(({ lines }) => lines.flatMap((line) => (metered.has(line.meter) ? [] : [line.label])))),
  ];
};

/** Everything `stepbench cost` prints. @throws ExpectedError (usage) */
export const answerCost = async (parsed: Parsed, cwd: string, now: number): Promise<CostAnswer> => {
  const reference = parsed.operands[0]!;
  const perMonth = Number(parsed.text('per-month') ?? 1_000_000);
  const problem = volumeProblem(perMonth);
  if (problem) throw usageError(`--per-month ${parsed.text('per-month')}: ${problem}`);
  const file = path.resolve(cwd, reference);
  const isWorkflow = (await isRunFile(file)) === false;
  const document = isWorkflow ? undefined : await readRun(reference, cwd);
  const region = parsed.text('region') ?? document?.target.region ?? 'us-east-1';
  const assumeRegion = parsed.text('assume-prices');
  const rates: Rates = {
    table: await readTable(parsed.text('prices'), cwd),
    region,
    ...(assumeRegion === undefined ? {} : { assumeRegion }),
  };
  if (!Object.values(rates.table.prices).some((price) => price.regions[region])) {
    throw usageError(
      `No price is known for “${region}”. Known regions: ${[...new Set(Object.values(rates.table.prices).flatMap((price) => Object.keys(price.regions)))].sort().join(', ')}.`,
    );
  }
  const question: Question = { rates, perMonth, freeTier: parsed.flag('free-tier') };
  const workflow = isWorkflow
    ? await readWorkflow(file)
    : await readWorkflow(path.resolve(cwd, document!.workflow.file)).catch(() => undefined);
  const { ways, types, transitions } = document
    ? fromRun(document, workflow, question)
    : fromDefinition(workflow!, question);
  const set = await readArchitectures(parsed.text('architectures'), cwd, rates);
  const warnings = [ageWarning(rates.table, now)].filter((warning) => warning !== undefined);
  for (const way of ways)
    for (const line of way.month.lines)
      if (line.amount === null)
        warnings.push(`${way.name}: ${line.label} is missing from the sum. ${line.note ?? ''}`.trim());
  if (assumeRegion === undefined && ways.some((way) => way.month.lines.some((line) => line.unitPrice === null))) {
    warnings.push(
      `Prices that are not known for ${region}: --assume-prices us-east-1 takes that region’s, labelled assumed; stepbench prices --region ${region} fetches some.`,
    );
  }
  if (document && !workflow)
    warnings.push(`${document.workflow.file} is not there: what would block Express cannot be told.`);
  return {
    source: reference,
    origin: document ? originOf(document) : null,
    region,
    pricesOf: rates.table.date,
    perMonth,
    freeTier: question.freeTier,
    ways,
    types,
    architectures: costArchitectures(set, perMonth, rates, {
      parameters: ways.length > 0 ? parametersOf(ways, transitions, set) : {},
      freeTier: question.freeTier,
    }),
    architecturesWithout: unmetered(ways, set, rates.table),
    warnings,
  };
};
