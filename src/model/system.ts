import type { SystemName, WorkflowType } from './machine';
import type { Plan } from './plan';

/** What an arm is an arm of: one of Step Functions' types, or a system that is none of them. */
export type ArmType = WorkflowType | 'EVENT_DRIVEN' | 'GATEWAY' | 'AS_CODE';

export const typeOfSystem = {
  standard: 'STANDARD',
  express: 'EXPRESS',
  'event-driven': 'EVENT_DRIVEN',
  gateway: 'GATEWAY',
  'as-code': 'AS_CODE',
} as const satisfies Readonly<Record<SystemName, ArmType>>;

export const systemOfType = {
  STANDARD: 'standard',
  EXPRESS: 'express',
  EVENT_DRIVEN: 'event-driven',
  GATEWAY: 'gateway',
  AS_CODE: 'as-code',
} as const satisfies Readonly<Record<ArmType, SystemName>>;

/** For people. */
export const typeWords: Readonly<Record<ArmType, string>> = {
  STANDARD: 'Standard',
  EXPRESS: 'Express',
  EVENT_DRIVEN: 'Event-driven',
  GATEWAY: 'Gateway',
  AS_CODE: 'As code',
};

export const isWorkflowType = (type: ArmType): type is WorkflowType => type === 'STANDARD' || type === 'EXPRESS';

/** The systems a plan puts under test, in their order: those it names, else its types. */
export const systemsOf = (plan: Pick<Plan, 'types' | 'systems'>): readonly SystemName[] =>
  plan.systems ?? plan.types.map((type) => systemOfType[type]);

/** What of a plan says which systems it has: `types` are those among them that Step Functions has. */
export const planSystems = (systems: readonly SystemName[]): Pick<Plan, 'types' | 'systems'> => {
  const types = systems.map((system) => typeOfSystem[system]).filter(isWorkflowType);
  return types.length === systems.length ? { types } : { types, systems };
};
