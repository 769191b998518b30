import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RoleName } from '../../../components/credentials/roles';
import { type Files, mount } from './certificates';
import { imageProgram } from './image';
import { passwordOf } from './server';

/** How a script ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The scripts of the platform's pods, and a folder to run them in as the pods do, with the image's redis-cli. */
export class Scripts {
  readonly folder = mkdtempSync(join(tmpdir(), 'session-database-scripts-'));

  constructor() {
    const components = resolve(__dirname, '../../../components');
    for (const path of [
      'sessions/deploy',
      'sessions/cleanup',
      'redis/redis',
      'redis/probe',
      'redis/reload',
    ]) {
      cpSync(join(components, `${path}.sh`), join(this.folder, 'scripts', `${path.split('/')[1]}.sh`));
    }
    mkdirSync(join(this.folder, 'bin'));
    this.file('bin/redis-cli', `#!/bin/sh\nexec ${imageProgram('redis-cli').join(' ')} "$@"\n`);
  }

  /** Writes a file that anybody may run. @returns its path */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text, { mode: 0o755 });
    return path;
  }

  /** A role's mounted credentials. @returns the folder */
  credentials(role: RoleName, tls?: Files): string {
    const folder = join(this.folder, `credentials-${role}`);
    mount(folder, { password: passwordOf(role), ...tls });
    return folder;
  }

  /** Runs a script to its end. */
  run(script: string, ...args: string[]): Promise<Ended> {
    return new Promise((done) => {
      execFile('sh', this.command(script, args), this.options, (error, stdout, stderr) =>
        done({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
  }

  /** Starts one that does not end by itself. */
  start(script: string, ...args: string[]): ChildProcess {
    return spawn('sh', this.command(script, args), { ...this.options, stdio: 'pipe' });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private command(script: string, args: readonly string[]): string[] {
    return [join(this.folder, 'scripts', script), ...args];
  }

  private get options() {
    return { env: { PATH: `${this.folder}/bin:/usr/bin:/bin` } };
  }
}
