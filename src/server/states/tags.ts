/** TagResource, UntagResource, ListTagsForResource. State machines and activities carry tags; versions and aliases do not. */
import { isObject, type Json } from '../../model/json';
import { ServiceError } from '../contract';
import type { Operation } from '../door/jsonProtocol';
import { parseArn } from './arn';
import type { StatesContext } from './context';
import { inputs } from './inputs';

/** `[{key, value}]` as a map; the last of two equal keys wins. Throws TooManyTags above 50. */
export function readTags(tags: Json | undefined): Map<string, string> {
  const map = new Map<string, string>();
  for (const tag of Array.isArray(tags) ? tags : []) {
    if (isObject(tag) && typeof tag.key === 'string') map.set(tag.key, typeof tag.value === 'string' ? tag.value : '');
  }
  return checkCount(map, '');
}

function checkCount(tags: Map<string, string>, resource: string): Map<string, string> {
  if (tags.size > 50)
    throw new ServiceError('TooManyTags', `Too Many Tags: '${resource}'`, 400, { resourceName: resource });
  return tags;
}

export function tagOperations(states: StatesContext): Record<string, Operation> {
  const tagsOf = (arn: string): Map<string, string> => {
    parseArn(arn, ['stateMachine', 'activity']);
    const tags = states.machines.get(arn)?.tags ?? states.activities.get(arn)?.tags;
    if (!tags) throw new ServiceError('ResourceNotFound', `Resource not found: '${arn}'`, 400, { resourceName: arn });
    return tags;
  };
  return {
    TagResource: {
      input: inputs.TagResource,
      run: (input) => {
        const arn = input.resourceArn as string;
        const tags = tagsOf(arn);
        const added = readTags(input.tags);
        checkCount(new Map([...tags, ...added]), arn);
        for (const [key, value] of added) tags.set(key, value);
        return {};
      },
    },
    UntagResource: {
      input: inputs.UntagResource,
      run: (input) => {
        const tags = tagsOf(input.resourceArn as string);
        for (const key of input.tagKeys as readonly string[]) tags.delete(key);
        return {};
      },
    },
    ListTagsForResource: {
      input: inputs.ListTagsForResource,
      run: (input) => ({ tags: [...tagsOf(input.resourceArn as string)].map(([key, value]) => ({ key, value })) }),
    },
  };
}
