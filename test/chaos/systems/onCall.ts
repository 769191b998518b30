import { type Monitor, textOf } from '../../../scripts/monitoring';
import { monitorOf } from '../../cluster/support/monitoring';
import type { Deployed } from './deployed';

interface Active {
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
}

const everyMs = 3000;
const path = '/api/v2/alerts?active=true&inhibited=false&silenced=false';

/** Looks at what Alertmanager tells people of, also while nodes come and go. */
export class OnCall {
  /** When each alert began, in milliseconds since 1970; all that were seen. */
  private readonly begun = new Map<string, number>();
  private readonly timer = setInterval(() => void this.look(), everyMs);
  private monitor: Monitor | undefined;
  private looking = false;

  constructor(private readonly stack: Deployed) {}

  /** Names of critical alerts and warnings that began since then. */
  told(since: number): string[] {
    const names = [...this.begun].filter(([, at]) => at >= since).map(([key]) => key.split(' ')[0]!);
    return [...new Set(names)].sort();
  }

  close(): void {
    clearInterval(this.timer);
    this.monitor?.close();
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      this.monitor ??= await monitorOf(this.stack.stack, 'alertmanager');
      for (const { labels, startsAt } of JSON.parse(await textOf(await this.monitor.ask(path))) as Active[]) {
        const { alertname = '', severity = '' } = labels;
        if (['critical', 'warning'].includes(severity)) {
          this.begun.set(`${alertname} ${startsAt}`, Date.parse(startsAt));
        }
      }
    } catch {
      // Its node is away, and the way to it; the next look takes another.
      this.monitor?.close();
      this.monitor = undefined;
    } finally {
      this.looking = false;
    }
  }
}
