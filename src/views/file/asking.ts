/** An editor asks again a quarter of a second after the last change it was told of, and takes longer than that under load, ms. */
const withinMs = 600;

/**
 * `tell` makes an editor ask again; it is called once until the editor does (`answered`), for each further call would only put off the
 * answer, which tells of all that has happened by then. An editor that loses its focus forgets to ask: it is told again after a while.
 */
export const askOnce = (tell: () => void) => {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let isWanted = false;
  const fire = () => {
    isWanted = false;
    waiting = setTimeout(() => {
      waiting = undefined;
      if (isWanted) fire();
    }, withinMs);
    tell();
  };
  return {
    refresh: (): void => {
      if (waiting) isWanted = true;
      else fire();
    },
    answered: (): void => {
      clearTimeout(waiting);
      waiting = undefined;
      isWanted = false;
    },
  };
};
