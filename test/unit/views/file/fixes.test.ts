import { describe, expect, it } from 'vitest';
import { distance, fixesFor, nearest } from '../../../../src/views/file/fixes';
import { state } from '../runFixture';

const states = ['ValidateOrder', 'ChargeCustomer', 'StartShipment'].map((name) => state(name));
const to = (problem: { code: string; path: string }, text: string) =>
  fixesFor(problem, text, states).map((fix) => fix.to);

describe('quick fixes', () => {
  it('offer the state that was meant by a transition to nowhere', () => {
    expect(to({ code: 'MISSING_TRANSITION_TARGET', path: '/States/ValidateOrder/Next' }, '"ChargeCustmer"')).toEqual([
      'ChargeCustomer',
    ]);
  });
  it('offer any states when none is near', () => {
    expect(to({ code: 'MISSING_TRANSITION_TARGET', path: '/States/A/Next' }, '"Zzz"')).toHaveLength(3);
  });
  it('offer the state type that was meant, and nothing when none is near', () => {
    expect(to({ code: 'SCHEMA_VALIDATION_FAILED', path: '/States/A/Type' }, '"Tsk"')).toContain('Task');
    expect(to({ code: 'SCHEMA_VALIDATION_FAILED', path: '/States/A/Type' }, '"Lambda invocation"')).toEqual([]);
  });
  it('offer nothing for other problems, or for a range over lines', () => {
    expect(to({ code: 'SCHEMA_VALIDATION_FAILED', path: '/States/A/Resource' }, '"x"')).toEqual([]);
    expect(to({ code: 'MISSING_TRANSITION_TARGET', path: '/States/A/Next' }, '{\n}')).toEqual([]);
  });
});

describe('nearness of words', () => {
  it('counts edits without case', () => {
    expect(distance('task', 'Task')).toBe(0);
    expect(distance('Wiat', 'Wait')).toBe(2);
    expect(distance('', 'abc')).toBe(3);
  });
  it('orders candidates and leaves out the far', () => {
    expect(nearest('Chrge', ['Charge', 'Change', 'Ship'])).toEqual(['Charge', 'Change']);
  });
});
