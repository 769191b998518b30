import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { emptyWhenWell, panelQueries } from '../../../components/monitoring/dashboards/queries';
import { until } from '../../../local/exec';
import { type Monitor, openMonitor, textOf } from '../../../scripts/monitoring';
import { type MonitoringServerOutputs, type StackOutputs, stackOutputs } from '../../../scripts/stack';
import { tunnel } from './platform';

/**
 * A server of monitoring of a stack on the local platform.
 * @param stack - its name, or its outputs
 * @param change - of how it is asked
 */
export async function monitorOf(
  stack: string | StackOutputs,
  name: 'prometheus' | 'alertmanager',
  change: Partial<MonitoringServerOutputs> = {},
): Promise<Monitor> {
  const { redis, monitoring } = typeof stack === 'string' ? stackOutputs(stack) : stack;
  const server = { ...monitoring![name]!, ...change };
  const way = await tunnel(redis.namespace, `pod/${name}-0`, Number(new URL(server.url).port));
  return openMonitor(server, way, redis.ca);
}

interface Answer<Data> {
  readonly status: 'success' | 'error';
  readonly error?: string;
  readonly data: Data;
}

/** One series and its value now. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
}

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

/** Prometheus of a stack on the local platform. */
export class PrometheusOf {
  private constructor(private readonly monitor: Monitor) {}

  /** @param stack - its name, or its outputs */
  static async open(stack: string | StackOutputs): Promise<PrometheusOf> {
    return new PrometheusOf(await monitorOf(stack, 'prometheus'));
  }

  /** The value of every series that an expression has now. @throws with Prometheus' words when it is none */
  async query(expr: string): Promise<readonly Sample[]> {
    const { result } = await this.get<{ result: readonly Sample[] }>(
      `/api/v1/query?query=${encodeURIComponent(expr)}`,
    );
    return result;
  }

  /** Whose metrics it reads: "job instance" and, where it cannot, why. */
  async targets(): Promise<string[]> {
    const { activeTargets } = await this.get<{ activeTargets: readonly Target[] }>(
      '/api/v1/targets?state=active',
    );
    return activeTargets
      .map(({ labels, health, lastError }) =>
        `${labels['job']} ${labels['instance']} ${health === 'up' ? '' : `${health} ${lastError}`}`.trim(),
      )
      .sort();
  }

  /** Every rule by its name, and what is wrong with it. */
  async rules(): Promise<ReadonlyMap<string, string>> {
    const { groups } = await this.get<{ groups: readonly { readonly rules: readonly Rule[] }[] }>(
      '/api/v1/rules',
    );
    return new Map(
      groups.flatMap(({ rules }) =>
        rules.map(({ name, health, lastError = '' }) => [name, health === 'ok' ? '' : lastError] as const),
      ),
    );
  }

  /** Labels of the alerts that fired in so many seconds until now. @param matchers - which, in PromQL */
  async fired(seconds: number, matchers: string): Promise<readonly Sample['metric'][]> {
    const range = `${Math.ceil(seconds)}s`;
    const found = await this.query(`count_over_time(ALERTS{alertstate="firing", ${matchers}}[${range}])`);
    return found.map(({ metric }) => metric);
  }

  /** The queries of a dashboard that show nothing, although something should be there. Rates need two looks at a pod, and calls
   * of clients, so it waits for two minutes at most. */
  async emptyPanels(board: Dashboard, namespace: string): Promise<string[]> {
    let empty: string[] = [];
    const look = async () => {
      empty = await this.emptyNow(board, namespace);
      return empty.length === 0;
    };
    await until(`every panel of ${board.title ?? ''} showing something`, 120, look, 5000).catch(
      () => undefined,
    );
    return empty;
  }

  private async emptyNow(board: Dashboard, namespace: string): Promise<string[]> {
    const empty: string[] = [];
    for (const { panel, refId, expr } of panelQueries(board, { namespace })) {
      const series = await this.query(expr);
      if (series.length === 0 && !emptyWhenWell.includes(panel)) empty.push(`${panel} ${refId}: ${expr}`);
    }
    return empty;
  }

  close(): void {
    this.monitor.close();
  }

  private async get<Data>(path: string): Promise<Data> {
    const { status, error, data } = JSON.parse(await textOf(await this.monitor.ask(path))) as Answer<Data>;
    if (status !== 'success') throw new Error(`${path}: ${error ?? ''}`);
    return data;
  }
}
