import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../../../src/server/contract';
import {
  jsonService,
  listOf,
  mapOf,
  parseForm,
  textMap,
  toXml,
  xmlMap,
  XmlList,
  type Api,
} from '../../../../src/server/services/protocol';
import { request } from './context';

describe('forms', () => {
  it('become trees, lists and maps in order of their numbers', () => {
    const fields = parseForm(
      'A=1&L.member.2=b&L.member.10=c&L.member.1=a&M.entry.1.key=k&M.entry.1.value=v&N.1.Name=x&N.1.Value=y&O.p.q=z',
    );
    expect(fields.A).toBe('1');
    expect(listOf(fields.L)).toEqual(['a', 'b', 'c']);
    expect(mapOf(fields.M)).toEqual({ k: 'v' });
    expect(mapOf(fields.N)).toEqual({ x: 'y' });
    expect(listOf(fields.A)).toEqual([]);
    expect(listOf(undefined)).toEqual([]);
  });

  it('cannot reach the prototype', () => {
    parseForm('__proto__.polluted=yes');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('XML', () => {
  it('writes texts, lists and maps', () => {
    expect(toXml('a', 'x<&>"')).toBe('<a>x&lt;&amp;&gt;&quot;</a>');
    expect(toXml('a', { b: 1, c: undefined, d: true })).toBe('<a><b>1</b><d>true</d></a>');
    expect(toXml('L', new XmlList('member', ['x', 'y']))).toBe('<L><member>x</member><member>y</member></L>');
    expect(toXml('F', new XmlList('', ['x', 'y'], true))).toBe('<F>x</F><F>y</F>');
    expect(toXml('M', xmlMap({ k: 'v' }))).toBe('<M><entry><key>k</key><value>v</value></entry></M>');
  });
});

describe('AWS JSON', () => {
  const api: Api = {
    call(action, input) {
      if (action === 'Echo') return input;
      if (action === 'Refuse') throw new ServiceError('ns#Refused', 'no', 409, { Extra: 1, queryCode: 'AWS.Refused' });
      throw new TypeError('a bug');
    },
  };
  const call = (
    action: string,
    text: string,
  ): Promise<{ status: number; headers?: Readonly<Record<string, string>>; body: unknown }> =>
    Promise.resolve(
      jsonService(api, '1.0').handle(request({ headers: { 'x-amz-target': `Service_1.${action}` }, text })),
    ).then((a) => ({ ...a, body: JSON.parse(a.body.toString()) as unknown }));

  it('answers, refuses and fails', async () => {
    expect(await call('Echo', '{"a":1}')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'request-1' },
      body: { a: 1 },
    });
    expect(await call('Echo', '')).toMatchObject({ body: {} });
    expect(await call('Refuse', '{}')).toMatchObject({
      status: 409,
      headers: { 'x-amzn-query-error': 'AWS.Refused;Sender' },
      body: { __type: 'ns#Refused', message: 'no', Extra: 1 },
    });
    expect(await call('Bug', '{}')).toMatchObject({ status: 500, body: { __type: 'InternalFailure' } });
    expect(await call('Echo', '{')).toMatchObject({ status: 400, body: { __type: 'SerializationException' } });
    expect(await call('Echo', '[1]')).toMatchObject({ body: { message: 'The request body must be a JSON object' } });
  });
});

it('textMap keeps texts only', () => {
  expect(textMap({ a: 'x', b: 1, c: null })).toEqual({ a: 'x' });
  expect(textMap('no map')).toEqual({});
});
