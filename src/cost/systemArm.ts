import { isWorkflowType, systemOfType, type ArmType } from '../model/system';
import {
  architectures,
  quantityOf,
  type ArchitectureMeter,
  type Architectures,
  type ParameterValues,
} from './architectures';
import { meterItems, type MeteredArm } from './arm';
import type { Rates } from './bill';
import { itemsOf, type CostContext, type StateItem } from './items';
import type { ArmUsage } from './usage';

const msPerHour = 3_600_000;
const instance = 'ec2.hours.t4g.small';
const instanceNote =
  'One instance for as long as the load took; it is billed by the hour, whether orders come or not: see the month.';

/** Shares of nobody: what a system without states uses is the order's own. */
const nobody: StateItem['shares'] = new Map();

/**
 * What REPORT lines say of an arm, in the parameters of the cost model: invocations an order, and the mean billed time of one
 * at the model's memory. Empty without them.
 */
export const measuredParameters = (usage: ArmUsage, from: Architectures): ParameterValues => {
  const requests = usage.functions.reduce((sum, each) => sum + each.requests, 0);
  if (requests === 0 || usage.executions === 0) return {};
  const mbMs = usage.functions.reduce((sum, each) => sum + each.billedMbMs, 0);
  const ms = mbMs / requests / (from.parameters['functionMb']?.value ?? 128);
  return { functions: requests / usage.executions, functionMs: ms, chainFunctionMs: ms };
};

const parametersOf = ({ quantity }: ArchitectureMeter): string[] =>
  quantity.flatMap((factor) => (typeof factor === 'number' ? [] : [typeof factor === 'string' ? factor : factor.of]));

/** A meter of an architecture, times the executions of the arm; what is billed by the month, by the time of the load. */
const itemOf = (
  meter: ArchitectureMeter,
  usage: ArmUsage,
  values: ParameterValues,
  known: { readonly measured: ParameterValues; readonly stated: ParameterValues },
): StateItem => {
  if (meter.per === 'month') {
    return {
      price: meter.price,
      quantity: ((usage.loadedMs ?? 0) / msPerHour) * (values['instances'] ?? 1),
      provenance: 'derived',
      note: instanceNote,
      shares: nobody,
    };
  }
  const names = parametersOf(meter);
  const isMeasured = names.some((name) => Object.hasOwn(known.measured, name));
  const isStated = !isMeasured && names.some((name) => Object.hasOwn(known.stated, name));
  return {
    price: meter.price,
    quantity: quantityOf(meter, values) * usage.executions,
    provenance: isMeasured ? (names.length === 1 ? 'measured' : 'derived') : isStated ? 'derived' : 'assumed',
    note: isMeasured
      ? 'From REPORT lines, init included.'
      : isStated
        ? 'As stepbench.json says of one order.'
        : 'As the cost model says of one order.',
    shares: nobody,
  };
};

/**
 * Prices an arm of a system that is no Step Functions type. As code the states' own tasks are counted, and the instance they
 * run on; the event-driven chain and the gateway are billed by their meters in architectures.json, with what Lambda reported
 * in place of what the file assumes. `stated` overrides parameters of that file.
 */
export const createSystemPricer = (
  type: ArmType,
  context: CostContext,
  rates: Rates,
  stated: ParameterValues = {},
): ((usage: ArmUsage) => Pick<MeteredArm, 'cost' | 'perState'>) => {
  if (isWorkflowType(type)) return (usage) => meterItems(usage, itemsOf(usage, context), context, rates);
  if (type === 'AS_CODE') {
    return (usage) => {
      const hours = (usage.loadedMs ?? 0) / msPerHour;
      const own: StateItem = {
        ...{ price: instance, quantity: hours, provenance: 'assumed', shares: nobody },
        note: `Assumed to run on one t4g.small, as the study's gateway. ${instanceNote}`,
      };
      return meterItems(usage, [...itemsOf(usage, context), own], context, rates);
    };
  }
  const from = architectures(rates.table);
  const architecture = from.architectures.find(({ id }) => id === systemOfType[type]);
  if (!architecture) throw new Error(`architectures.json has no ${systemOfType[type]}.`);
  return (usage) => {
    const measured = measuredParameters(usage, from);
    const values: Record<string, number> = {};
    for (const [name, { value }] of Object.entries(from.parameters)) values[name] = value;
    Object.assign(values, stated, measured);
    const items = architecture.meters.map((meter) => itemOf(meter, usage, values, { measured, stated }));
    return meterItems(usage, items, context, rates);
  };
};
