/** Map states: where items come from, how they are grouped, where results go. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import type { QueryLanguage, WorkflowType } from '../../model/machine';
import type { Path } from '../sourceTree';
import { onlyFor } from './choice';
import { checkOneOf, isOpen, listOf, type Findings } from './findings';
import { checkNumber } from './numbers';
import { checkPath, checkReferencePath, checkTemplate, isExpression } from './queries';

const maxLabel = 40;

/** Everything of a Map but its processor's own states. */
export function checkMap(
  findings: Findings,
  state: JsonObject,
  path: Path,
  language: QueryLanguage,
  type: WorkflowType,
): void {
  checkProcessors(findings, state, path);
  const processor = isObject(state.ItemProcessor) ? state.ItemProcessor : undefined;
  const distributed = isObject(processor?.ProcessorConfig) && processor.ProcessorConfig.Mode === 'DISTRIBUTED';
  if (processor)
    checkProcessorConfig(findings, processor.ProcessorConfig, [...path, 'ItemProcessor', 'ProcessorConfig'], type);
  if (!distributed) {
    for (const field of [
      'ItemReader',
      'ItemBatcher',
      'ResultWriter',
      'Label',
      'ToleratedFailureCount',
      'ToleratedFailureCountPath',
      'ToleratedFailurePercentage',
      'ToleratedFailurePercentagePath',
    ]) {
      if (state[field] !== undefined && !isOpen(state[field]))
        findings.warn('DISTRIBUTED_ONLY', path, `'${field}' has an effect only with ProcessorConfig.Mode DISTRIBUTED`, {
          at: [...path, field],
          onKey: true,
        });
    }
  }
  checkLabel(findings, state.Label, [...path, 'Label']);
  if (state.ItemsPath !== undefined) checkReferencePath(findings, state.ItemsPath, [...path, 'ItemsPath'], true);
  if (state.ItemSelector !== undefined)
    checkTemplate(findings, state.ItemSelector, [...path, 'ItemSelector'], language);
  if (state.Items !== undefined && language === 'JSONata')
    checkItems(findings, state.Items, [...path, 'Items'], language);
  checkNumberOrExpression(
    findings,
    state.ToleratedFailurePercentage,
    [...path, 'ToleratedFailurePercentage'],
    language,
    { integer: false, least: 0, most: 100 },
  );
  checkReader(findings, state.ItemReader, [...path, 'ItemReader'], language);
  checkBatcher(findings, state.ItemBatcher, [...path, 'ItemBatcher'], language);
  checkWriter(findings, state.ResultWriter, [...path, 'ResultWriter'], language);
}

function checkProcessors(findings: Findings, state: JsonObject, path: Path): void {
  const given = ['ItemProcessor', 'Iterator'].filter((field) => state[field] !== undefined);
  if (given.length === 0)
    findings.schema(path, 'This object should have only one of the following fields: [ItemProcessor, Iterator]');
  if (given.length === 2)
    findings.schema(path, 'There should only be one of the following fields: [ItemProcessor, Iterator]');
  for (const field of given)
    if (!isObject(state[field]) && !isOpen(state[field]))
      findings.schema([...path, field], 'Expected value of type Object');
}

