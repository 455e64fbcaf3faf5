/** The stages of a tested Map before its work: items, selector, batches, concurrency and tolerance, each noted. */
import { compileReader } from '../../../engine/compileGroups';
import { batchInputs } from '../../../engine/itemBatcher';
import { ItemReaderError, itemsIn } from '../../../engine/itemReader';
import { entriesOf } from '../../../engine/items';
import { compileJsonata, compilePath, compileTemplate } from '../../../engine/query';
import { isObject, type Json, type JsonObject } from '../../../model/json';
import { StateFailure } from './inspection';
import { counted, numeric } from './numbers';
import { text, type Pipeline } from './pipeline';

/** Items, selector, concurrency and tolerance of a Map, each noted. */
export async function mapFields(pipe: Pipeline, entered: Json): Promise<void> {
  const { request, inspection } = pipe;
  const { state, language } = request;
  const items = await itemsOf(pipe, entered);
  const selector = state.ItemSelector ?? (language === 'JSONPath' ? state.Parameters : undefined);
  let inputs = items;
  if (selector !== undefined && Array.isArray(items)) {
    const compiled = language === 'JSONata' ? compileJsonata(selector, 'ItemSelector') : compileTemplate(selector);
    const selected: Json[] = [];
    for (const [Index, Value] of (items as readonly Json[]).entries()) {
      const scope = pipe.scope(entered);
      selected.push(
        await compiled({ ...scope, context: () => ({ ...scope.context(), Map: { Item: { Index, Value } } }) }),
      );
    }
    inspection.afterItemSelector = text(selected);
    inputs = selected;
  }
  if (isObject(state.ItemBatcher) && Array.isArray(inputs))
    inspection.afterItemBatcher = text(await batched(pipe, state.ItemBatcher, inputs as readonly Json[], entered));
  inspection.maxConcurrency = (await counted(pipe, state, 'MaxConcurrency', entered)) ?? 0;
  const count = await counted(pipe, state, 'ToleratedFailureCount', entered);
  const percentage = await numeric(pipe, state, 'ToleratedFailurePercentage', entered, { kind: 'float' });
  if (percentage !== undefined && (percentage < 0 || percentage > 100))
    throw new StateFailure('States.Runtime', 'ToleratedFailurePercentage must be between 0 and 100.', true);
  if (count !== undefined) inspection.toleratedFailureCount = count;
  if (percentage !== undefined) inspection.toleratedFailurePercentage = percentage;
  const failures = request.iterationFailures ?? 0;
  const total = Array.isArray(items) ? items.length : 0;
  if (Array.isArray(items) && failures > total)
    throw new StateFailure(
      'States.Runtime',
      'Map iteration failure count must be less than or equal to the number of Map iterations',
      true,
    );
  const tolerated =
    count !== undefined || percentage !== undefined ? Math.max(count ?? 0, ((percentage ?? 0) * total) / 100) : 0;
  if (request.mock?.kind === 'result' && failures > tolerated) {
    throw new StateFailure(
      'States.ExceedToleratedFailureThreshold',
      'The specified tolerated failure threshold was exceeded',
    );
  }
}

async function itemsOf(pipe: Pipeline, entered: Json): Promise<Json> {
  const { state, language } = pipe.request;
  if (isObject(state.ItemReader)) return readItems(pipe, state.ItemReader, entered);
  if (language === 'JSONata') {
    return state.Items === undefined
      ? entered
      : compileJsonata(state.Items, 'Items', { expect: 'array' })(pipe.scope(entered));
  }
  const path = typeof state.ItemsPath === 'string' ? state.ItemsPath : '$';
  const found = path === '$' ? entered : compilePath(path)(pipe.scope(entered));
  const items = isObject(found) && isDistributed(state) ? entriesOf(found) : found;
  // AWS names a context path by what follows its first dollar sign.
  const named = path.startsWith('$$') ? path.slice(1) : path;
  if (!Array.isArray(items))
    throw new StateFailure('States.Runtime', `Reference path "${named}" must point to array.`, true);
  if (path !== '$') pipe.inspection.afterItemsPath = text(items);
  return items as readonly Json[];
}

const isDistributed = ({ ItemProcessor: processor }: JsonObject): boolean =>
  isObject(processor) && isObject(processor.ProcessorConfig) && processor.ProcessorConfig.Mode === 'DISTRIBUTED';

/** Items out of the data given for the reader; null where none was given, since nothing is read. */
async function readItems(pipe: Pipeline, itemReader: JsonObject, entered: Json): Promise<Json> {
  const { itemReaderData, language } = pipe.request;
  if (itemReaderData === undefined) return null;
  const reader = compileReader(itemReader, language);
  const config = isObject(itemReader.ReaderConfig) ? itemReader.ReaderConfig : {};
  const most = await numeric(pipe, config, 'MaxItems', entered, { within: 'ItemReader/ReaderConfig/' });
  if ((most ?? 0) < 0) throw new StateFailure('States.ItemReaderFailed', 'field MaxItems must be positive');
  try {
    const items = itemsIn(itemReaderData, reader).slice(0, most || undefined);
    if (reader.itemsPointer !== undefined) pipe.inspection.afterItemsPointer = text(items);
    return items;
  } catch (thrown) {
    if (!(thrown instanceof ItemReaderError)) throw thrown;
    throw new StateFailure('States.ItemReaderFailed', thrown.message);
  }
}

async function batched(pipe: Pipeline, batcher: JsonObject, items: readonly Json[], entered: Json): Promise<Json> {
  const { language } = pipe.request;
  const most = await counted(pipe, batcher, 'MaxItemsPerBatch', entered, 'ItemBatcher/');
  const bytes = await counted(pipe, batcher, 'MaxInputBytesPerBatch', entered, 'ItemBatcher/');
  const scope = pipe.scope(entered);
  const shared =
    batcher.BatchInput === undefined
      ? undefined
      : language === 'JSONata'
        ? await compileJsonata(batcher.BatchInput, 'ItemBatcher/BatchInput')(scope)
        : compileTemplate(batcher.BatchInput)(scope);
  return batchInputs(items, most, bytes, shared).map(({ input }) => input);
}
