import { describe, expect, it, vi } from 'vitest';
import { snapshots } from '../../../panel/fixtures/snapshots';
import type { PanelSnapshot } from '../../../../src/protocol';
import { findAll, textOf, type ElementNode, type VNode } from '../../../../webview/dom/vnode';
import type { Action } from '../../../../webview/state/reducer';
import { form } from '../../../../webview/views/form';
import { click, named, recording, showing } from '../helpers';

vi.mock('@vscode/webview-ui-toolkit', () => ({}));

const draw = (change: Partial<PanelSnapshot> = {}, ...actions: readonly Action[]) => {
  const context = recording();
  return { context, view: form(showing({ ...snapshots.empty(), ...change }, 360, ...actions), context) };
};
const field = (view: VNode, name: string): ElementNode =>
  findAll(view, ({ props }) => props['data-field'] === name)[0]!;
const action = (view: VNode, name: string): ElementNode =>
  findAll(view, ({ props }) => props['data-action'] === name)[0]!;
const fieldNames = (view: VNode): unknown[] =>
  findAll(view, ({ props }) => props['data-field'] !== undefined).map(({ props }) => props['data-field']);

describe('the form', () => {
  it('has one filled button', () => {
    expect(findAll(draw().view, ({ props }) => props.appearance === 'primary')).toHaveLength(1);
  });

  it('marks the type that is chosen and changes it by a click', () => {
    const { view, context } = draw();
    expect(
      findAll(view, ({ props }) => props.role === 'radio').map(({ props }) => [
        props['data-rove'],
        props['aria-checked'],
        props.tabindex,
      ]),
    ).toEqual([
      ['STANDARD', 'false', '-1'],
      ['EXPRESS', 'false', '-1'],
      ['both', 'true', '0'],
    ]);
    click(named(view, 'Express'));
    expect(context.actions).toEqual([{ kind: 'form', change: { types: ['EXPRESS'] } }]);
  });

  it.each([
    ['iterations', ['executions', 'concurrency', 'input']],
    ['burst', ['executions', 'input']],
    ['arrivalRate', ['rate', 'durationSeconds', 'input']],
    ['sweep', ['executions', 'steps', 'input']],
  ] as const)('asks for %s only what that load needs', (shape, names) => {
    expect(fieldNames(draw({ form: { ...snapshots.empty().form, shape } }).view)).toEqual(names);
  });

  it('has load and warm-up behind one line that says what they are', () => {
    const { view, context } = draw();
    click(named(view, 'Fixed concurrency · Warm-up 0'));
    expect(context.actions).toEqual([{ kind: 'toggle', id: 'load' }]);
    expect(fieldNames(draw({}, { kind: 'toggle', id: 'load' }).view)).toEqual([
      'executions',
      'concurrency',
      'input',
      'shape',
      'warmup',
    ]);
  });

  it('switches what runs beside the types, each by itself, in a fixed order', () => {
    const open = { kind: 'toggle', id: 'load' } as const;
    const started = snapshots.empty().form;
    const change = { systems: ['as-code', 'event-driven', 'gateway'] } as const;
    const first = draw(change, open);
    const pressed = (view: VNode) =>
      findAll(view, ({ props }) => props['data-system'] !== undefined).map(({ props }) => props['aria-pressed']);
    expect(pressed(first.view)).toEqual(['false', 'false', 'false']);
    click(named(first.view, 'As code'));
    expect(first.context.actions).toEqual([{ kind: 'form', change: { also: ['as-code'] } }]);
    const second = draw({ ...change, form: { ...started, also: ['gateway'] } }, open);
    expect(pressed(second.view)).toEqual(['false', 'false', 'true']);
    click(named(second.view, 'As code'));
    click(named(second.view, 'Gateway'));
    expect(second.context.actions).toEqual([
      { kind: 'form', change: { also: ['as-code', 'gateway'] } },
      { kind: 'form', change: { also: [] } },
    ]);
  });

  it('says on the closed line what runs beside the types', () => {
    const { view } = draw({ form: { ...snapshots.empty().form, also: ['as-code'] } });
    expect(textOf(view)).toContain('Fixed concurrency · Warm-up 0 · As code');
  });

  it('says at the concurrencies of a sweep what is wrong with them', () => {
    const { view } = draw({
      form: { ...snapshots.empty().form, shape: 'sweep', steps: '1, x' },
      formProblems: { steps: 'Not a number.' },
    });
    expect(field(view, 'steps').props['aria-invalid']).toBe('true');
    expect(textOf(view)).toContain('Not a number.');
  });

  it('opens that line where something in it is wrong', () => {
    expect(fieldNames(draw({ formProblems: { warmup: 'Too many.' } }).view)).toContain('warmup');
  });

  it('offers the host’s inputs and JSON of one’s own', () => {
    const { view } = draw();
    expect(field(view, 'input').children.map((child) => textOf(child))).toEqual([
      'good order',
      'pending payment',
      'declined payment',
      'invalid order',
      'Custom JSON…',
    ]);
    expect(fieldNames(draw({ form: { ...snapshots.empty().form, input: 'custom' } }).view)).toContain('inputText');
  });

  it('shows each problem at its field', () => {
    const { view } = draw({ formProblems: { executions: 'At least 1.' } });
    expect(field(view, 'executions').props['aria-invalid']).toBe('true');
    expect(field(view, 'concurrency').props['aria-invalid']).toBeUndefined();
    expect(findAll(view, ({ props }) => props.role === 'alert').map(textOf)).toEqual(['At least 1.']);
  });

  it('says at once that a text is no number, in the field’s own kind', () => {
    const whole = draw({}, { kind: 'number', field: 'executions', text: 'x' }).view;
    expect(textOf(whole)).toContain('A whole number, please.');
    expect(action(whole, 'run').props.disabled).toBe(true);
    const rate = draw(
      { form: { ...snapshots.empty().form, shape: 'arrivalRate' } },
      { kind: 'number', field: 'rate', text: 'x' },
    ).view;
    expect(textOf(rate)).toContain('A number, please.');
  });

  it('runs and stops, one at a time', () => {
    const idle = draw();
    expect([action(idle.view, 'run').props.disabled, action(idle.view, 'stop').props.disabled]).toEqual([false, true]);
    click(action(idle.view, 'run'));
    expect(idle.context.asked).toEqual([{ key: 'run', request: { kind: 'run' } }]);
    const running = draw({ run: snapshots.late().run });
    expect([action(running.view, 'run').props.disabled, action(running.view, 'stop').props.disabled]).toEqual([
      true,
      false,
    ]);
    click(action(running.view, 'stop'));
    expect(running.context.asked).toEqual([{ key: 'stop', request: { kind: 'stop' } }]);
  });

  it('cannot be stopped twice, nor run while it asks', () => {
    const stopping = draw({ run: snapshots.late().run }, { kind: 'asked', key: 'stop', asked: { kind: 'pending' } });
    expect(action(stopping.view, 'stop').props.disabled).toBe(true);
    const asking = draw({}, { kind: 'asked', key: 'run', asked: { kind: 'pending' } });
    expect(action(asking.view, 'run').props.disabled).toBe(true);
  });

  it('says why it cannot run, what it will cost, and what was refused', () => {
    const { view } = draw(
      { blocked: 'Trust this workspace.' },
      { kind: 'asked', key: 'run', asked: { kind: 'refused', message: 'No role.' } },
    );
    expect(textOf(view)).toContain('Trust this workspace.');
    expect(textOf(view)).toContain('No role.');
    expect(textOf(view)).toContain('About 40 s and $0.008');
    expect(action(view, 'run').props.disabled).toBe(true);
  });

  it('hands on what is typed', () => {
    const { view, context } = draw();
    field(view, 'concurrency').props.on!.input!({ currentTarget: { value: '12' } } as unknown as Event);
    field(view, 'input').props.on!.change!({ currentTarget: { value: 'custom' } } as unknown as Event);
    expect(context.actions).toEqual([
      { kind: 'number', field: 'concurrency', text: '12' },
      { kind: 'form', change: { input: 'custom' } },
    ]);
  });
});
