/**
 * One execution environment of a function: `node function-process.ts MODULE EXPORT MEGABYTES`. It takes one invocation at a time from its
 * parent, and ends when the parent does or when it has grown beyond its memory, as the platform ends one.
 */
import { pathToFileURL } from 'node:url';

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  /** When the platform would end it, milliseconds since 1970. */
  readonly deadline: number;
  readonly context: Readonly<Record<string, string>>;
}

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** What a shell says of a process that was killed for its memory. */
const KILLED = 137;
const LOOK_MILLISECONDS = 100;

const [module = '', name = '', megabytes = '0'] = process.argv.slice(2);
const most = Number(megabytes) * 1024;
const peak = (): number => process.resourceUsage().maxRSS;

function endIfGrown(): void {
  if (peak() > most) process.exit(KILLED);
}

let handler: Promise<Handler> | undefined;

async function load(): Promise<Handler> {
  const loaded = (await import(pathToFileURL(module).href)) as Readonly<Record<string, Handler>>;
  const found = loaded[name];
  if (!found) throw new Error(`${name} is not exported`);
  return found;
}

/** An error's class and text as the runtime hands them to whoever invoked; what it logs is the parent's affair. */
function errorOf(error: unknown): { readonly type: string; readonly message: string } {
  return error instanceof Error
    ? { type: error.name, message: error.message }
    : { type: 'Error', message: String(error) };
}

process.once('disconnect', () => process.exit(0));
setInterval(endIfGrown, LOOK_MILLISECONDS).unref();
process.on('message', async ({ id, event, deadline, context }: Invocation) => {
  const answer = (outcome: Readonly<Record<string, unknown>>): void => {
    endIfGrown();
    process.send?.({ id, peak: peak(), ...outcome });
  };
  try {
    handler ??= load();
    const result = await (await handler)(event, {
      ...context,
      awsRequestId: id,
      functionVersion: '$LATEST',
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => deadline - Date.now(),
    });
    answer({ result: result ?? null });
  } catch (error) {
    answer({ error: errorOf(error) });
  }
});
