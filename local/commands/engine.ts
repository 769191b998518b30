import { prepareEngine, preparePlugins } from '../engine/home';
import { limited, type Steps } from '../steps';
import { buildTool, builtTool, tools, type Tool } from '../tools/build';

/** Waits for all, so that none goes on behind the command's back; then the first failure is the command's. */
export async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** Builds a tool, or finds it built. */
export type ToolSteps = (tool: Tool) => Promise<string>;

/** Each tool is built at most once, whoever asks for it. */
export function toolSteps(steps: Steps): ToolSteps {
  // Two builds side by side fill the moments in which one of them only links, on two processors.
  const slot = limited(2);
  const asked = new Map<string, Promise<string>>();
  return (tool) => {
    const build = async () => {
      const built = await builtTool(tool);
      if (built) return built;
      return slot(() => steps.step(`build ${tool.name}`, (progress) => buildTool(tool, progress)));
    };
    const result = asked.get(tool.name) ?? build();
    asked.set(tool.name, result);
    return result;
  };
}

/** Puts the engine together, with its plugins. @param tool - @default builds of its own */
export async function upEngine(steps: Steps, tool: ToolSteps = toolSteps(steps)): Promise<void> {
  await steps.step('engine plugins', preparePlugins);
  const [pulumi = '', languageHost = ''] = await allOf([tool(tools.pulumi), tool(tools.languageHost)]);
  prepareEngine(pulumi, languageHost);
}
