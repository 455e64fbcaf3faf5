/** The corpus' functions as real Python code, by their `behaviour` texts. */
import type { LambdaStub } from './corpus';

const handler = (...lines: string[]): string =>
  ['def handler(event, context):', ...lines.map((line) => `    ${line}`)].join('\n') + '\n';

/** `handler.py` of a behaviour, or undefined for one this file does not know. */
export const pythonCode = ({ behaviour }: LambdaStub): string | undefined => {
  if (behaviour.startsWith('returns its event unchanged')) return handler('return event');
  // Its second line is where the recorded stack trace points.
  if (behaviour.startsWith('raises Python Exception')) return handler('raise Exception("Some exception was raised.")');
  if (behaviour.startsWith('raises a CustomException'))
    return `class CustomException(Exception):\n    pass\n\n\n# Keeps the line of the recorded stack trace.\n\n\n${handler('raise CustomException()')}`;
  if (behaviour.startsWith('returns 257*1024 bytes')) return handler("return 'a' * (257 * 1024)");
  if (behaviour.startsWith('returns the Python bytes')) return handler("return 'HelloWorld!'");
  if (behaviour.startsWith('ignores its event and returns'))
    return handler(`return ${/returns (\{.*\})/.exec(behaviour)![1]!}`);
  if (behaviour.startsWith('sleeps 60 s')) return `import time\n\n\n${handler('time.sleep(60)', 'return event')}`;
  return undefined;
};
