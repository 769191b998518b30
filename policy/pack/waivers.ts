import type { Texts } from '../model/resource';

/** An annotation that excuses an object from one rule: prefix and the rule's id. */
export const waiverPrefix = 'waiver.session-database/';

/** An excuse from a rule for a time. */
export interface Waiver {
  readonly rule: string;
  /** Last day on which it holds, as 2027-01-31 (UTC). */
  readonly until: string;
  readonly reason: string;
}

/** How a waiver is written, for messages. */
export const waiverForm = `${waiverPrefix}<rule>: 'until <year>-<month>-<day>: <reason>'`;

/** What an object's annotations excuse it from, and what of them nobody can read. */
export function waiversOf(annotations: Texts = {}): { waivers: Waiver[]; unreadable: string[] } {
  const waivers: Waiver[] = [];
  const unreadable: string[] = [];
  for (const key of Object.keys(annotations)) {
    if (!key.startsWith(waiverPrefix)) continue;
    const [, until = '', reason = ''] =
      /^until (\d{4}-\d{2}-\d{2}): (.*\S.*)$/.exec(annotations[key] ?? '') ?? [];
    if (isDay(until)) waivers.push({ rule: key.slice(waiverPrefix.length), until, reason: reason.trim() });
    else unreadable.push(key);
  }
  return { waivers, unreadable };
}

// The thirtieth of February is no day, though it can be parsed.
function isDay(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Whether a waiver's last day is over. */
export const expired = ({ until }: Waiver, now: Date): boolean => now.toISOString().slice(0, 10) > until;
