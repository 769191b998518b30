import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  type DataSourceRef,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableSortByFieldStateBuilder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  DataqueryBuilder,
  PromQueryFormat,
  QueryEditorMode,
} from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { Short } from '@grafana/grafana-foundation-sdk/units';
import { type Levels, type States, stateMapping, thresholds } from './levels';

/** The data source that a reader has chosen. */
export const datasource: DataSourceRef = { type: 'prometheus', uid: '$datasource' };

/** An expression, and what its series are called: `{{label}}` is a label's value. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

interface Shown {
  /** What it means, where the title does not say it all. */
  readonly description?: string;
  /** A unit of Grafana's. @default plain numbers, large ones shortened */
  readonly unit?: string;
  /** From which value on it is good or bad. @default no colour means anything */
  readonly levels?: Levels;
  readonly decimals?: number;
}

/** A number as it is now, or one for each series. */
export interface StatOptions extends Shown {
  /** Words in the place of numbers. @default the number */
  readonly states?: States;
}

export interface TimeseriesOptions extends Shown {
  /** One bar for what happened in a while, instead of a line. @default line */
  readonly bars?: boolean;
  /** Series on top of each other, where their sum means something. @default false */
  readonly stacked?: boolean;
  /** Whether the axis begins at zero. @default true */
  readonly fromZero?: boolean;
}

/** States over time, one line for each series. */
export interface StateTimelineOptions {
  readonly description?: string;
  readonly states: States;
}

/** A column of a table. */
export interface Column {
  /** A label, or `Value #A`, `Value #B` … for what the queries give. */
  readonly field: string;
  readonly title: string;
  /** @default no number */
  readonly unit?: string;
  readonly levels?: Levels;
  readonly states?: States;
  /** Where a click on it leads, with `${__value.raw}`. @default nowhere */
  readonly link?: { readonly title: string; readonly url: string };
}

export interface TableOptions {
  readonly description?: string;
  /** In their order; fields that are not named are not shown. */
  readonly columns: readonly Column[];
  /** Title of the column that rows are sorted by. */
  readonly sortBy: string;
  readonly descending?: boolean;
}

export function stat(title: string, options: StatOptions, ...queries: Query[]): Panel {
  const panel = shown(new StatBuilder(), title, options)
    .targets(queries.map((query) => dataquery(query).instant()))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .graphMode(BigValueGraphMode.None)
    .colorMode(
      (options.levels ?? options.states) ? BigValueColorMode.BackgroundSolid : BigValueColorMode.Value,
    )
    .thresholds(thresholds(options.levels ?? [['text', null]]));
  return (options.states === undefined ? panel : panel.mappings([stateMapping(options.states)])).build();
}

export function timeseries(title: string, options: TimeseriesOptions, ...queries: Query[]): Panel {
  const { bars = false, stacked = false, fromZero = true, levels } = options;
  const panel = shown(new TimeseriesBuilder(), title, options)
    .targets(queries.map((query) => dataquery(query).range()))
    .drawStyle(bars ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .lineWidth(1)
    .fillOpacity(bars || stacked ? 60 : 10)
    .showPoints(VisibilityMode.Never)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .stacking(new StackingConfigBuilder().mode(stacked ? StackingMode.Normal : StackingMode.None).group('A'))
    .legend(legend())
    .tooltip(
      new VizTooltipOptionsBuilder()
        .mode(TooltipDisplayMode.Multi)
        .sort(SortOrder.Descending)
        .hideZeros(true),
    );
  if (fromZero) panel.min(0);
  if (levels !== undefined) {
    panel
      .thresholds(thresholds(levels))
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  return panel.build();
}

export function stateTimeline(title: string, options: StateTimelineOptions, ...queries: Query[]): Panel {
  return shown(new StateTimelineBuilder(), title, options)
    .targets(queries.map((query) => dataquery(query).range()))
    .mappings([stateMapping(options.states)])
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .thresholds(thresholds([['text', null]]))
    .fillOpacity(80)
    .showValue(VisibilityMode.Never)
    .legend(legend())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.None))
    .build();
}

export function table(title: string, options: TableOptions, ...queries: Query[]): Panel {
  const { columns, sortBy, descending = false } = options;
  const panel = shown(new TableBuilder(), title, options)
    .targets(queries.map((query) => dataquery(query).instant().format(PromQueryFormat.Table)))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'filterFieldsByName',
      options: { include: { names: columns.map(({ field }) => field) } },
    })
    .withTransformation({
      id: 'organize',
      options: {
        indexByName: Object.fromEntries(columns.map(({ field }, index) => [field, index])),
        renameByName: Object.fromEntries(columns.map(({ field, title: name }) => [field, name])),
      },
    })
    .sortBy([new TableSortByFieldStateBuilder().displayName(sortBy).desc(descending)]);
  for (const { title: name, unit, levels, states, link } of columns) {
    const properties = [
      ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
      ...(levels === undefined ? [] : [{ id: 'thresholds', value: thresholds(levels).build() }]),
      ...(states === undefined ? [] : [{ id: 'mappings', value: [stateMapping(states)] }]),
      ...(levels === undefined && states === undefined
        ? []
        : [{ id: 'custom.cellOptions', value: { type: 'color-text' } }]),
      ...(link === undefined ? [] : [{ id: 'links', value: [{ ...link, targetBlank: true }] }]),
    ];
    if (properties.length > 0) panel.overrideByName(name, properties);
  }
  return panel.build();
}

/** What every kind of panel has. */
function shown<
  B extends Builder<Panel> &
    Record<'title' | 'description' | 'unit', (text: string) => B> & {
      decimals(decimals: number): B;
      datasource(of: DataSourceRef): B;
    },
>(builder: B, title: string, { description, unit = Short, decimals }: Shown): B {
  builder.title(title).datasource(datasource).unit(unit);
  if (description !== undefined) builder.description(description);
  if (decimals !== undefined) builder.decimals(decimals);
  return builder;
}

const dataquery = ({ expr, legend: name }: Query): DataqueryBuilder =>
  new DataqueryBuilder()
    .expr(expr)
    .legendFormat(name)
    .datasource(datasource)
    .editorMode(QueryEditorMode.Code);

const legend = (): VizLegendOptionsBuilder =>
  new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);
