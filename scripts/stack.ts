import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** How a server of monitoring is reached. */
export interface MonitoringServerOutputs {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** A stack's outputs, as far as the scripts use them. */
export interface StackOutputs {
  readonly redis: {
    readonly host: string;
    readonly port: number;
    readonly tls: boolean;
    /** With TLS: whom to trust. */
    readonly ca?: string;
    /** Secret with the credentials of applications. */
    readonly secretName: string;
    readonly namespace: string;
    readonly podLabels: Readonly<Record<string, string>>;
    readonly entryLabels: Readonly<Record<string, string>>;
  };
  readonly passwords: Readonly<Record<string, string>>;
  /** Not there where the platform has none of its own. */
  readonly monitoring?: Readonly<
    Partial<Record<'prometheus' | 'alertmanager' | 'grafana', MonitoringServerOutputs>>
  >;
}

const platform = resolve(__dirname, '..', '.platform');

/** What a script is told on its command line. */
export function scriptOptions() {
  const { values } = parseArgs({
    options: {
      stack: { type: 'string', default: 'dev' },
      role: { type: 'string', default: 'application' },
      /** A pod of Redis. @default any that is ready */
      pod: { type: 'string' },
      kubeconfig: { type: 'string' },
    },
  });
  return { ...values, kubeconfig: values.kubeconfig || join(platform, 'kubeconfig') };
}

/**
 * The outputs of a deployed stack, secrets in the clear.
 *
 * @throws Error when the stack has not been deployed
 */
export function stackOutputs(stack: string): StackOutputs {
  const pulumi = join(platform, 'bin', 'pulumi');
  const hint = `stack ${stack} has not been deployed from this checkout; run \`make up STACK=${stack}\``;
  if (!existsSync(pulumi)) throw new Error(hint);
  let text: string;
  try {
    text = execFileSync(pulumi, ['stack', 'output', '--json', '--show-secrets', '--stack', stack], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } catch {
    throw new Error(hint); // the engine has said its own reason
  }
  const outputs = JSON.parse(text) as Partial<StackOutputs>;
  if (!outputs.redis || !outputs.passwords) throw new Error(hint);
  return outputs as StackOutputs;
}