function checkProcessorConfig(findings: Findings, config: Json | undefined, path: Path, type: WorkflowType): void {
  if (config === undefined || isOpen(config)) return;
  if (!isObject(config)) {
    findings.schema(path, 'Expected value of type Object');
    return;
  }
  for (const field of Object.keys(config))
    if (!['Mode', 'ExecutionType'].includes(field))
      findings.schema(path, `Field '${field}' is not supported`, { at: [...path, field], onKey: true });
  const { Mode: mode, ExecutionType: execution } = config;
  if (mode !== undefined && !isOpen(mode) && mode !== 'INLINE' && mode !== 'DISTRIBUTED')
    findings.schema([...path, 'Mode'], `Value should be one of the following: ${listOf(['INLINE', 'DISTRIBUTED'])}`);
  if (mode === 'DISTRIBUTED' && type === 'EXPRESS')
    findings.schema(
      [...path, 'Mode'],
      "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines",
    );
  if (mode === 'DISTRIBUTED' && execution === undefined)
    findings.schema(path, 'These fields are required: [ExecutionType]');
  if (mode === 'INLINE' && execution !== undefined)
    findings.schema(path, "Field 'ExecutionType' is not supported", { at: [...path, 'ExecutionType'], onKey: true });
  else if (execution !== undefined && !isOpen(execution) && execution !== 'STANDARD' && execution !== 'EXPRESS') {
    findings.schema(
      [...path, 'ExecutionType'],
      `Value should be one of the following: ${listOf(['STANDARD', 'EXPRESS'])}`,
    );
  }
}

