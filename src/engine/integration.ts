/** What a Task's Resource means: which service, which action, which pattern. */
import type { Integration } from './contract';

/** Reads a Resource ARN. Anything that is no service integration and no activity is a function's ARN. */
export const parseResource = (arn: string): Integration => {
  const service =
    /^arn:[^:]+:states:[^:]*:[^:]*:(aws-sdk:)?([^:.]+):([^.]+)(?:\.(sync:2|sync|waitForTaskToken))?$/.exec(arn);
  if (service && service[2] !== 'activity') {
    const [, sdk, name, action, pattern] = service;
    return {
      service: name!,
      action: action!,
      sdk: sdk !== undefined,
      pattern: (pattern as Integration['pattern'] | undefined) ?? 'requestResponse',
      resourceType: sdk ? `aws-sdk:${name!}` : name!,
      resource: pattern ? `${action!}.${pattern}` : action!,
    };
  }
  const activity = arn.includes(':activity:');
  return {
    service: activity ? 'activity' : 'lambda',
    action: '',
    sdk: false,
    pattern: 'direct',
    resourceType: activity ? 'activity' : 'lambda',
    resource: arn,
  };
};
