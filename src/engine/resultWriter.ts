/** ResultWriter: the children's results into objects that stand for S3, and the manifest that names them. */
import type { Json, JsonObject } from '../model/json';
import { isObject } from '../model/json';
import type { EngineHost } from './contract';
import type { Execution } from './execution';
import type { MapRun } from './mapRuns';
import type { WriterFields } from './nodes';

/** Writing failed; the message is States.ResultWriterFailed's cause. */
export class ResultWriterError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ResultWriterError';
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** One child as AWS writes it into SUCCEEDED_0.json and its kin. */
const record = (child: Execution, machineArn: string): JsonObject => ({
  ExecutionArn: child.identity.arn,
  Input: JSON.stringify(child.input),
  InputDetails: { Included: true },
  Name: child.identity.name,
  ...(child.outputText === undefined ? {} : { Output: child.outputText }),
  OutputDetails: { Included: true },
  ...(child.error === undefined ? {} : { Error: child.error }),
  ...(child.cause === undefined ? {} : { Cause: child.cause }),
  RedriveCount: child.identity.redriveCount,
  RedriveStatus: 'NOT_REDRIVABLE',
  StartDate: iso(child.identity.startedAt),
  StateMachineArn: machineArn,
  Status: child.status,
  StopDate: iso(child.stoppedAt ?? child.identity.startedAt),
});

/** Outputs as WriterConfig wants them; NONE keeps the children's records. */
export const transformed = (
  writer: WriterFields,
  children: readonly Execution[],
  machineArn: string,
): readonly Json[] => {
  const succeeded = children.filter((child) => child.status === 'SUCCEEDED');
  if (writer.transformation === 'NONE') return succeeded.map((child) => record(child, machineArn));
  const outputs = succeeded.map((child) => child.output ?? null);
  return writer.transformation === 'COMPACT'
    ? outputs
    : outputs.flatMap((output) => (Array.isArray(output) ? (output as Json[]) : [output]));
};

/**
 * Writes result files and manifest below `Prefix/<id of the Map Run>/`. Returns the Map's output: the Map Run's ARN and
 * where the manifest is.
 */
export const writeResults = async (
  host: EngineHost,
  writer: WriterFields,
  parameters: Json,
  mapRun: MapRun,
  children: readonly Execution[],
): Promise<Json> => {
  const fields = isObject(parameters) ? parameters : {};
  const bucket = typeof fields['Bucket'] === 'string' ? fields['Bucket'] : '';
  const prefix = typeof fields['Prefix'] === 'string' ? fields['Prefix'] : '';
  const { objects } = host;
  if (!objects || bucket === '') throw new ResultWriterError('The ResultWriter needs a Bucket.');
  const folder = [prefix, mapRun.arn.slice(mapRun.arn.lastIndexOf(':') + 1)].filter((part) => part !== '').join('/');
  const ending = writer.outputType === 'JSONL' ? 'jsonl' : 'json';
  const written: Record<string, Json> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  const write = async (key: string, file: Buffer): Promise<void> => {
    try {
      await objects.put(bucket, key, file);
    } catch (thrown) {
      throw new ResultWriterError(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  const put = async (status: 'SUCCEEDED' | 'FAILED', records: readonly Json[]): Promise<void> => {
    if (records.length === 0) return;
    const content =
      ending === 'jsonl' ? records.map((entry) => JSON.stringify(entry)).join('\n') : JSON.stringify(records);
    const file = Buffer.from(content);
    const key = `${folder}/${status}_0.${ending}`;
    await write(key, file);
    written[status] = [{ Key: key, Size: file.length }];
  };
  await put('SUCCEEDED', transformed(writer, children, mapRun.stateMachineArn));
  await put(
    'FAILED',
    children.filter((child) => child.status !== 'SUCCEEDED').map((child) => record(child, mapRun.stateMachineArn)),
  );
  const key = `${folder}/manifest.json`;
  const manifest = { DestinationBucket: bucket, MapRunArn: mapRun.arn, ResultFiles: written };
  await write(key, Buffer.from(JSON.stringify(manifest)));
  return { MapRunArn: mapRun.arn, ResultWriterDetails: { Bucket: bucket, Key: key } };
};
