/** A Redis pod as the proxy sees it. */
export interface ProxiedPod {
  /** The pod's name; names it in logs and metrics. */
  readonly name: string;
  /** Its announced IP address; one that no pod answers at yet does no harm. */
  readonly address: string;
}

/** What of haproxy.cfg differs between stacks. */
export interface HaproxyConf {
  /** Every Redis pod that there is or may be, in one order for all proxies. */
  readonly pods: readonly ProxiedPod[];
  /** Port of the Redis pods. */
  readonly redisPort: number;
  /** Port that clients connect to. */
  readonly port: number;
  /** Port of health and metrics. */
  readonly statusPort: number;
  /** Who asks the pods for their role. */
  readonly login: { readonly user: string; readonly password: string };
  /** Replicas without which a master refuses writes: its min-replicas-to-write, 1 to 9; min-replicas-max-lag is set, too. */
  readonly minReplicas: number;
  /** Client connections at a time; at Redis' own maxclients, Redis is who refuses one more, and says why. Each takes two
   * file descriptors, and HAProxy does not start where the container may not have as many. */
  readonly maxConnections: number;
  /** Seconds that connections are left to end by themselves when the proxy ends. */
  readonly drainSeconds: number;
  /** Path of takeover.lua. */
  readonly takeover: string;
  /** @default Redis is asked without TLS */
  readonly tls?: {
    /** Folder with ca.crt, tls.crt and tls.key. */
    readonly folder: string;
    /** Port on loopback where it is told to take up another certificate (reload.sh). */
    readonly controlPort: number;
  };
}

/** Paths on the status port. */
export const statusPaths = {
  /** The proxy serves; says nothing of Redis. */
  alive: '/alive',
  /** The proxy has somewhere to send clients. */
  master: '/master',
  /** Prometheus metrics. */
  metrics: '/metrics',
} as const;

/**
 * The text of haproxy.cfg; it holds the password, so it is a secret.
 * @throws Error when the password has other characters than letters, digits, _ and -, or minReplicas is no digit from 1 to 9
 */
export function haproxyConf(conf: HaproxyConf): string {
  const { pods, minReplicas } = conf;
  if (!/^[1-9]$/.test(String(minReplicas))) {
    throw new Error(`minReplicas is ${minReplicas}; allowed: 1 to 9`);
  }
  // Nothing that would end the quoted text or be expanded in it. The password itself is not repeated.
  if (!/^[\w-]+$/.test(conf.login.password)) {
    throw new Error(`the password of ${conf.login.user} must be of letters, digits, _ and - only`);
  }
  const sections: Readonly<Record<string, readonly string[]>> = {
    // No log: what changes is said on standard error anyway, and nothing is said of single connections.
    global: [
      `maxconn ${conf.maxConnections}`,
      // More is done by more pods. With two threads, a connection that is made while its server is marked down may be left
      // out when that server's are dropped, and hangs: seen in 3 of 50 changes of masters.
      'nbthread 1',
      `hard-stop-after ${conf.drainSeconds}s`,
      // It has to be said before; the script reads no booleans.
      'tune.lua.bool-sample-conversion normal',
      `lua-load ${conf.takeover}`,
      // Files of its own for certificate and key: tls.crt and tls.key.
      ...(conf.tls === undefined
        ? []
        : [
            'ssl-load-extra-files key',
            'ssl-load-extra-del-ext',
            `stats socket ipv4@127.0.0.1:${conf.tls.controlPort} level admin`,
          ]),
    ],
    defaults: [
      'mode tcp',
      // A pod that does not take a connection at once is not waited for, and there is no other to try: the client is told.
      'retries 0',
      'timeout connect 500ms',
      // Sessions are idle for hours; who is dead is found by keepalive, a demoted master by its checks.
      'timeout client 1d',
      'timeout server 1d',
      'timeout client-fin 10s',
      // A client that leaves in the moment in which its server is marked down is told only after this that its connection has
      // ended. In a change of masters clients do just that; with ten seconds they waited for a time-out of their own, of two.
      'timeout server-fin 100ms',
      'timeout check 300ms',
      'option clitcpka',
      'option srvtcpka',
      ...['clitcpka', 'srvtcpka'].flatMap((side) => [
        `${side}-idle 60s`,
        `${side}-intvl 20s`,
        `${side}-cnt 3`,
      ]),
    ],
    'frontend clients': [`bind :${conf.port}`, 'default_backend master'],
    // Clients of an alone master are cut off when one that takes writes is found: traffic goes to one only.
    'backend master': [
      // The first that is there, the same for all proxies: never two at a time, even where two say that they are it.
      'balance first',
      ...pods.map(
        (pod) =>
          `${server(pod, conf)} track writable/${pod.name} on-marked-down shutdown-sessions on-marked-up shutdown-backup-sessions`,
      ),
      ...pods.map(
        (pod) =>
          `server ${pod.name}-alone ${pod.address}:${conf.redisPort} backup track alone/${pod.name} on-marked-down shutdown-sessions`,
      ),
    ],
    // A master that only stalls is given half a second before clients lose it.
    'backend writable': [
      ...writableChecks(conf),
      ...checkedServers(conf, 'inter 150ms fastinter 2ms downinter 20ms fall 3 rise 1'),
    ],
    // Five seconds of it, longer than a change of masters takes, so that this never gets in the way of one.
    'backend alone': [...aloneChecks(conf), ...checkedServers(conf, 'inter 1s fall 1 rise 5')],
    'frontend status': [
      'mode http',
      `bind :${conf.statusPort}`,
      'timeout client 10s',
      'timeout http-request 5s',
      `http-request return status 200 content-type text/plain string ok if { path ${statusPaths.alive} }`,
      `http-request return status 200 content-type text/plain string ok if { path ${statusPaths.master} } { nbsrv(master) gt 0 }`,
      `http-request return status 503 content-type text/plain string none if { path ${statusPaths.master} }`,
      `http-request use-service prometheus-exporter if { path ${statusPaths.metrics} }`,
      'http-request return status 404',
    ],
  };
  return Object.entries(sections)
    .map(([section, lines]) => `${section}\n${lines.map((line) => `  ${line}\n`).join('')}`)
    .join('\n');
}

