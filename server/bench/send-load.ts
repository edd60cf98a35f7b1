import { connect } from 'node:net';
import { percentile } from './report.ts';

interface Orders {
  url: string;
  path: string;
  tokens: string[];
  seconds: number;
}

/** A process of its own that sends on one kept connection for each token, the next message when the last one was confirmed. */
process.once('message', (orders: Orders) => void work(orders));

async function work(orders: Orders): Promise<void> {
  const { hostname, port } = new URL(orders.url);
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + orders.seconds * 1_000;
  await Promise.all(
    orders.tokens.map((token) => talk(hostname, Number(port), requestOf(orders, token), end, latencies)),
  );
  const took = (performance.now() - start) / 1_000;
  const count = latencies.length;
  process.send?.(
    { count, perSecond: count / took, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
    () => process.exit(),
  );
}

function requestOf({ url, path }: Orders, token: string): string {
  const body = JSON.stringify({ content: 'x'.repeat(200) });
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${new URL(url).host}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

function talk(host: string, port: number, request: string, end: number, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host).setNoDelay(true).setEncoding('latin1');
    let received = '';
    let sentAt = 0;
    const ask = () => {
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on('connect', ask).on('error', reject);
    socket.on('data', (chunk: string) => {
      received += chunk;
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1]);
      if (received.length < headEnd + 4 + length) return;
      if (!received.startsWith('HTTP/1.1 201')) return reject(new Error(received));
      latencies.push(performance.now() - sentAt);
      received = '';
      if (performance.now() < end) return ask();
      socket.end();
      resolve();
    });
  });
}
