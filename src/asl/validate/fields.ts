/**
 * Which fields a state of each type may have, and in which query language.
 * Source: the Amazon States Language specification, and what ValidateStateMachineDefinition accepts.
 */
import type { StateType } from '../../model/machine';

export const machineFields = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'] as const;
export const branchFields = ['Comment', 'StartAt', 'States'] as const;
export const processorFields = [...branchFields, 'ProcessorConfig'] as const;

const everywhere = ['Type', 'Comment', 'QueryLanguage'];
const flow = ['Next', 'End'];
const inOut = ['InputPath', 'OutputPath', 'Output'];
const result = ['ResultPath', 'ResultSelector', 'Retry', 'Catch'];

export const stateFields: Readonly<Record<StateType, ReadonlySet<string>>> = {
  Task: new Set([
    ...everywhere,
    ...flow,
    ...inOut,
    ...result,
    'Assign',
    'Parameters',
    'Arguments',
    'Resource',
    'Credentials',
    'TimeoutSeconds',
    'TimeoutSecondsPath',
    'HeartbeatSeconds',
    'HeartbeatSecondsPath',
  ]),
  Pass: new Set([...everywhere, ...flow, ...inOut, 'Assign', 'Parameters', 'Result', 'ResultPath']),
  Wait: new Set([...everywhere, ...flow, ...inOut, 'Assign', 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath']),
  Parallel: new Set([...everywhere, ...flow, ...inOut, ...result, 'Assign', 'Parameters', 'Arguments', 'Branches']),
  Map: new Set([
    ...everywhere,
    ...flow,
    ...inOut,
    ...result,
    'Assign',
    'Parameters',
    'ItemProcessor',
    'Iterator',
    'Items',
    'ItemsPath',
    'ItemSelector',
    'ItemReader',
    'ItemBatcher',
    'ResultWriter',
    'Label',
    'MaxConcurrency',
    'MaxConcurrencyPath',
    'ToleratedFailurePercentage',
    'ToleratedFailurePercentagePath',
    'ToleratedFailureCount',
    'ToleratedFailureCountPath',
  ]),
  Choice: new Set([...everywhere, ...inOut, 'Assign', 'Choices', 'Default']),
  Succeed: new Set([...everywhere, ...inOut]),
  Fail: new Set([...everywhere, 'Error', 'ErrorPath', 'Cause', 'CausePath']),
};

export const jsonPathOnly: ReadonlySet<string> = new Set([
  'InputPath',
  'OutputPath',
  'ResultPath',
  'Parameters',
  'ResultSelector',
  'Result',
  'ItemsPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'SecondsPath',
  'TimestampPath',
  'MaxConcurrencyPath',
  'ToleratedFailurePercentagePath',
  'ToleratedFailureCountPath',
  'ErrorPath',
  'CausePath',
]);

export const jsonataOnly: ReadonlySet<string> = new Set(['Arguments', 'Output', 'Items']);

/** Pairs of which a state may have one. */
export const exclusive: readonly (readonly [string, string])[] = [
  ['TimeoutSeconds', 'TimeoutSecondsPath'],
  ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
  ['MaxConcurrency', 'MaxConcurrencyPath'],
  ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
  ['ToleratedFailureCount', 'ToleratedFailureCountPath'],
  ['Error', 'ErrorPath'],
  ['Cause', 'CausePath'],
];

/** Whole numbers of a state with their bounds. */
export const integers: Readonly<Record<string, readonly [number, number]>> = {
  TimeoutSeconds: [1, 99_999_999],
  HeartbeatSeconds: [1, 99_999_999],
  Seconds: [0, 99_999_999],
  MaxConcurrency: [0, Number.MAX_SAFE_INTEGER],
  ToleratedFailureCount: [0, Number.MAX_SAFE_INTEGER],
};

export const retryFields = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
] as const;
export const catchFields = ['ErrorEquals', 'Next', 'ResultPath', 'Output', 'Assign', 'Comment'] as const;

/** Fields that hold a path which need not be a reference path; `null` is allowed in these. */
export const nullablePaths: ReadonlySet<string> = new Set(['InputPath', 'OutputPath', 'ResultPath']);
/** Fields that hold a path or an intrinsic call. */
export const expressionPaths: ReadonlySet<string> = new Set(['ErrorPath', 'CausePath']);
