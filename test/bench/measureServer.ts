/** A service of nothing but answers, in a process of its own: its CPU is not the client's, and it knows the true times. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const received = new Map<string, { at: number; durationMs: number }>();
const now = () => performance.timeOrigin + performance.now();

const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const at = now();
    if (request.url === '/truth') {
      response.end(JSON.stringify([...received]));
      received.clear();
      return;
    }
    if (request.method === 'GET') return void response.end('healthy');
    const { name = '' } = JSON.parse(Buffer.concat(chunks).toString()) as { name?: string };
    const wait = Number(request.headers['x-wait'] ?? process.argv[2] ?? 100);
    // Service times are whole milliseconds, as AWS gives them.
    const startedAt = Math.floor(at);
    setTimeout(() => {
      const stoppedAt = Math.floor(now());
      received.set(name, { at, durationMs: stoppedAt - startedAt });
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(
        JSON.stringify({
          executionArn: `arn:aws:states:us-east-1:1:express:m:${name}:x`,
          startDate: startedAt / 1000,
          stopDate: stoppedAt / 1000,
          status: 'SUCCEEDED',
          output: '{}',
        }),
      );
    }, wait);
  });
});
server.listen(0, '127.0.0.1', 4_096, () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
