// A client that costs next to nothing, so that Redis is what is measured: requests are bytes made beforehand, and of a
// reply it finds out no more than where it ends, and whether it is an error.
import { connect, type Socket } from 'node:net';
import type { RoleName } from '../../components/credentials/roles';
import { passwordOf, type RedisServer } from '../functions/support/server';
import type { Command } from './ways';

/** Commands as the bytes of one write. */
export function encoded(commands: readonly Command[]): Buffer {
  const word = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
  const texts = commands.map(
    (words) => `*${words.length}\r\n${words.map((each) => word(String(each))).join('')}`,
  );
  return Buffer.from(texts.join(''));
}

const [minus, dollar, star, newline] = [...'-$*\n'].map((each) => each.charCodeAt(0));

/**
 * Where the reply that begins at a position ends, or -1 when it is not all there.
 * @throws an error reply, also one inside
 */
export function endOf(bytes: Buffer, at: number): number {
  const line = bytes.indexOf(newline!, at);
  if (line < 0) return -1;
  const type = bytes[at];
  if (type === minus) throw new Error(bytes.toString('utf8', at + 1, line - 1));
  if (type !== dollar && type !== star) return line + 1;
  const size = Number(bytes.toString('latin1', at + 1, line - 1));
  if (type === dollar) {
    const end = size < 0 ? line + 1 : line + 1 + size + 2;
    return end <= bytes.length ? end : -1;
  }
  let end = line + 1;
  for (let nth = 0; nth < size && end >= 0; nth++) end = endOf(bytes, end);
  return end;
}

/** A connection with at most one request under way. */
export class RawConnection {
  private received: Buffer = Buffer.alloc(0);
  private replies = 0;
  private done: () => void = () => undefined;
  private failed: (problem: Error) => void = () => undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('error', (problem) => this.failed(problem));
    socket.on('close', () => this.failed(new Error('Redis has closed the connection')));
    socket.on('data', (bytes) => this.receive(bytes));
  }

  /** Opens one and logs in. */
  static async open(server: RedisServer, role: RoleName): Promise<RawConnection> {
    const connection = new RawConnection(connect(server.port, '127.0.0.1'));
    await connection.send(encoded([['AUTH', role, passwordOf(role)]]), 1);
    return connection;
  }

  /** Sends a request; returns when as many replies are there as it has commands. An error reply is thrown. */
  send(request: Buffer, replies: number): Promise<void> {
    this.replies = replies;
    return new Promise((done, failed) => {
      this.done = done;
      this.failed = failed;
      this.socket.write(request);
    });
  }

  private receive(bytes: Buffer): void {
    this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes]);
    try {
      let end = 0;
      for (let reply = 0; reply < this.replies && end >= 0; reply++) end = endOf(this.received, end);
      if (end < 0) return;
    } catch (problem) {
      this.failed(problem as Error);
    }
    this.received = Buffer.alloc(0);
    this.done();
  }

  close(): void {
    this.failed = () => undefined;
    this.socket.destroy();
  }
}

/** Sends many commands, as fast as it goes. @param command - gives each by its number */
export async function sendAll(
  server: RedisServer,
  role: RoleName,
  count: number,
  command: (nth: number) => Command,
): Promise<void> {
  const connection = await RawConnection.open(server, role);
  const batch = 1000;
  for (let from = 0; from < count; from += batch) {
    const commands = Array.from({ length: Math.min(batch, count - from) }, (_, at) => command(from + at));
    await connection.send(encoded(commands), commands.length);
  }
  connection.close();
}
