import { setMaxListeners } from 'node:events';
import { languageOf } from '../asl';
import { costStates } from '../cost';
import { ExpectedError, messageOf } from '../model/errors';
import type { JsonObject } from '../model/json';
import type { Plan } from '../model/plan';
import type { RunDocument } from '../model/run';
import { openStore } from '../store/runs';
import type { RunningSystem } from '../systems/system';
import { describeExisting } from '../target/existing';
import type { Ledger } from '../target/ledger';
import { keptExecution } from '../store/traces';
import { createCollector, logPatienceMs } from './collecting';
import { deploy } from './deploying';
import { initOfEarlierRuns } from './earlier';
import { fetchExisting } from './existing';
import { addNote, type RunState } from './document';
import { createColdStarts } from './coldStarts';
import { compareTypes } from './figures';
import { tellForecast } from './forecastNote';
import type { JobIo } from './io';
import { createKeeper } from './keeper';
import { makeLanes } from './lanes';
import { bringUpDrivers, loadSteps } from './loadPhase';
import { createOwnReports } from './ownReports';
import { cleanUp } from './removal';
import { initialState, render, type Run } from './run';
import { simulatedNote } from './simulation';
import { bringUp } from './systems';
import { tellLanes } from './notes';
import { tellObserver } from './observer';
import { prepare } from './prepare';
import { startPump } from './pump';
import { locateRefusal } from './refusedDefinition';
import { createRandom } from './random';
import { createReach } from './reach';
import { openSession, type Session } from './session';
import { createStandingWatch } from './standing';
import { createStopSwitch } from './stopping';

export type { JobIo } from './io';

const defaultMostHistories = 2_000;
const lastReadsMs = 150;

/**
 * Runs a plan from its text to its finished document: prepare → server → door → deploy → warm-up → load → collect →
 * figures → clean-up. What it made is removed on success, failure and stop. The document comes back also when the run
 * failed after it had begun; its status says so.
 * @throws ExpectedError when it could not begin: bad input (usage), no sign-in, refused by the person.
 */
export const runJob = async (asked: Plan, io: JobIo): Promise<RunDocument> => {
  if (!asked.existing) return runPlan(asked, io);
  const { plan, io: found, door, machine } = await fetchExisting(asked, io);
  try {
    return await runPlan(plan, found, { door, machine });
  } finally {
    door.close();
  }
};

const runPlan = async (plan: Plan, io: JobIo, existing?: Run['existing']): Promise<RunDocument> => {
  const store = openStore(io.options.folder);
  const read = await prepare(plan, io.options);
  const initMs = plan.target.kind === 'aws' ? await initOfEarlierRuns(store, read.workflow.file) : undefined;
  const prepared = initMs === undefined ? read : { ...read, initMs };
  const state = initialState(plan, io, prepared);
  const run: Run = {
    plan,
    io,
    prepared,
    state,
    random: createRandom(plan.seed),
    stop: createStopSwitch(io.signal, io.clock),
    keeper: createKeeper(store, state, { inMemory: io.options.inMemory, onNote: io.onNote }),
    reach: createReach(plan.target, io.clock),
    ...(existing ? { existing } : {}),
  };
  io.onSnapshot(render(run, false));
  try {
    const opened = await openSession(plan, io, prepared, state.planned, run.stop.throw, existing?.door);
    const session = { ...opened, door: { ...opened.door, hot: run.reach.watch(opened.door.hot) } };
    try {
      await runOn(run, session);
      // Saved and shown before the server is closed, which takes a moment that nobody need wait for.
      return await finish(run);
    } finally {
      await session.close();
    }
  } finally {
    run.stop.dispose();
    run.reach.dispose();
    run.keeper.close();
    store.dispose();
  }
};

