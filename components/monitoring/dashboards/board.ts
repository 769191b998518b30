import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  type RowPanel,
  TimePickerBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './panels';
import { recorded } from './selectors';

/** Panels that stand beside each other and share the width. */
export interface Line {
  /** In units of the grid, which are about 38 pixels. */
  readonly height: number;
  readonly panels: readonly Panel[];
}

export interface Row {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** A choice of the reader's beyond data source and namespace. */
export interface Choice {
  readonly name: 'instance' | 'pod';
  readonly label: string;
  /** A metric that has the choices as a label, and that label. */
  readonly metric: string;
  readonly of: string;
}

export interface Board {
  readonly uid: string;
  readonly title: string;
  /** The question that it answers. */
  readonly description: string;
  /** How far back it looks at first. */
  readonly from: string;
  readonly choices: readonly Choice[];
  /** Vertical lines where an expression is true, beside those of alerts. @default none */
  readonly events?: readonly { readonly name: string; readonly expr: string; readonly text: string }[];
  readonly rows: readonly Row[];
}

/** Tag of all dashboards; by it they find each other. */
const tag = 'session-database';

const columns = 24;
const heights = { small: 4, usual: 8, tall: 10 } as const;

/** Panels beside each other; what is left out gives its room to the others. */
export const line = (height: keyof typeof heights, ...panels: (Panel | undefined)[]): Line => ({
  height: heights[height],
  panels: panels.filter((panel) => panel !== undefined),
});

/** A row, if there is anything in it. */
export const row = (title: string, ...lines: Line[]): Row => ({
  title,
  lines: lines.filter(({ panels }) => panels.length > 0),
});

/** A dashboard as plain data, the same for the same input. */
export function dashboard({ uid, title, description, from, choices, events = [], rows }: Board): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag])
    .readonly()
    .timezone('browser')
    .refresh('30s')
    .time({ from, to: 'now' })
    .timepicker(new TimePickerBuilder().refreshIntervals(['15s', '30s', '1m', '5m', '15m']))
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([
      new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
      queryVariable('namespace', 'Namespace', 'label_values(up{job="redis"}, namespace)'),
      ...choices.map(({ name, label, metric, of }) =>
        queryVariable(name, label, `label_values(${metric}, ${of})`)
          .multi(true)
          .includeAll(true)
          .allValue('.+'),
      ),
    ])
    .annotations([
      annotation('Alerts', 'red', {
        expr: recorded('ALERTS', 'alertstate="firing", severity=~"critical|warning"'),
        text: '{{alertname}} {{instance}}',
      }),
      ...events.map((event) => annotation(event.name, 'blue', event)),
    ])
    .link(
      new DashboardLinkBuilder('Dashboards')
        .type(DashboardLinkType.Dashboards)
        .tags([tag])
        .includeVars(true)
        .keepTime(true),
    );
  const made = { ...builder.build(), panels: placed(rows) };
  return plain(made);
}

/** Without the functions that the SDK's queries carry, and without what it hides in a menu: links are to be seen. */
const plain = (made: Dashboard): Dashboard =>
  JSON.parse(
    JSON.stringify(made, (key, value: unknown) =>
      key === 'placement' && value === 'inControlsMenu' ? undefined : value,
    ),
  ) as Dashboard;

function queryVariable(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query(query)
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}

const annotation = (name: string, colour: string, { expr, text }: { expr: string; text: string }) =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasource)
    .enable(true)
    .iconColor(colour)
    .expr(expr)
    .step('15s')
    .titleFormat(name)
    .textFormat(text);

/** Panels with the places, ids and letters of queries that the SDK does not give them. */
function placed(rows: readonly Row[]): (Panel | RowPanel)[] {
  const result: (Panel | RowPanel)[] = [];
  let y = 0;
  for (const { title, lines } of rows.filter((of) => of.lines.length > 0)) {
    const gridPos = { x: 0, y, w: columns, h: 1 };
    result.push({ type: 'row', id: result.length + 1, title, collapsed: false, gridPos, panels: [] });
    y += 1;
    for (const { height, panels } of lines) {
      let x = 0;
      for (const [index, panel] of panels.entries()) {
        const w = Math.round((columns * (index + 1)) / panels.length) - x;
        result.push({ ...lettered(panel), id: result.length + 1, gridPos: { x, y, w, h: height } });
        x += w;
      }
      y += height;
    }
  }
  return result;
}

function lettered(panel: Panel): Panel {
  const targets = panel.targets ?? [];
  if (targets.length > 26)
    throw new Error(`the panel "${panel.title}" has more queries than there are letters`);
  return {
    ...panel,
    targets: targets.map((target, index) => ({ ...target, refId: String.fromCharCode(65 + index) })),
  };
}
