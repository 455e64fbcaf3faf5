import { setMaxListeners } from 'node:events';
import { languageOf } from '../asl';
import { costStates } from '../cost';
import { ExpectedError, messageOf } from '../model/errors';
import type { JsonObject } from '../model/json';
import type { Plan } from '../model/plan';
import type { Arm, RunDocument, RunTarget } from '../model/run';
import { planExecutions } from '../plan';
import { openStore } from '../store/runs';
import type { RunningSystem } from '../systems/system';
import type { Deployment } from '../target/deployment';
import type { Door } from '../target/door';
import { describeExisting, type ExistingMachine } from '../target/existing';
import type { Ledger } from '../target/ledger';
import { removeAll } from '../target/remove';
import { keptExecution } from '../store/traces';
import { createCollector, type Collector } from './collecting';
import { deploy, derivedRole } from './deploying';
import { deployDrivers, driveBlock, type Driver, type DrivingContext } from './distributed';
import { initOfEarlierRuns } from './earlier';
import { fetchExisting } from './existing';
import { addNote, newRunId, renderDocument, type RunState } from './document';
import { createColdStarts } from './coldStarts';
import { estimateOf } from './estimate';
import { compareTypes, parseThresholds, watchCost, watchThresholds } from './figures';
import { tellForecast } from './forecastNote';
import type { JobIo } from './io';
import { createKeeper, type Keeper } from './keeper';
import type { Lane } from './lane';
import { lookOn } from './looking';
import { makeLanes } from './lanes';
import { createOwnReports } from './ownReports';
import { bringUp } from './systems';
import { runBlock, type LoadingContext } from './loading';
import { tellLanes } from './notes';
import { loggedBytes, observerAnswer, observerPair } from './observer';
import { prepare, type Prepared } from './prepare';
import { startPump } from './pump';
import { locateRefusal } from './refusedDefinition';
import { createRandom } from './random';
import { createReach, type Reach } from './reach';
import { monitorSaturation } from './saturation';
import { openSession, type Session } from './session';
import { createStandingWatch, type StandingWatch } from './standing';
import { runSteps } from './steps';
import { createStopSwitch, type StopSwitch } from './stopping';

export type { JobIo } from './io';

const defaultMostHistories = 2_000;
const lastReadsMs = 150;

/** What the phases of one run share. */
interface Run {
  readonly plan: Plan;
  readonly io: JobIo;
  readonly prepared: Prepared;
  readonly state: RunState;
  readonly random: () => number;
  readonly stop: StopSwitch;
  readonly keeper: Keeper;
  /** Whether the target answers to nothing any more: then nothing can be removed there either. */
  readonly reach: Reach;
  /** A deployed machine that is run as it is. */
  readonly existing?: { readonly door: Door; readonly machine: ExistingMachine };
}

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

const initialState = (plan: Plan, io: JobIo, prepared: Prepared): RunState => {
  const now = io.clock.now();
  return {
    id: io.options.runId ?? newRunId(now),
    startedAt: now,
    version: io.version,
    plan,
    workflow: prepared.workflow,
    target: { kind: plan.target.kind, region: '', simulated: simulatedBy(plan) },
    status: { kind: 'running', phase: 'preparing' },
    lanes: [],
    notes: [],
    planned: planExecutions(plan),
    thresholds: parseThresholds(plan.thresholds),
  };
};

/** Emulators are simulations too: what they take says nothing of AWS. */
const simulatedBy = ({ target }: Plan): RunTarget['simulated'] =>
  target.kind === 'aws' ? null : target.kind === 'embedded' ? target.profile : 'none';