const server = (pod: ProxiedPod, conf: HaproxyConf) => `server ${pod.name} ${pod.address}:${conf.redisPort}`;

/** Servers that are asked, at a pace. */
function checkedServers(conf: HaproxyConf, pace: string): string[] {
  const tls =
    conf.tls === undefined
      ? ''
      : ` check-ssl verify required ssl-min-ver TLSv1.2 ca-file ${conf.tls.folder}/ca.crt crt ${conf.tls.folder}/tls.crt`;
  return conf.pods.map((pod) => `${server(pod, conf)} check ${pace}${tls}`);
}

/** What every pod is asked, in one go; PING first, as a Redis that is loading knows its role already. */
const question = ({ login: { user, password } }: HaproxyConf) =>
  `AUTH ${user} ${password}\\r\\nPING\\r\\nINFO replication\\r\\n`;

/** A master's answer, whose count of replicas that listen is Redis' own, by which it takes writes or refuses them. */
const masterWith = (replicas: string) =>
  `"(?s)^[+]OK\\r\\n[+]PONG\\r\\n.*role:master\\r\\n.*min_slaves_good_slaves:${replicas}\\r\\n"`;

/**
 * Finds a master that takes writes, within 30 ms, with few questions: each is a TLS handshake. Who is no master when asked keeps
 * the connection until the check's time is over, and a Sentinel that promotes a server ends all of its connections, so that
 * it is asked again just then. Who is one is asked for a short answer.
 */
function writableChecks(conf: HaproxyConf): string[] {
  const last = conf.pods.map(({ name }) => `%[srv_is_up(writable/${name}),iif(QUIT,PING)]`);
  return [
    'option tcp-check',
    // Of the words for all servers, each of four letters, the one for the server that is asked.
    `tcp-check set-var-fmt(check.words) "${last.join('')}"`,
    'tcp-check set-var(check.at) srv_id,sub(1),mul(4)',
    `tcp-check send-lf "${question(conf)}%[var(check.words),bytes(check.at,4)]\\r\\n"`,
    // This waits for more where it does not match, to the end of the connection; the next does not.
    `tcp-check expect rstring ${masterWith('[0-9]+')}`,
    `tcp-check expect min-recv 1 rstring ${masterWith(`([${conf.minReplicas}-9]|[1-9][0-9])`)}`,
  ];
}

/** Finds a master that refuses writes. */
function aloneChecks(conf: HaproxyConf): string[] {
  return [
    'option tcp-check',
    `tcp-check send "${question(conf)}QUIT\\r\\n"`,
    `tcp-check expect rstring ${masterWith(`[0-${conf.minReplicas - 1}]`)}`,
  ];
}
