import { ExpectedError, messageOf } from '../model/errors';

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Whether a service said that it is not there (any of the names the services use for that). */
export const isAbsent = (error: unknown): boolean =>
  /NotFound|DoesNotExist|NonExistent|NoSuchEntity|Nonexistent/.test(nameOf(error)) ||
  /does not exist|not found/i.test(messageOf(error));

/** Whether a service said that the name is taken. */
export const isTaken = (error: unknown): boolean =>
  /AlreadyExists|ResourceConflict|ResourceInUse|EntityAlreadyExists|QueueNameExists/.test(nameOf(error));

const isThrottled = (error: unknown): boolean =>
  /Throttl|TooManyRequests|LimitExceededException|RequestLimitExceeded/.test(nameOf(error)) &&
  !/StateMachineLimitExceeded/.test(nameOf(error));

/** A call that a service refused, in one message: which action on what, and what to do. */
export const refusal = (action: string, resource: string, error: unknown): ExpectedError => {
  if (error instanceof ExpectedError) return error;
  const name = nameOf(error);
  const text = messageOf(error);
  const say = (message: string) => new ExpectedError(message, { cause: error });
  if (/assume/i.test(text) && /role/i.test(text))
    return say(
      `Step Functions may not assume the role of ${resource}. Its trust policy has to allow sts:AssumeRole to states.amazonaws.com; without --role and "role" StepBench derives one that does. AWS says: ${text}`,
    );
  if (/AccessDenied|UnauthorizedOperation|NotAuthorized/.test(name)) {
    const denied = /not authorized to perform: ([\w-]+:\w+)/.exec(text)?.[1] ?? action;
    return say(
      `Access denied: these credentials may not do ${denied} on ${resource}. See docs/permissions.md for what a run needs. AWS says: ${text}`,
    );
  }
  if (/InvalidDefinition/.test(name)) return say(`AWS refuses the definition: ${text}`);
  if (/StateMachineLimitExceeded/.test(name))
    return say(
      `The account has as many state machines as its quota allows. Delete some (stepbench clean), or ask AWS for more.`,
    );
  if (isTaken(error))
    return say(`The name of ${resource} is taken by something that StepBench did not make; it is left alone.`);
  if (/ExpiredToken/.test(name)) return say('The AWS credentials have expired. Sign in again.');
  if (/ECONNREFUSED|ECONNRESET|EPIPE|TimeoutError|ENOTFOUND/.test(`${name} ${(error as { code?: string }).code ?? ''}`))
    return say(`The connection broke during ${action} of ${resource}: ${text || name}`);
  // The SDK's own words for it are of no use: half a JSON text, or a page of HTML.
  if (/SyntaxError/.test(name) || /Deserialization error/.test(text))
    return say(`The answer to ${action} of ${resource} cannot be read: it was cut off, or it does not come from AWS.`);
  return say(`${action} of ${resource} failed: ${(text || name).split('\n')[0]}`);
};

/**
 * Makes a control call again while it is throttled or the connection breaks, with full jitter (AWS Architecture Blog,
 * "Exponential Backoff And Jitter"): 100 ms doubling to 5 s. Only for calls that may be made twice.
 */
export const patiently = async <T>(
  call: () => Promise<T>,
  pause: {
    readonly sleep: (ms: number) => Promise<void>;
    readonly random: () => number;
    readonly attempts?: number;
    readonly retry?: (error: unknown) => boolean;
  },
): Promise<T> => {
  const attempts = pause.attempts ?? 6;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const transient =
        isThrottled(error) ||
        /ECONNRESET|ECONNREFUSED|EPIPE|TimeoutError|InternalServer|ServiceUnavailable|InternalFailure|SyntaxError/.test(
          `${nameOf(error)} ${(error as { code?: string }).code ?? ''}`,
        ) ||
        ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0) >= 500 ||
        pause.retry?.(error) === true;
      if (!transient || attempt >= attempts) throw error;
      await pause.sleep(pause.random() * Math.min(5_000, 100 * 2 ** attempt));
    }
  }
};
