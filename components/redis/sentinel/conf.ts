import { confText, tls, type TlsConf } from '../conf';

/** What of sentinel.conf differs between stacks; the rest is written by each pod at its start (start-sentinel.sh). */
export interface SentinelConf {
  readonly port: number;
  /** Path of the ACL file. */
  readonly aclFile: string;
  /** A folder that may be written to. */
  readonly workFolder: string;
  /** @default plaintext */
  readonly tls?: TlsConf;
}

/** The text of sentinel.conf that is the same for every Sentinel. */
export function sentinelConf(conf: SentinelConf): string {
  return confText({
    'Access: users from the ACL file only.': [
      `port ${conf.tls === undefined ? conf.port : 0}`,
      `unixsocket ${conf.workFolder}/sentinel.sock`,
      'unixsocketperm 700',
      'protected-mode no',
      `aclfile ${conf.aclFile}`,
    ],
    ...(conf.tls === undefined ? {} : tls(conf.tls, conf.port)),
    'Process: in the foreground, logging to standard output.': [
      'daemonize no',
      'logfile ""',
      'loglevel notice',
      `dir ${conf.workFolder}`,
    ],
    'No name is looked up: everybody goes by an address that outlives the pod.': [
      'sentinel resolve-hostnames no',
      'sentinel announce-hostnames no',
      'sentinel deny-scripts-reconfig yes',
    ],
  });
}
