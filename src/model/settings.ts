import type { Json } from './json';

/** A local Lambda function: AWS's own names for its settings. */
export interface FunctionSettings {
  /** Folder or zip with the code, relative to the settings file. */
  readonly code: string;
  /** `file.export`, as in Lambda. */
  readonly handler: string;
  readonly runtime: string;
  /** MB, 128 unless told. */
  readonly memorySize?: number;
  /** Seconds, 3 unless told. */
  readonly timeout?: number;
  readonly reservedConcurrency?: number;
  readonly architecture?: 'x86_64' | 'arm64';
  readonly environment?: Readonly<Record<string, string>>;
  /** Topic that gets what an asynchronous invocation and its retries could not handle. */
  readonly deadLetterTopic?: string;
}

export interface TableSettings {
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Rows to put at the start. */
  readonly items?: readonly { readonly [attribute: string]: Json }[];
}

export interface TopicSettings {
  /** Function or queue names. */
  readonly subscribers?: readonly string[];
}

/** Other systems that do what the workflow of this folder does. */
export interface SystemsSettings {
  /** A chain of functions and topics: a start is one message, the end is read off a status table. */
  readonly 'event-driven'?: {
    /** Folder with the `stepbench.json` of its functions, tables and topics, relative to the settings file. */
    readonly folder: string;
    /** Topic that takes an order. */
    readonly topic: string;
    readonly statusTable: string;
    /** Names of parameters of the cost model (see `stepbench cost`) → what one order uses. */
    readonly costs?: Readonly<Record<string, number>>;
  };
  /** A module that exports `createGateway`, or the address of one that is up. */
  readonly gateway?: {
    readonly module: string;
    readonly url?: string;
    /** Functions it calls. */
    readonly functions?: readonly string[];
    readonly costs?: Readonly<Record<string, number>>;
  };
}

/** `stepbench.json`, beside the ASL files it speaks of. Every field is optional. Schema: schemas/stepbench.schema.json. */
export interface WorkflowSettings {
  /** `${Name}` → text, as in SAM's DefinitionSubstitutions. */
  readonly substitutions?: Readonly<Record<string, string>>;
  /** A label for the user → input file, folder or `.jsonl`. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly functions?: Readonly<Record<string, FunctionSettings>>;
  readonly tables?: Readonly<Record<string, TableSettings>>;
  readonly topics?: Readonly<Record<string, TopicSettings>>;
  readonly queues?: readonly string[];
  /** AWS's MockConfigFile.json, read as it is; with `testCase` naming one of its cases. */
  readonly mocks?: string;
  readonly testCase?: string;
  /** What else can be put under test beside the workflow's own types. */
  readonly systems?: SystemsSettings;
  readonly role?: string;
  readonly region?: string;
  /** Latency profile of embedded runs: a shipped name or a file. */
  readonly profile?: string;
}
