// Makes every image (and the executables they need), and prints a table: `npx tsx local/images/build.ts`.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { paths } from '../paths';
import { buildTool, builtTool, tools } from '../tools/build';
import type { Tool } from '../tools/build';
import { buildImages } from '.';

async function binaryOf(tool: Tool): Promise<string> {
  const folder = (await builtTool(tool)) ?? (await buildTool(tool, console.error));
  return join(folder, tool.name);
}

async function main(): Promise<void> {
  const images = await buildImages({
    cacheDir: paths.images,
    binaries: {
      pause: await binaryOf(tools.pause),
      coredns: await binaryOf(tools.coredns),
      'metrics-server': await binaryOf(tools.metricsServer),
      'local-path-provisioner': await binaryOf(tools.localPathProvisioner),
    },
    log: console.error,
  });
  for (const { reference, archivePath, digest } of images) {
    const megabytes = ((await stat(archivePath)).size / 1e6).toFixed(1);
    console.log(
      `${reference.padEnd(58)} ${megabytes.padStart(6)} MB  ${digest.slice(0, 19)}  ${archivePath}`,
    );
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
