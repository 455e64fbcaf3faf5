import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostMessage, RequestMessage } from '../../../src/protocol';
import { createBridge } from '../../../webview/bridge';

const setUp = () => {
  const posted: RequestMessage[] = [];
  const received: HostMessage[] = [];
  const bridge = createBridge(
    { postMessage: (message) => posted.push(message) },
    (message) => received.push(message),
    () => 'silence',
  );
  return { posted, received, bridge };
};

describe('the bridge', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives each request its own id and settles it with its own reply, in any order', async () => {
    const { posted, bridge } = setUp();
    const first = bridge.request({ kind: 'run' });
    const second = bridge.request({ kind: 'stop' });
    expect(posted.map(({ id }) => id)).toEqual([1, 2]);
    bridge.receive({ kind: 'reply', id: 2, result: { ok: true } });
    bridge.receive({ kind: 'reply', id: 1, result: { ok: false, error: 'No function validateOrder.' } });
    await expect(second).resolves.toBeUndefined();
    await expect(first).rejects.toThrow('No function validateOrder.');
  });

  it('hands on everything that is no reply', () => {
    const { received, bridge } = setUp();
    bridge.receive({ kind: 'show', tab: 'cost' });
    expect(received).toEqual([{ kind: 'show', tab: 'cost' }]);
  });

  it('does not mind a reply nobody waits for, or a second one', async () => {
    const { bridge } = setUp();
    bridge.receive({ kind: 'reply', id: 99, result: { ok: true } });
    const asked = bridge.request({ kind: 'stop' });
    bridge.receive({ kind: 'reply', id: 1, result: { ok: true } });
    bridge.receive({ kind: 'reply', id: 1, result: { ok: false, error: 'late' } });
    await expect(asked).resolves.toBeUndefined();
  });

  it('says so when the host is silent, but waits for a person to answer in the editor', async () => {
    const { bridge } = setUp();
    const acknowledged = bridge.request({ kind: 'reveal', path: 'A' });
    const failed = expect(acknowledged).rejects.toThrow('silence');
    let settled = false;
    void bridge.request({ kind: 'run' }).finally(() => (settled = true));
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;
    expect(settled).toBe(false);
  });
});
