import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';

/** A query of a panel, with nothing of Grafana left in it. */
export interface PanelQuery {
  /** Title of the panel. */
  readonly panel: string;
  readonly refId: string;
  readonly expr: string;
}

/** Panels that show something only when something is wrong: no series is good news. */
export const emptyWhenWell: readonly string[] = ['Alerts', 'Alerts that fired', 'Errors by kind'];

/** Values of a dashboard's variables, without `$`. */
export type Variables = Readonly<Record<string, string>>;

// What Grafana gives for a look at the last hour on a usual screen, with a scrape every 15 seconds.
const builtIn: Variables = { __rate_interval: '1m', __interval: '15s', __range: '1h' };

/**
 * Every query of a dashboard as Prometheus takes it.
 * @param variables - values of its variables @default all of the chosen pods
 * @throws Error when a query has a variable without a value
 */
export function panelQueries(dashboard: Dashboard, variables: Variables): PanelQuery[] {
  const values: Variables = { instance: '.+', pod: '.+', ...builtIn, ...variables };
  return panelsOf(dashboard).flatMap(({ title = '', targets = [] }) =>
    (targets as Dataquery[]).map(({ refId = '', expr }) => ({
      panel: title,
      refId,
      expr: expr.replace(/\$(\w+)/g, (_, name: string) => {
        const value = values[name];
        if (value === undefined) throw new Error(`"${title}" ${refId} has no value for $${name}`);
        return value;
      }),
    })),
  );
}

/** The panels of a dashboard, those in folded rows too, without the rows. */
export function panelsOf({ panels = [] }: Dashboard): Panel[] {
  return panels.flatMap((panel) => (isRow(panel) ? panel.panels : [panel]));
}

const isRow = (panel: Panel | RowPanel): panel is RowPanel => panel.type === 'row';
