/** Going on with a value that may still be on its way: at once where it is there, so that no promise is made where nothing waits. */
import type { MaybePromise } from './contract';

export const chain = <T, U>(value: MaybePromise<T>, go: (value: T) => MaybePromise<U>): MaybePromise<U> =>
  value instanceof Promise ? value.then(go) : go(value);