const simulatedNote = ({ target }: Plan): string | undefined => {
  switch (target.kind) {
    case 'aws':
      return undefined;
    case 'endpoint':
      return `Run on ${target.url}: latencies are the emulator's, not those of AWS.`;
    case 'embedded':
      return target.profile === 'none'
        ? 'Run on the embedded engine: latencies are those of the engine on this machine, not of AWS.'
        : `Simulated: latencies come from profile "${target.profile}", not from AWS.`;
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
      logPatienceMs: patienceMs(plan),
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

/** What the log of one of the two arms costs, in latency and money. */
const tellObserver = async (
  { plan, state }: Run,
  { door }: Session,
  lanes: readonly Lane[],
  arms: readonly Arm[],
  { paced }: Collector,
): Promise<void> => {
  const pair = observerPair(lanes, arms);
  if (!pair?.logged.system.machine) return;
  const log = await loggedBytes(door.hot, pair.logged.system.machine, 0, paced);
  const { comparison, note } = observerAnswer(pair, log, {
    region: door.region,
    ...(plan.target.kind === 'aws' ? {} : { assumeRegion: 'us-east-1' }),
    seed: plan.seed,
    paired: plan.load.kind === 'iterations' && plan.load.concurrency === 1,
  });
  state.comparison = comparison;
  addNote(state, 'info', note);
};

/** How long late log events are waited for, ms. */
const patienceMs = ({ target }: Plan) => (target.kind === 'aws' ? 120_000 : 5_000);

/** A driver for each type, each under a role that may start that machine and no other. */
const bringUpDrivers = ({ io, prepared, state }: Run, deployment: Deployment, lanes: readonly Lane[]) =>
  deployDrivers(deployment, prepared.workflow.name, lanes, (definition, name) =>
    derivedRole(definition, name, false, { runId: state.id, options: io.options, ask: io.ask }, deployment),
  );

/** The steps of the load; a stop or the cap on cost ends it early. */
const loadSteps = async (
  run: Run,
  session: Session,
  steps: readonly (readonly Lane[])[],
  collector: Collector,
  drivers?: ReadonlyMap<string, Driver>,
  watch?: StandingWatch,
): Promise<void> => {
  const { plan, io, state, stop, keeper, random, prepared, reach } = run;
  const { clock } = io;
  const monitor = monitorSaturation(clock);
  const { usd } = estimateOf(session.definition, session.door.region, prepared, plan);
  const underCap = watchCost(state, plan.maxCost, clock, usd);
  const holding = plan.abortOnFail && plan.thresholds.length > 0 ? watchThresholds(state, clock) : () => true;
  const mayStart = () => underCap() && holding();
  const context: LoadingContext = {
    ...{ clock, random, mayStart, monitor },
    inputs: prepared.inputs,
    sharesMachine: /^https?:\/\/(127\.|localhost|\[::1\])/.test(session.door.connection.endpoint ?? ''),
    signal: stop.stop,
    lines: keeper.lines,
    onGone: (why) => reach.lose(why),
  };
  stop.arm(state.lanes);
  const looking = lookOn(clock, state.lanes, collector, watch);
  try {
    const driving: DrivingContext = {
      ...{ ...context, door: session.door, quotas: session.quotas, callSignal: stop.calls },
      ...(io.rules ? { rules: io.rules } : {}),
      patienceMs: patienceMs(plan),
      onNote: (message) => addNote(state, 'info', message),
    };
    await runSteps(steps, context, {
      warmup: plan.warmup,
      whole: drivers !== undefined,
      onPhase: (phase) => (state.status = { kind: 'running', phase }),
      run: (block) => {
        const driver = drivers?.get(block.lane.type);
        return driver ? driveBlock(block.lane, driver, driving) : runBlock(block, context);
      },
    });
  } finally {
    await looking();
    monitor.stop();
  }
};

const cleanUp = async (run: Run, session: Session, ledger: Ledger | undefined): Promise<void> => {
  const { plan, io, state, random, reach } = run;
  if (!ledger) return;
  // On the embedded engine all of it lives in the server, which ends now.
  if (plan.target.kind === 'embedded' || plan.keep) return;
  if (reach.gone) {
    addNote(
      state,
      'leftBehind',
      'What was made on the target is still listed, for it does not answer. Run: stepbench clean',
    );
    return;
  }
  const after = state.status;
  state.status = { kind: 'running', phase: 'cleaning' };
  io.onSnapshot(render(run, false));
  const removal = await removeAll(session.door, ledger, { sleep: (ms) => io.clock.sleep(ms), random });
  state.status = after;
  for (const { entry, message } of removal.failed)
    addNote(state, 'leftBehind', `${entry.kind} ${entry.name} could not be removed (${message}). Run: stepbench clean`);
};

const render = ({ state, io }: Run, final: boolean): RunDocument => renderDocument(state, io.clock.now(), final);

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
