/** The functions there are: their settings under AWS's names, their versions, how a name or ARN finds one. */
import { ServiceError } from '../contract';
import type { FunctionCode } from './code';
import type { Environments } from './environments';

export interface FunctionConfig {
  readonly runtime: string;
  readonly handler: string;
  readonly role: string;
  readonly description: string;
  /** Seconds. */
  readonly timeout: number;
  /** MB. */
  readonly memorySize: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly architecture: string;
  /** Where failed asynchronous invocations go: ARN of a queue or topic. */
  readonly deadLetterTarget?: string;
}

/** One version of a function, `$LATEST` included. */
export interface FunctionVersion {
  readonly version: string;
  readonly config: FunctionConfig;
  readonly code: FunctionCode;
  /** Changes with every update: processes of an older one are not used again. */
  readonly revisionId: string;
  /** Epoch ms. */
  readonly lastModified: number;
  readonly environments: Environments;
}

export interface EventInvokeConfig {
  readonly maximumRetryAttempts?: number;
  readonly onFailure?: string;
  readonly onSuccess?: string;
}

export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  latest: FunctionVersion;
  readonly published: FunctionVersion[];
  readonly aliases: Map<string, string>;
  tags: Record<string, string>;
  reservedConcurrency?: number;
  eventInvoke: EventInvokeConfig;
  readonly permissions: Map<string, object>;
  /** Invocations under way, all versions. */
  running: number;
}

export class FunctionStore {
  private readonly functions = new Map<string, LambdaFunction>();

  constructor(private readonly arnPrefix: string) {}

  arnOf(name: string): string {
    return `${this.arnPrefix}${name}`;
  }

  all(): LambdaFunction[] {
    return [...this.functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  add(fn: LambdaFunction): void {
    this.functions.set(fn.name, fn);
  }

  remove(fn: LambdaFunction): void {
    this.functions.delete(fn.name);
  }

  has(name: string): boolean {
    return this.functions.has(name);
  }

  /**
   * The function behind `name`, `account:function:name`, an ARN, each with an optional `:qualifier`.
   * Throws ResourceNotFoundException (404); an Invoke's message has the qualifier in it.
   */
  find(
    reference: string,
    qualifier?: string,
    invoking = false,
  ): { readonly fn: LambdaFunction; readonly version: FunctionVersion; readonly arn: string } {
    const { name, qualifier: own } = parseReference(reference);
    const asked = qualifier ?? own;
    const fn = this.functions.get(name);
    const arn = asked === undefined ? this.arnOf(name) : `${this.arnOf(name)}:${asked}`;
    const number = asked === undefined || asked === '$LATEST' ? '$LATEST' : (fn?.aliases.get(asked) ?? asked);
    const version = number === '$LATEST' ? fn?.latest : fn?.published.find((v) => v.version === number);
    if (fn === undefined || version === undefined) {
      const shown = invoking && asked === undefined ? `${arn}:$LATEST` : arn;
      throw new ServiceError('ResourceNotFoundException', `Function not found: ${shown}`, 404, { Type: 'User' });
    }
    return { fn, version, arn };
  }
}

/** A reference's name and qualifier, whatever its form. */
export function parseReference(reference: string): { readonly name: string; readonly qualifier?: string } {
  const parts = reference.split(':');
  const at = parts.lastIndexOf('function');
  const [name = '', qualifier] = at >= 0 ? parts.slice(at + 1) : parts;
  return { name, qualifier };
}
