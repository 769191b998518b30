/** An event of the engine, as far as a report tells of it; each has one of these. */
export interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  readonly policyEvent?: {
    readonly resourceUrn?: string;
    readonly message: string;
    readonly policyName: string;
    readonly enforcementLevel: string;
  };
  readonly diagnosticEvent?: {
    readonly severity: string;
    readonly message: string;
    readonly urn?: string;
  };
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>> };
}

interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  /** Properties that make it a replacement, and those that differ. */
  readonly keys?: readonly string[] | null;
  readonly diffs?: readonly string[] | null;
}

export const operations = ['create', 'update', 'replace', 'delete'] as const;
export type Operation = (typeof operations)[number];

/** A resource that an update would change. */
export interface Change {
  readonly operation: Operation;
  readonly type: string;
  readonly name: string;
  /** Properties that differ; of a replacement those that make it one. */
  readonly because: readonly string[];
  /** Whether the old one goes before the new one is there. */
  readonly deletedFirst: boolean;
}

/** What a rule of the policy pack says. */
export interface Violation {
  readonly rule: string;
  readonly mandatory: boolean;
  /** Type and name; empty where something is missing. */
  readonly resource: string;
  readonly message: string;
  /** Whether the rule could not be decided, since a value is not known before the update. */
  readonly undecided: boolean;
}

/** What a preview of a stack found. */
export interface Preview {
  readonly stack: string;
  readonly changes: readonly Change[];
  readonly same: number;
  readonly violations: readonly Violation[];
  /** What kept the preview from its end. */
  readonly errors: readonly string[];
  /** Whether there is nothing against an update. */
  readonly passed: boolean;
}

// The engine's marks of colours.
const plain = (text: string) =>
  text
    .replace(/<\{%.*?%\}>/g, '')
    .replace(/\s+/g, ' ')
    .trim();

const nameOf = (urn: string) => urn.split('::').at(-1) ?? '';
const typeOf = (urn: string) => urn.split('::').at(-2)?.split('$').at(-1) ?? '';

/** What a stack's events say. @param lines - the engine's log, an event a line */
export function previewOf(stack: string, lines: string): Preview {
  const events = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EngineEvent);
  const errors = events.flatMap(({ diagnosticEvent: of }) =>
    of?.severity === 'error' ? [`${of.urn ? `${nameOf(of.urn)}: ` : ''}${plain(of.message)}`] : [],
  );
  const summary = events.find(({ summaryEvent }) => summaryEvent)?.summaryEvent;
  const violations = [...events.flatMap(violationOf), ...events.flatMap(skippedOf)];
  if (summary === undefined && errors.length === 0 && violations.length === 0)
    errors.push('the preview ended before its time');
  return {
    stack,
    changes: changesOf(events),
    same: summary?.resourceChanges?.['same'] ?? 0,
    violations,
    errors,
    passed: errors.length === 0 && violations.every(({ mandatory }) => !mandatory),
  };
}

function changesOf(events: readonly EngineEvent[]): Change[] {
  const steps = events.flatMap(({ resourcePreEvent }) =>
    resourcePreEvent ? [resourcePreEvent.metadata] : [],
  );
  const place = (urn: string, op: string) => steps.findIndex((step) => step.urn === urn && step.op === op);
  return steps.flatMap(({ op, urn, type, keys, diffs }): Change[] => {
    const operation = operations.find((one) => one === op);
    if (operation === undefined || type === 'pulumi:pulumi:Stack') return [];
    const gone = place(urn, 'delete-replaced');
    return [
      {
        operation,
        type,
        name: nameOf(urn),
        because: (operation === 'replace' ? keys : diffs) ?? [],
        deletedFirst: operation === 'replace' && gone >= 0 && gone < place(urn, 'create-replacement'),
      },
    ];
  });
}

function violationOf({ policyEvent: of }: EngineEvent): Violation[] {
  if (of === undefined) return [];
  const message = plain(of.message);
  // The policy SDK's own word for a rule that it could not run, which it calls advice, whatever the rule is.
  const skipped = message.includes("can't be known during preview");
  return [
    {
      rule: of.policyName,
      mandatory: of.enforcementLevel === 'mandatory' || skipped,
      resource: of.resourceUrn ? `${typeOf(of.resourceUrn)} ${nameOf(of.resourceUrn)}` : '',
      message,
      undecided: skipped || message.includes('cannot be decided'),
    },
  ];
}

/** Of packs whose rules the SDK could not run and only told so. */
const skippedOf = ({ diagnosticEvent: of }: EngineEvent): Violation[] =>
  of !== undefined && /can't run policy .* during preview/.test(plain(of.message))
    ? [{ rule: '', mandatory: true, resource: '', message: plain(of.message), undecided: true }]
    : [];