function checkLabel(findings: Findings, label: Json | undefined, path: Path): void {
  if (label === undefined || isOpen(label)) return;
  if (typeof label !== 'string') findings.schema(path, 'Expected value of type String');
  else if (label === '') findings.error('INVALID_LABEL_NAME', path, 'Label cannot be empty');
  else if (label.length > maxLabel)
    findings.error('INVALID_LABEL_NAME', path, `Label cannot exceed ${maxLabel} characters`);
  else if (/[\s?*<>{}[\]:;,\\|^~$#%&`"\u0000-\u001f\u007f-\u009f]/.test(label))
    findings.error('INVALID_LABEL_NAME', path, 'Label contains invalid characters');
}

function checkItems(findings: Findings, items: Json, path: Path, language: QueryLanguage): void {
  if (!Array.isArray(items) && !isExpression(items, language) && !isOpen(items))
    findings.schema(path, 'Expected value of type Array');
  checkTemplate(findings, items, path, language);
}

function checkNumberOrExpression(
  findings: Findings,
  value: Json | undefined,
  path: Path,
  language: QueryLanguage,
  bounds: { integer: boolean; least: number; most: number },
): void {
  if (isExpression(value, language)) checkTemplate(findings, value, path, language);
  else checkNumber(findings, value, path, bounds);
}

/** `Parameters` in JSONPath, `Arguments` in JSONata. */
function checkCall(findings: Findings, call: JsonObject, path: Path, language: QueryLanguage): void {
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters';
  const wrong = language === 'JSONata' ? 'Parameters' : 'Arguments';
  if (call[wrong] !== undefined)
    findings.schema(path, onlyFor(language, wrong, language === 'JSONata' ? 'JSONPath' : 'JSONata'), {
      at: [...path, wrong],
      onKey: true,
    });
  if (call[field] !== undefined) checkTemplate(findings, call[field], [...path, field], language);
}

const readers = /^arn:[^:]+:states:::s3:(?:getObject|listObjectsV2)$/;
const delimiters = ['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'];
const inputTypes = ['CSV', 'JSON', 'JSONL', 'MANIFEST', 'PARQUET'];
const headerLocations = ['FIRST_ROW', 'GIVEN'];
const transformations = ['NONE', 'COMPACT', 'FLATTEN'];
const outputTypes = ['JSON', 'JSONL'];

/** That a field, where it is given, has one of the values AWS knows. */
function checkChoiceOf(findings: Findings, config: JsonObject, field: string, path: Path, allowed: string[]): void {
  const value = config[field];
  if (value !== undefined && !isOpen(value) && !allowed.includes(textFrom(value)))
    findings.schema([...path, field], `Value should be one of the following: ${listOf(allowed)}`);
}

function checkReader(findings: Findings, reader: Json | undefined, path: Path, language: QueryLanguage): void {
  if (!isObject(reader)) return;
  if (reader.Resource === undefined) findings.schema(path, 'These fields are required: [Resource]');
  else if (!isOpen(reader.Resource) && !readers.test(textFrom(reader.Resource)))
    findings.schema([...path, 'Resource'], "The field 'Resource' does not match any of the allowed values");
  checkCall(findings, reader, path, language);
  const config = reader.ReaderConfig;
  if (isObject(config)) checkReaderConfig(findings, config, [...path, 'ReaderConfig'], language);
}

function checkReaderConfig(findings: Findings, config: JsonObject, path: Path, language: QueryLanguage): void {
  const { InputType: input, CSVHeaderLocation: headers } = config;
  checkChoiceOf(findings, config, 'InputType', path, inputTypes);
  if (input === 'CSV' && headers === undefined) findings.schema(path, "The field 'CSVHeaderLocation' is required");
  checkChoiceOf(findings, config, 'CSVHeaderLocation', path, headerLocations);
  if (headers === 'GIVEN' && config.CSVHeaders === undefined)
    findings.schema(path, 'These fields are required: [CSVHeaders]');
  if (input !== undefined && input !== 'CSV' && !isOpen(input) && headers !== undefined)
    findings.schema(path, "Field 'CSVHeaderLocation' is not supported", {
      at: [...path, 'CSVHeaderLocation'],
      onKey: true,
    });
  checkChoiceOf(findings, config, 'CSVDelimiter', path, delimiters);
  checkOneOf(findings, config, path, ['MaxItems', 'MaxItemsPath']);
  if (config.MaxItemsPath !== undefined) checkPath(findings, config.MaxItemsPath, [...path, 'MaxItemsPath']);
  checkNumberOrExpression(findings, config.MaxItems, [...path, 'MaxItems'], language, {
    integer: true,
    least: 0,
    most: 100_000_000,
  });
}

function checkBatcher(findings: Findings, batcher: Json | undefined, path: Path, language: QueryLanguage): void {
  if (!isObject(batcher)) return;
  const sizes = ['MaxItemsPerBatch', 'MaxItemsPerBatchPath', 'MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath'];
  if (!sizes.some((field) => batcher[field] !== undefined))
    findings.schema(path, `At least one of the following fields is required: ${listOf(sizes)}`);
  checkOneOf(findings, batcher, path, ['MaxItemsPerBatch', 'MaxItemsPerBatchPath']);
  checkOneOf(findings, batcher, path, ['MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath']);
  for (const field of ['MaxItemsPerBatchPath', 'MaxInputBytesPerBatchPath'])
    if (batcher[field] !== undefined) checkPath(findings, batcher[field], [...path, field]);
  checkNumberOrExpression(findings, batcher.MaxItemsPerBatch, [...path, 'MaxItemsPerBatch'], language, {
    integer: true,
    least: 1,
    most: 100_000_000,
  });
  checkNumberOrExpression(findings, batcher.MaxInputBytesPerBatch, [...path, 'MaxInputBytesPerBatch'], language, {
    integer: true,
    least: 1,
    most: 262_144,
  });
  if (batcher.BatchInput !== undefined) checkTemplate(findings, batcher.BatchInput, [...path, 'BatchInput'], language);
}

function checkWriter(findings: Findings, writer: Json | undefined, path: Path, language: QueryLanguage): void {
  if (!isObject(writer)) return;
  if (Object.keys(writer).length === 0) findings.schema(path, 'Value cannot be empty');
  if (
    writer.Resource !== undefined &&
    !isOpen(writer.Resource) &&
    !/^arn:[^:]+:states:::s3:putObject$/.test(textFrom(writer.Resource))
  ) {
    findings.schema([...path, 'Resource'], "The field 'Resource' does not match any of the allowed values");
  }
  checkCall(findings, writer, path, language);
  if (!isObject(writer.WriterConfig)) return;
  checkChoiceOf(findings, writer.WriterConfig, 'Transformation', [...path, 'WriterConfig'], transformations);
  checkChoiceOf(findings, writer.WriterConfig, 'OutputType', [...path, 'WriterConfig'], outputTypes);
}

/** A text, or '' for anything else, which no list of allowed values has. */
const textFrom = (value: Json): string => (typeof value === 'string' ? value : '');
