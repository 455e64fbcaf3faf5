/** EventBridge: PutEvents as AWS checks it, and rules that hand events to functions, queues, topics and state machines. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import { ServiceError, type ServerContext } from '../contract';
import type { Deliver } from '../lambda/async';
import { list, object, text, type Api } from './protocol';

interface Target {
  readonly id: string;
  readonly arn: string;
  readonly input?: string;
  readonly inputPath?: string;
}

interface Rule {
  readonly name: string;
  readonly bus: string;
  readonly arn: string;
  pattern: JsonObject;
  state: string;
  description: string;
  readonly targets: Map<string, Target>;
}

export class Events implements Api {
  private readonly rules = new Map<string, Rule>();
  private readonly buses = new Set(['default']);

  constructor(
    private readonly context: ServerContext,
    private readonly deliver: Deliver,
  ) {}

  call(action: string, input: JsonObject): JsonObject {
    switch (action) {
      case 'PutEvents':
        return this.putEvents(input);
      case 'PutRule':
        return this.putRule(input);
      case 'DeleteRule':
        this.rules.delete(this.key(input));
        return {};
      case 'DescribeRule':
        return show(this.rule(input));
      case 'EnableRule':
      case 'DisableRule':
        this.rule(input).state = action === 'EnableRule' ? 'ENABLED' : 'DISABLED';
        return {};
      case 'ListRules':
        return {
          Rules: [...this.rules.values()].filter((r) => r.name.startsWith(text(input.NamePrefix) ?? '')).map(show),
        };
      case 'PutTargets':
        return this.putTargets(input);
      case 'RemoveTargets': {
        const rule = this.rule(input);
        for (const id of list(input.Ids)) rule.targets.delete(text(id) ?? '');
        return { FailedEntryCount: 0, FailedEntries: [] };
      }
      case 'ListTargetsByRule':
        return {
          Targets: [...this.rule(input).targets.values()].map(({ id, arn, input: given, inputPath }) => ({
            Id: id,
            Arn: arn,
            ...(given === undefined ? {} : { Input: given }),
            ...(inputPath === undefined ? {} : { InputPath: inputPath }),
          })),
        };
      case 'CreateEventBus':
        this.buses.add(text(input.Name) ?? '');
        return { EventBusArn: this.arn(`event-bus/${text(input.Name)}`) };
      case 'ListEventBuses':
        return { EventBuses: [...this.buses].map((name) => ({ Name: name, Arn: this.arn(`event-bus/${name}`) })) };
      default:
        throw new ServiceError('UnknownOperationException', `StepBench's EventBridge has no ${action}`, 400);
    }
  }

  private arn(rest: string): string {
    return `arn:aws:events:${this.context.region}:${this.context.accountId}:${rest}`;
  }

  private key(input: JsonObject): string {
    return `${busName(input.EventBusName)}/${text(input.Name) ?? text(input.Rule) ?? ''}`;
  }

  private rule(input: JsonObject): Rule {
    const rule = this.rules.get(this.key(input));
    if (!rule)
      throw new ServiceError(
        'ResourceNotFoundException',
        `Rule ${text(input.Name) ?? text(input.Rule)} does not exist on EventBus ${busName(input.EventBusName)}.`,
        400,
      );
    return rule;
  }

  private putRule(input: JsonObject): JsonObject {
    const name = text(input.Name) ?? '';
    if (!/^[.\w-]{1,64}$/.test(name))
      throw new ServiceError(
        'ValidationException',
        `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
        400,
      );
    const given = text(input.EventPattern);
    if (given === undefined)
      throw new ServiceError(
        'ValidationException',
        'Parameter(s) EventPattern or ScheduleExpression must be specified: StepBench runs rules by pattern only.',
        400,
      );
    let pattern: unknown;
    try {
      pattern = JSON.parse(given);
    } catch {
      pattern = undefined;
    }
    if (!isObject(pattern))
      throw new ServiceError(
        'InvalidEventPatternException',
        'Event pattern is not valid. Reason: Filter is not an object',
        400,
      );
    const bus = busName(input.EventBusName);
    const rule: Rule = this.rules.get(this.key(input)) ?? {
      name,
      bus,
      arn: this.arn(bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`),
      pattern,
      state: 'ENABLED',
      description: '',
      targets: new Map(),
    };
    rule.pattern = pattern;
    rule.state = text(input.State) ?? 'ENABLED';
    rule.description = text(input.Description) ?? '';
    this.rules.set(this.key(input), rule);
    return { RuleArn: rule.arn };
  }

  private putTargets(input: JsonObject): JsonObject {
    const rule = this.rule(input);
    for (const target of list(input.Targets).map(object)) {
      const id = text(target.Id) ?? '';
      rule.targets.set(id, {
        id,
        arn: text(target.Arn) ?? '',
        input: text(target.Input),
        inputPath: text(target.InputPath),
      });
    }
    return { FailedEntryCount: 0, FailedEntries: [] };
  }

  private putEvents(input: JsonObject): JsonObject {
    const given = list(input.Entries);
    if (given.length === 0 || given.length > 10) {
      throw new ServiceError(
        'ValidationException',
        `1 validation error detected: Value '${JSON.stringify(given)}' at 'entries' failed to satisfy constraint: Member must have length ${given.length === 0 ? 'greater than or equal to 1' : 'less than or equal to 10'}`,
        400,
      );
    }
    const results = given.map((entry) => this.putEvent(object(entry)));
    return { Entries: results, FailedEntryCount: results.filter((result) => result.ErrorCode !== undefined).length };
  }

  /** One entry: an id, or what is wrong with it in AWS's words. */
  private putEvent(entry: JsonObject): JsonObject {
    const required = ['Source', 'DetailType', 'Detail'].find(
      (name) => text(entry[name]) === undefined || entry[name] === '',
    );
    if (required !== undefined)
      return refused(
        'InvalidArgument',
        `Parameter ${required} is not valid. Reason: ${required} is a required argument.`,
      );
    let detail: unknown;
    try {
      detail = JSON.parse(text(entry.Detail) ?? '');
    } catch {
      detail = undefined;
    }
    if (!isObject(detail)) return refused('MalformedDetail', 'Detail is malformed.');
    // An unknown bus takes the event and loses it, as on AWS: the caller gets an id.
    const bus = busName(entry.EventBusName);
    const id = this.context.uuid();
    const event: JsonObject = {
      version: '0',
      id,
      'detail-type': entry.DetailType,
      source: entry.Source,
      account: this.context.accountId,
      time: new Date(this.context.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      region: this.context.region,
      resources: list(entry.Resources),
      detail,
    };
    for (const rule of this.rules.values()) {
      if (rule.bus === bus && rule.state === 'ENABLED' && matchesPattern(rule.pattern, event)) this.send(rule, event);
    }
    return { EventId: id };
  }

  private send(rule: Rule, event: JsonObject): void {
    for (const target of rule.targets.values()) {
      const body =
        target.input ?? JSON.stringify(target.inputPath === undefined ? event : (at(event, target.inputPath) ?? null));
      this.deliver(target.arn, body, {}).catch((error: unknown) =>
        this.context.log(`EventBridge rule ${rule.name} could not reach ${target.arn}: ${(error as Error).message}`),
      );
    }
  }
}

