/** CreateActivity, DescribeActivity, DeleteActivity, ListActivities, GetActivityTask. */
import type { Operation } from '../door/jsonProtocol';
import { checkName, parseArn } from './arn';
import type { StatesContext } from './context';
import { inputs } from './inputs';
import { seconds } from './machineOperations';
import { page } from './paging';
import { readTags } from './tags';

/** How long AWS holds a poll open (API reference: GetActivityTask); wall time, since the worker is outside. */
const pollMs = 60_000;

export function activityOperations(states: StatesContext): Record<string, Operation> {
  const { activities } = states;
  return {
    CreateActivity: {
      input: inputs.CreateActivity,
      run: (input) => {
        const name = input.name as string;
        checkName(name);
        const activity = activities.create(states.arns.activity(name), name, states.clock.now(), readTags(input.tags));
        return { activityArn: activity.arn, creationDate: seconds(activity.createdAt) };
      },
    },
    DescribeActivity: {
      input: inputs.DescribeActivity,
      run: (input) => {
        const { arn, name, createdAt } = activities.find(input.activityArn as string);
        return {
          activityArn: arn,
          name,
          creationDate: seconds(createdAt),
          encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
        };
      },
    },
    DeleteActivity: {
      input: inputs.DeleteActivity,
      run: (input) => {
        parseArn(input.activityArn as string, ['activity']);
        activities.delete(input.activityArn as string);
        return {};
      },
    },
    ListActivities: {
      input: inputs.ListActivities,
      run: (input) => {
        const { items, nextToken } = page(
          activities.all(),
          (activity) => activity.arn,
          'activities',
          input.maxResults as number | undefined,
          input.nextToken as string | undefined,
        );
        return {
          activities: items.map(({ arn, name, createdAt }) => ({
            activityArn: arn,
            name,
            creationDate: seconds(createdAt),
          })),
          nextToken,
        };
      },
    },
    GetActivityTask: {
      input: inputs.GetActivityTask,
      run: async (input, { onClosed }) => {
        const activity = activities.find(input.activityArn as string);
        const waiting = new AbortController();
        const timer = setTimeout(() => waiting.abort(), pollMs);
        timer.unref();
        // A worker that has gone must not take a task with it.
        onClosed?.(() => waiting.abort());
        const task = await activities.queues.poll(activity.arn, input.workerName as string | undefined, waiting.signal);
        clearTimeout(timer);
        if (!task) return { taskToken: null, input: null };
        return { taskToken: task.token, input: task.input };
      },
    },
  };
}
