import { connect as connectPlain } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { Files } from './certificates';

/** Files as a client of Node.js takes them. */
export const clientOptions = (files: Partial<Files>): ConnectionOptions => ({
  ca: files['ca.crt'],
  cert: files['tls.crt'],
  key: files['tls.key'],
  servername: 'redis.sessions.svc',
});

/**
 * Dials and says PING without a login.
 * @returns `NOAUTH`, Redis' answer through a connection that both ends agreed to, or the code of what ended it
 */
export function attempt(port: number, options: ConnectionOptions): Promise<string> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port, ...options }, () => socket.write('PING\r\n'));
    socket.once('data', (text: Buffer) => {
      done(/^-(\w+)/.exec(text.toString())?.[1] ?? text.toString());
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    socket.once('close', () => done('closed'));
  });
}

/** What a server that speaks TLS says to one who does not, until it hangs up. */
export function attemptPlain(port: number): Promise<string> {
  return new Promise((done) => {
    let said = '';
    const socket = connectPlain(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.on('data', (text: Buffer) => (said += text.toString('latin1')));
    socket.on('error', () => undefined);
    socket.once('close', () => done(said));
  });
}

/** The certificate that a server shows, in PEM. */
export function shown(port: number, options: ConnectionOptions): Promise<string> {
  return new Promise((done, fail) => {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port, ...options }, () => {
      const der = socket.getPeerX509Certificate()!;
      socket.destroy();
      done(der.toString());
    });
    socket.once('error', fail);
  });
}
