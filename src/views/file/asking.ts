/** An editor asks again a quarter of a second after the last change it was told of, ms; under load it takes longer. */
const withinMs = 600;
const longestMs = 5000;
/** How often it is told of one change that it does not ask about: a file that nobody looks at is never asked about. */
const mostTimes = 4;

/**
 * `tell` makes an editor ask again; it is called once until the editor does (`answered`), for each further call would only put off the
 * answer, which tells of all that has happened by then. An editor that loses its focus forgets to ask: it is told again after a while,
 * which doubles each time, so that one that takes long to ask is not kept from it for ever.
 */
export const askOnce = (tell: () => void) => {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let waitMs = withinMs;
  let times = 0;
  let isWanted = false;
  const fire = () => {
    if (isWanted) times = 0;
    isWanted = false;
    times++;
    waiting = setTimeout(() => {
      waiting = undefined;
      waitMs = Math.min(waitMs * 2, longestMs);
      if (isWanted || times < mostTimes) fire();
      else waitMs = withinMs;
    }, waitMs);
    tell();
  };
  return {
    refresh: (): void => {
      isWanted = true;
      if (!waiting) fire();
    },
    answered: (): void => {
      clearTimeout(waiting);
      waiting = undefined;
      times = 0;
      waitMs = withinMs;
      isWanted = false;
    },
  };
};
