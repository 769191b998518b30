// Who is told of alerts: a server that prints each that comes, with the time at which it came.
import { createServer } from 'node:http';
import { now, told, work } from './standardInput';

/** What the process is told on its standard input. */
export interface AlertReceiverPlan {
  readonly port: number;
}

/** An alert as it was told, a line of output each. */
export interface Notification {
  readonly alert: string;
  readonly severity: string;
  readonly status: 'firing' | 'resolved';
  /** When it was told, and since when it fires; milliseconds since 1970. */
  readonly at: number;
  readonly since: number;
}

interface Message {
  readonly alerts: readonly {
    readonly status: Notification['status'];
    readonly labels: Readonly<Record<string, string>>;
    readonly startsAt: string;
  }[];
}

async function receive(): Promise<void> {
  const { plan, stopped } = await told<AlertReceiverPlan>();
  const server = createServer((request, response) => {
    const at = now();
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { alerts } = JSON.parse(Buffer.concat(parts).toString('utf8')) as Message;
      for (const { status, labels, startsAt } of alerts) {
        const { alertname: alert = '', severity = '' } = labels;
        const notification: Notification = { alert, severity, status, at, since: Date.parse(startsAt) };
        console.log(JSON.stringify(notification));
      }
      response.end();
    });
  });
  await new Promise<void>((listening) => server.listen(plan.port, '0.0.0.0', listening));
  await stopped;
}

work(receive);