const refused = (code: string, message: string): JsonObject => ({ ErrorCode: code, ErrorMessage: message });
/** A bus by name or ARN. */
const busName = (value: Json | undefined): string => (text(value) ?? 'default').split('/').at(-1) ?? 'default';
const at = (event: JsonObject, path: string): Json | undefined =>
  path
    .split('.')
    .slice(1)
    .reduce<Json | undefined>((value, name) => (isObject(value) ? value[name] : undefined), event);

const show = (rule: Rule): JsonObject => ({
  Name: rule.name,
  Arn: rule.arn,
  EventPattern: JSON.stringify(rule.pattern),
  State: rule.state,
  Description: rule.description,
  EventBusName: rule.bus,
});

/** Every field of the pattern must hold; a list of values matches any of them (EventBridge user guide, "Event patterns"). */
export function matchesPattern(pattern: JsonObject, event: Json | undefined): boolean {
  return Object.entries(pattern).every(([name, rule]) => {
    if (name === '$or')
      return Array.isArray(rule) && rule.some((option: Json) => isObject(option) && matchesPattern(option, event));
    const value = isObject(event) ? event[name] : undefined;
    if (isObject(rule)) return matchesPattern(rule, value);
    const values: readonly Json[] = Array.isArray(value) ? (value as Json[]) : value === undefined ? [] : [value];
    return list(rule).some((condition) =>
      isObject(condition) ? matchesCondition(condition, values) : values.includes(condition),
    );
  });
}

function matchesCondition(condition: JsonObject, values: readonly Json[]): boolean {
  if (condition.exists !== undefined) return values.length > 0 === condition.exists;
  return values.some((value) => {
    if (typeof condition.prefix === 'string') return typeof value === 'string' && value.startsWith(condition.prefix);
    if (typeof condition.suffix === 'string') return typeof value === 'string' && value.endsWith(condition.suffix);
    if (condition['anything-but'] !== undefined) {
      const but = condition['anything-but'];
      if (isObject(but)) return !matchesCondition(but, [value]);
      return !(Array.isArray(but) ? (but as Json[]) : [but]).includes(value);
    }
    if (Array.isArray(condition.numeric))
      return typeof value === 'number' && numeric(condition.numeric as Json[], value);
    return false;
  });
}

function numeric(rule: readonly Json[], value: number): boolean {
  for (let i = 0; i + 1 < rule.length; i += 2) {
    const bound = Number(rule[i + 1]);
    const holds: Record<string, boolean> = {
      '=': value === bound,
      '<': value < bound,
      '<=': value <= bound,
      '>': value > bound,
      '>=': value >= bound,
    };
    if (!holds[text(rule[i]) ?? '']) return false;
  }
  return true;
}
