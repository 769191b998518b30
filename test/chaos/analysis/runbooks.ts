import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '..', '..', '..', 'docs', 'runbooks');

/** Faults that may raise an alert, by the text of its page. Empty where the page says that none does. */
export function raisedBy(page: string): string[] {
  const [, raised = ''] = /^Raised by: ([\s\S]*?)\n\n/m.exec(page) ?? [];
  return raised.startsWith('no case') ? [] : [...raised.matchAll(/`([a-z0-9]+)`/g)].map(([, name]) => name!);
}

// Each load logs out all whom it had logged in when it ends; and what several cases do within half an hour, or to an hour's
// budget, is what the others count.
const always = [
  ...['MassLogout', 'FailoversFrequent', 'RestartLoop', 'FullResyncs'],
  ...['AvailabilityBudgetFast', 'AvailabilityBudgetSteady', 'AvailabilityBudgetSlow'],
];

/** Alerts that a fault may raise, by what their pages say. */
export const alertsOf = (fault: string): string[] => [
  ...always,
  ...readdirSync(folder)
    .filter((file) => raisedBy(readFileSync(join(folder, file), 'utf8')).includes(fault))
    .map((file) => file.slice(0, -'.md'.length)),
];
