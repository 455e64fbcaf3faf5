// One look for tests inside and outside the editor: lines as they end, results as data for the summary that adds them up.
import Mocha from 'mocha';

const { EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } =
  Mocha.Runner.constants;

/** Makes a mocha reporter that prints to the console and hands the results, `{title, state, ms, error?}[]`, to `done`. */
export function reporterTo(done) {
  return class {
    constructor(runner) {
      const results = [];
      let depth = 0;
      const say = (text) => console.log(`${'  '.repeat(depth)}${text}`);
      runner
        .on(EVENT_SUITE_BEGIN, (suite) => {
          if (suite.title) say(suite.title);
          depth++;
        })
        .on(EVENT_SUITE_END, () => depth--)
        .on(EVENT_TEST_PASS, (test) => {
          results.push({ title: test.fullTitle(), state: 'passed', ms: test.duration });
          say(`✔ ${test.title}${test.duration > 500 ? ` (${test.duration} ms)` : ''}`);
        })
        .on(EVENT_TEST_FAIL, (test, error) => {
          results.push({
            title: test.fullTitle(),
            state: 'failed',
            ms: test.duration ?? 0,
            error: error.stack ?? String(error),
          });
          say(`✘ ${test.title}: ${String(error.message).split('\n')[0]}`);
        })
        .on(EVENT_TEST_PENDING, (test) => {
          results.push({ title: test.fullTitle(), state: 'skipped', ms: 0 });
          say(`- ${test.title}`);
        })
        .on(EVENT_RUN_END, () => done(results));
    }
  };
}
