import type { HostMessage, Request } from '../src/protocol';
import { createBridge, type VsCodeApi } from './bridge';
import { liveCharts } from './charts/live';
import type { Context } from './context';
import { registerControls } from './controls';
import { createRenderer } from './dom/patch';
import { createFormats, type Formats } from './format';
import { loadDagre } from './libraries';
import { currentForm, initialState, notNumbers, reduce, type Action } from './state/reducer';
import { restoreUi } from './state/ui';
import { createTranslate, type Translate } from './strings';
import { wantedTimeline } from './tabs/timeline';
import { app } from './views/app';
import './styles/panel.css';

declare const acquireVsCodeApi: () => VsCodeApi;

/** Typing settles before the host is told: a forecast for every key would only flicker. */
const formDelayMs = 150;
const saveDelayMs = 200;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const start = (api: VsCodeApi, root: HTMLElement): void => {
  let state = initialState(restoreUi(api.getState()), root.clientWidth);
  let locale = document.documentElement.lang || 'en';
  let t: Translate = createTranslate(locale);
  let f: Formats = createFormats(locale);
  let frame = 0;
  let formTimer = 0;
  let saveTimer = 0;
  /** The tab that the host believes to be shown. */
  let told = state.ui.tab;
  const render = createRenderer(root);

  const draw = (): void => {
    frame = 0;
    render(app(state, { t, f, dispatch, ask }, liveCharts));
  };

  const dispatch = (action: Action): void => {
    const before = state;
    state = reduce(state, action);
    if (state === before) return;
    const spoken = state.snapshot?.locale;
    if (spoken !== undefined && spoken !== locale) {
      locale = spoken;
      document.documentElement.lang = locale;
      t = createTranslate(locale);
      f = createFormats(locale);
    }
    if (state.ui !== before.ui) {
      clearTimeout(saveTimer);
      saveTimer = window.setTimeout(() => api.setState(state.ui), saveDelayMs);
    }
    if (action.kind === 'form' || action.kind === 'number') sendFormSoon();
    const wanted = action.kind === 'timeline' || action.kind === 'asked' ? null : wantedTimeline(state);
    if (wanted) ask(wanted.key, { kind: 'timeline', armIndex: wanted.armIndex, pick: wanted.pick });
    if (state.ui.tab !== told) {
      told = state.ui.tab;
      // Nobody waits for the answer, and without it only more is asked than is seen.
      bridge.request({ kind: 'looking', tab: told }).catch(() => undefined);
    }
    if (state.ui.tab === 'graph' && !state.dagre && !state.asked['dagre']) void fetchDagre();
    frame ||= requestAnimationFrame(draw);
  };

  const fetchDagre = async (): Promise<void> => {
    dispatch({ kind: 'asked', key: 'dagre', asked: { kind: 'pending' } });
    try {
      dispatch({ kind: 'dagre', dagre: await loadDagre() });
    } catch (error) {
      dispatch({ kind: 'asked', key: 'dagre', asked: { kind: 'refused', message: messageOf(error) } });
    }
  };

  const bridge = createBridge(
    api,
    (message) => dispatch(message.kind === 'snapshot' ? { kind: 'snapshot', snapshot: message.snapshot } : message),
    () => t('noAnswer'),
  );

  /** Sends what is in the form; resolves when the host has taken it. */
  const sendForm = async (): Promise<void> => {
    clearTimeout(formTimer);
    formTimer = 0;
    const form = currentForm(state);
    if (!form || notNumbers(state).length > 0) return;
    dispatch({ kind: 'formSent' });
    try {
      await bridge.request({ kind: 'form', form });
      dispatch({ kind: 'asked', key: 'form', asked: null });
    } catch (error) {
      dispatch({ kind: 'asked', key: 'form', asked: { kind: 'refused', message: messageOf(error) } });
    } finally {
      dispatch({ kind: 'formAnswered' });
    }
  };

  function sendFormSoon(): void {
    clearTimeout(formTimer);
    formTimer = window.setTimeout(() => void sendForm(), formDelayMs);
  }

  const send = async (key: string, request: Request): Promise<void> => {
    dispatch({ kind: 'asked', key, asked: { kind: 'pending' } });
    if (request.kind === 'timeline') dispatch({ kind: 'timeline', timeline: { kind: 'loading', of: key } });
    try {
      // What is run is what is seen: a change still waiting to be sent goes first.
      if (request.kind === 'run' && formTimer !== 0) await sendForm();
      const reply = await bridge.request(request);
      dispatch({ kind: 'asked', key, asked: { kind: 'done' } });
      if (request.kind === 'timeline' && state.timeline.kind === 'loading' && state.timeline.of === key) {
        dispatch({
          kind: 'timeline',
          timeline: reply ? { kind: 'shown', of: key, reply } : { kind: 'failed', of: key, message: t('noAnswer') },
        });
      }
    } catch (error) {
      const message = messageOf(error);
      dispatch({ kind: 'asked', key, asked: { kind: 'refused', message } });
      if (request.kind === 'timeline') dispatch({ kind: 'timeline', timeline: { kind: 'failed', of: key, message } });
    }
  };

  const ask: Context['ask'] = (key, request) => void send(key, request);

  window.addEventListener('message', (event: MessageEvent<HostMessage>) => bridge.receive(event.data));
  new ResizeObserver(() => dispatch({ kind: 'width', width: root.clientWidth })).observe(root);
  draw();
  ask('ready', { kind: 'ready', tab: told });
};

registerControls();
const root = document.createElement('div');
root.id = 'stepbench';
document.body.append(root);
start(acquireVsCodeApi(), root);
