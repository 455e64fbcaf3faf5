/** Nodes of the states that hold others: Choice's rules, Map's processor with its distributed fields. */
import type { Json, JsonObject } from '../model/json';
import { isObject } from '../model/json';
import type { QueryLanguage } from '../model/machine';
import type { MaybePromise } from './contract';
import { numberField, textOf } from './fields';
import type { ChoiceNode, DistributedFields, MachineNode, MapNode, NodeBase, ReaderFields } from './nodes';
import { compileChoice, compileJsonata, compilePath, compileTemplate } from './query';
import type { Evaluate } from './query/contract';
import { jsonataSettle, jsonpathSettle } from './settle';

const templateIn = (language: QueryLanguage, value: Json, field: string): Evaluate =>
  language === 'JSONata' ? compileJsonata(value, field) : compileTemplate(value);

export const compileChoiceState = (base: NodeBase, state: JsonObject): ChoiceNode => {
  const jsonata = base.language === 'JSONata';
  const rules = (Array.isArray(state['Choices']) ? (state['Choices'] as Json[]) : []).filter(isObject);
  return {
    ...base,
    type: 'Choice',
    rules: rules.map((rule, place) => ({
      matches: jsonata ? condition(rule['Condition'], place) : compileChoice(rule),
      next: textOf(rule['Next']),
      // A rule's own Output and Assign stand for the state's, which belong to Default.
      settle: jsonata
        ? jsonataSettle(rule, 'input', 'none')
        : jsonpathSettle({ OutputPath: state['OutputPath'], Assign: rule['Assign'] }),
    })),
    fallback: typeof state['Default'] === 'string' ? state['Default'] : undefined,
  };
};

const condition = (value: Json | undefined, place: number): Evaluate<boolean> => {
  const evaluate = compileJsonata(value ?? false, `Choices[${place}]/Condition`, { expect: 'boolean' });
  return (scope) => evaluate(scope) as MaybePromise<boolean>;
};

export const compileMap = (
  base: NodeBase,
  state: JsonObject,
  compile: (processor: JsonObject) => MachineNode,
): MapNode => {
  const { language } = base;
  const processor = isObject(state['ItemProcessor'])
    ? state['ItemProcessor']
    : isObject(state['Iterator'])
      ? state['Iterator']
      : {};
  const selector = state['ItemSelector'] ?? (language === 'JSONPath' ? state['Parameters'] : undefined);
  const config = isObject(processor['ProcessorConfig']) ? processor['ProcessorConfig'] : {};
  return {
    ...base,
    type: 'Map',
    processor: compile(processor),
    items: compileItems(state, language),
    placesResult: typeof state['ResultPath'] === 'string' && state['ResultPath'] !== '$',
    selector: selector === undefined ? undefined : templateIn(language, selector, 'ItemSelector'),
    maxConcurrency: numberField(state, 'MaxConcurrency', language),
    distributed: config['Mode'] === 'DISTRIBUTED' ? compileDistributed(state, config, processor, language) : undefined,
  };
};

const compileItems = (state: JsonObject, language: QueryLanguage): MapNode['items'] => {
  if (language === 'JSONata') {
    const items = state['Items'];
    return items === undefined
      ? undefined
      : {
          evaluate: compileJsonata(items, 'Items', { expect: 'array' }),
          source: typeof items === 'string' ? items : '',
        };
  }
  const path = state['ItemsPath'];
  return typeof path === 'string' && path !== '$' ? { evaluate: compilePath(path), source: path } : undefined;
};

const compileDistributed = (
  state: JsonObject,
  config: JsonObject,
  processor: JsonObject,
  language: QueryLanguage,
): DistributedFields => {
  const batcher = state['ItemBatcher'];
  const writer = state['ResultWriter'];
  const writerConfig = isObject(writer) && isObject(writer['WriterConfig']) ? writer['WriterConfig'] : {};
  const writerParameters = isObject(writer) ? (writer['Parameters'] ?? writer['Arguments']) : undefined;
  return {
    executionType: config['ExecutionType'] === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    label: typeof state['Label'] === 'string' ? state['Label'] : undefined,
    definition: processor,
    toleratedCount: numberField(state, 'ToleratedFailureCount', language),
    toleratedPercentage: numberField(state, 'ToleratedFailurePercentage', language),
    reader: isObject(state['ItemReader']) ? compileReader(state['ItemReader'], language) : undefined,
    batcher: isObject(batcher)
      ? {
          maxItems: numberField(batcher, 'MaxItemsPerBatch', language, 'ItemBatcher/'),
          maxBytes: numberField(batcher, 'MaxInputBytesPerBatch', language, 'ItemBatcher/'),
          batchInput:
            batcher['BatchInput'] === undefined
              ? undefined
              : templateIn(language, batcher['BatchInput'], 'ItemBatcher/BatchInput'),
        }
      : undefined,
    writer: isObject(writer)
      ? {
          resource: typeof writer['Resource'] === 'string' ? writer['Resource'] : undefined,
          parameters:
            writerParameters === undefined
              ? undefined
              : templateIn(language, writerParameters, 'ResultWriter/Arguments'),
          transformation:
            writerConfig['Transformation'] === 'COMPACT'
              ? 'COMPACT'
              : writerConfig['Transformation'] === 'FLATTEN'
                ? 'FLATTEN'
                : 'NONE',
          outputType: writerConfig['OutputType'] === 'JSONL' ? 'JSONL' : 'JSON',
        }
      : undefined,
  };
};

const delimiters: Readonly<Record<string, string>> = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' };

/** `ItemReader`'s fields. */
export const compileReader = (reader: JsonObject, language: QueryLanguage): ReaderFields => {
  const config = isObject(reader['ReaderConfig']) ? reader['ReaderConfig'] : {};
  const parameters = reader['Parameters'] ?? reader['Arguments'] ?? {};
  const resource = textOf(reader['Resource']);
  const headers = config['CSVHeaders'];
  return {
    resource,
    parameters: templateIn(language, parameters, 'ItemReader/Arguments'),
    inputType: resource.endsWith(':listObjectsV2')
      ? 'LIST'
      : ((config['InputType'] as ReaderFields['inputType'] | undefined) ?? 'JSON'),
    manifestType: typeof config['ManifestType'] === 'string' ? config['ManifestType'] : undefined,
    headerLocation:
      config['CSVHeaderLocation'] === 'GIVEN'
        ? 'GIVEN'
        : config['CSVHeaderLocation'] === 'FIRST_ROW'
          ? 'FIRST_ROW'
          : undefined,
    headers: Array.isArray(headers) ? headers.map(String) : undefined,
    delimiter: delimiters[textOf(config['CSVDelimiter'] ?? 'COMMA')] ?? ',',
    maxItems: numberField(config, 'MaxItems', language, 'ItemReader/ReaderConfig/'),
    itemsPointer: typeof config['ItemsPointer'] === 'string' ? config['ItemsPointer'] : undefined,
  };
};
