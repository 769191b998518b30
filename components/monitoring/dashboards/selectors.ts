import type { Query } from './panels';

/**
 * Series of one platform, as the panels ask for them: the namespace that a reader has chosen, and the job. Labels beyond are
 * written as in PromQL.
 */

const select = (metric: string, ...labels: string[]): string =>
  `${metric}{${['namespace="$namespace"', ...labels.filter((label) => label !== '')].join(', ')}}`;

/** Of any job that has a namespace, of every pod. */
export const any = (metric: string, labels = ''): string => select(metric, labels);

/** Of the exporters beside Redis, of the chosen pods. */
export const redis = (metric: string, labels = ''): string =>
  select(metric, 'job="redis"', 'instance=~"$instance"', labels);

/** As {@link redis}, of every pod: for what is true of all together. */
export const everyRedis = (metric: string, labels = ''): string => select(metric, 'job="redis"', labels);

/** Of the exporters beside Sentinels. */
export const sentinel = (metric: string, labels = ''): string => select(metric, 'job="sentinel"', labels);

/** Of the proxies. */
export const proxy = (metric: string, labels = ''): string => select(metric, 'job="proxy"', labels);

/** Of containers and volumes, of the chosen pods. */
export const container = (metric: string, labels = ''): string => select(metric, 'pod=~"$pod"', labels);

/** Of volumes. */
export const volume = (metric: string): string => select(metric);

/** Of Prometheus itself, Alertmanager itself. */
export const own = (job: 'prometheus' | 'alertmanager', metric: string, labels = ''): string =>
  select(metric, `job="${job}"`, labels);

/** Of recording rules and alerts, which have no label for the namespace where they are made of all pods together. */
export const recorded = (metric: string, labels = ''): string =>
  `${metric}{${['namespace=~"$namespace|"', labels].filter((label) => label !== '').join(', ')}}`;

/** Of every target; that of a node's kubelet is in no namespace. */
export const target = recorded;

/** Per second, over as long as a graph's step allows. */
export const rate = (series: string): string => `rate(${series}[$__rate_interval])`;

/** How many in a graph's step. */
export const increase = (series: string): string => `increase(${series}[$__rate_interval])`;

/** A query of the chosen Redis pods, one line for each. */
export const byInstance = (metric: string): Query => ({ expr: redis(metric), legend: '{{instance}}' });

/** As {@link byInstance}, per second. @param what - said after the pod, where several are in one panel */
export const ratesByInstance = (metric: string, what = ''): Query => ({
  expr: rate(redis(metric)),
  legend: `{{instance}} ${what}`.trimEnd(),
});
