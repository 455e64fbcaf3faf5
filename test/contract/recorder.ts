import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it went over the wire. */
export interface Recorded {
  /** `AWSStepFunctions.StartExecution` as its service writes it → service and operation. */
  readonly service: string;
  readonly operation: string;
  /** `json` bodies hold JSON, `query` ones a form, `rest` ones neither name their operation in a header. */
  readonly protocol: 'json' | 'query' | 'rest';
  readonly body: string;
  /** Method and path. */
  readonly request: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly status: number;
}

const services: Readonly<Record<string, string>> = {
  AWSStepFunctions: 'states',
  Logs_20140328: 'logs',
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  AWSEvents: 'events',
};

/** Which service a request is signed for: the scope of its signature says it. */
const signedFor = (authorization: string | undefined) => authorization?.split('/')[3] ?? '';

/** Passes everything on unchanged and keeps what it saw. */
export const startRecorder = async (
  target: string,
): Promise<{ endpoint: string; seen: Recorded[]; close(): Promise<void> }> => {
  const { hostname, port } = new URL(target);
  const agent = new http.Agent({ keepAlive: true });
  const seen: Recorded[] = [];
  const server = http.createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { method, url, headers } = request;
      const outgoing = http.request({ agent, hostname, port, method, path: url, headers }, (response) => {
        seen.push({
          ...named(headers, body.toString()),
          request: `${method} ${url}`,
          headers,
          status: response.statusCode ?? 0,
        });
        reply.writeHead(response.statusCode ?? 500, response.headers);
        response.pipe(reply);
      });
      outgoing.on('error', () => reply.destroy());
      outgoing.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const named = (
  headers: http.IncomingHttpHeaders,
  body: string,
): Pick<Recorded, 'service' | 'operation' | 'protocol' | 'body'> => {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const [prefix = '', operation = ''] = target.split('.');
    return { service: services[prefix] ?? prefix, operation, protocol: 'json', body };
  }
  const action = new URLSearchParams(body).get('Action');
  const service = signedFor(headers.authorization);
  return action
    ? { service, operation: action, protocol: 'query', body }
    : { service, operation: '', protocol: 'rest', body };
};