/** Everything that happens on an open target. Ends with the status set and what was made removed; a bug alone is thrown. */
const runOn = async (run: Run, session: Session): Promise<void> => {
  const { plan, io, state, stop, keeper } = run;
  const { door } = session;
  const { endpoint } = door.connection;
  state.target = { ...state.target, region: door.region, account: door.accountId, ...(endpoint ? { endpoint } : {}) };
  const note = simulatedNote(plan);
  if (note) addNote(state, 'simulated', note);
  if (plan.target.kind === 'aws' && endpoint)
    addNote(
      state,
      'info',
      `AWS's settings (AWS_ENDPOINT_URL or endpoint_url) lead to ${endpoint}: the figures are that endpoint's.`,
    );
  if (run.existing) for (const each of describeExisting(run.existing.machine)) addNote(state, 'info', each);
  const pump = startPump({
    clock: io.clock,
    flush: keeper.flush,
    render: () => render(run, false),
    show: io.onSnapshot,
    save: keeper.save,
  });
  let ledger: Ledger | undefined;
  const up: RunningSystem[] = [];
  try {
    state.status = { kind: 'running', phase: 'deploying' };
    const { definition } = session;
    const { options, clock, ask } = io;
    const { prepared, random } = run;
    const { machines, observers, deployment } = await deploy({
      ...{ plan, options, prepared, definition, door, clock, random, ask },
      runId: state.id,
      onLedger: (made) => (ledger = made),
      ...(run.existing ? { existing: run.existing.machine } : {}),
    });
    const running = await bringUp(run, session, deployment, machines, up, observers);
    const steps = makeLanes(plan, state.id, prepared, session, running);
    state.lanes.push(...steps.flat());
    const reading = new AbortController();
    setMaxListeners(0, reading.signal);
    run.reach.onGone((why) => {
      reading.abort(new Error('gone'));
      stop.throw(
        `The target does not answer any more (${why.replace(/\.$/, '')}); what was measured until then is kept.`,
      );
    });
    const cold = createColdStarts(functionsByState(definition));
    const own = createOwnReports();
    await openSamples(run, door.region);
    pump.now();
    const collector = createCollector({
      hot: door.hot,
      clock,
      random,
      signal: reading.signal,
      quotas: session.quotas,
      states: prepared.machine.states,
      definitionBytes: prepared.workflow.definitionBytes,
      nested: costStates(definition).some(({ billing }) => billing?.kind === 'workflow'),
      most: io.mostHistories ?? defaultMostHistories,
      logPatienceMs: logPatienceMs(plan),
      onTrace: (lane, finished, trace, events) => {
        cold.note(lane, finished.sampleIndex, trace);
        own.note(lane, finished.sampleIndex, trace);
        watch?.ended(lane, trace);
        keeper.keep(keptExecution(state.lanes.indexOf(lane), finished, trace, events));
      },
    });
    const { glance } = collector;
    const isWatched = io.isWatched ?? (() => options.watched === true);
    const watched = { clock, glance, isWatched, random: createRandom(plan.seed + 1) };
    const watch = options.watched === undefined ? undefined : createStandingWatch(watched);
    if (watch) state.standing = watch.of;
    const drivers = plan.driver ? await bringUpDrivers(run, deployment, state.lanes) : undefined;
    await loadSteps(run, session, steps, collector, drivers, watch);
    // After a stop a moment is left to read what has ended; a stop while reading ends it.
    if (stop.stop.aborted) clock.after(lastReadsMs, () => reading.abort(new Error('stopped')));
    else stop.stop.addEventListener('abort', () => reading.abort(new Error('stopped')), { once: true });
    state.status = { kind: 'running', phase: 'collecting' };
    for (const lane of state.lanes) await collector.finish(lane);
    if (!stop.stop.aborted) {
      await cold.match(door.hot, collector.paced);
      await own.read(state.lanes, door.hot, collector.paced);
      // All samples of all arms: made only where two are held against each other.
      const arms = (steps[0]?.length ?? 0) > 1 ? state.lanes.map((lane) => lane.arm.snapshot({ final: true })) : [];
      state.comparison = compareTypes(state, steps, arms);
      if (plan.observer) await tellObserver(run, session, steps[0] ?? [], arms, collector);
      await tellForecast(state, definition, prepared);
    }
    state.status = ended(run);
  } catch (error) {
    if (!(error instanceof ExpectedError) && !stop.stop.aborted) throw error;
    state.status = stop.stop.aborted ? ended(run) : { kind: 'failed', message: failure(run, error) };
  } finally {
    pump.stop();
    tellLanes(state);
    await Promise.all(up.map((system) => system.remove().catch((error: unknown) => io.onNote(messageOf(error)))));
    await cleanUp(run, session, ledger);
  }
};

const failure = ({ plan, prepared: { text, workflow } }: Run, error: unknown): string =>
  locateRefusal(messageOf(error), { text, language: languageOf(plan.file) }, workflow.file);

/** Path of a state → the function that it invokes. */
const functionsByState = (definition: JsonObject): ReadonlyMap<string, string> =>
  new Map(
    costStates(definition).flatMap(({ path, billing }) =>
      billing?.kind === 'lambda' ? [[path, billing.functionName] as const] : [],
    ),
  );

const ended = ({ io, stop }: Run): RunState['status'] => {
  if (!stop.stop.aborted) return { kind: 'finished' };
  return io.signal.aborted ? { kind: 'stopped', reason: stop.reason } : { kind: 'failed', message: stop.reason };
};

const openSamples = ({ plan, state, keeper }: Run, region: string): Promise<void> =>
  keeper.open({
    runId: state.id,
    target: plan.target,
    region,
    arms: state.lanes.map(({ type, load, system: { machine }, namePrefix }) => ({
      type,
      load,
      machineArn: machine?.arn ?? '',
      ...(machine?.logGroup ? { logGroup: machine.logGroup } : {}),
      namePrefix,
    })),
  });

const finish = async (run: Run): Promise<RunDocument> => {
  run.state.finishedAt = run.io.clock.now();
  run.keeper.flush();
  const told = run.state.notes.length;
  let document = render(run, true);
  await run.keeper.save(document);
  // A disk that refused has left a note.
  if (run.state.notes.length > told) document = render(run, true);
  run.io.onSnapshot(document);
  return document;
};
