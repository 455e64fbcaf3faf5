import { describe, expect, it } from 'vitest';
import { expressAdvice, performanceAdvice } from '../../../../src/views/file/advice';
import { english } from '../../../../src/views/words';
import { arm, dist, figures, run, state } from '../runFixture';

const advise = (figure: ReturnType<typeof figures>, outline = state(figure.path)) =>
  performanceAdvice([outline], run([arm('STANDARD', [figure])]), { t: english, locale: 'en-US' });

describe('advice from figures', () => {
  it('names the state that is most of the time', () => {
    const [problem] = advise(figures('ValidateOrder', 900, { criticalShare: 0.62 }));
    expect(problem).toMatchObject({
      severity: 'hint',
      code: 'SLOWEST_STATE',
      message: 'ValidateOrder is 62 % of the time.',
    });
  });
  it('is silent where nothing stands out', () => expect(advise(figures('A', 10, { criticalShare: 0.2 }))).toEqual([]));
  it('is silent about a state that was edited since', () => {
    expect(advise(figures('A', 10, { criticalShare: 0.9 }), state('A', { hash: 'edited' }))).toEqual([]);
  });
  it('counts cold starts, when they are many', () => {
    expect(advise(figures('A', 10, { coldStarts: 6 }))[0]!.message).toBe('6 of 25 Standard visits were cold starts.');
    expect(advise(figures('A', 10, { coldStarts: 2 }))).toEqual([]);
  });
  it('sees time lost in backing off', () => {
    const parts = { pre: 0, queue: 0, work: 60, wait: 0, backoff: 40, post: 0 };
    expect(advise(figures('A', 100, { parts }))[0]).toMatchObject({ code: 'BACKOFF' });
  });
  it('sees a Pass that costs a transition and does nothing', () => {
    const pass = figures('P', 1, { type: 'Pass', durationMs: dist(0.5), transitionMs: dist(60) });
    expect(advise(pass, state('P', { type: 'Pass' }))[0]).toMatchObject({ code: 'COSTLY_PASS' });
  });
});

describe('advice on Express', () => {
  it('stands at the state that keeps the workflow Standard', () => {
    const definition = {
      StartAt: 'Job',
      States: { Job: { Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun.sync', End: true } },
    };
    const speech = { t: english, locale: 'en-US' };
    expect(expressAdvice(definition, [state('Job')], speech)).toMatchObject([
      { severity: 'hint', code: 'NOT_EXPRESS', path: '/States/Job' },
    ]);
    const plain = { StartAt: 'Job', States: { Job: { Type: 'Pass', End: true } } };
    expect(expressAdvice(plain, [state('Job')], speech)).toEqual([]);
  });
});
