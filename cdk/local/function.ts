import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { SignetError } from '../../lib/base/index.ts';
import { arn } from './place.ts';
import type { Resource } from './template.ts';

/** What a function's process is given. */
export interface FunctionOptions {
  /** The folder of its bundle. */
  readonly folder: string;
  /** Beside the variables that the template states: region, credentials, addresses of the services. */
  readonly environment: Readonly<Record<string, string>>;
  /** Environments at once; further invocations wait. */
  readonly most: number;
  /** A line that the function wrote, or the platform about it. */
  readonly onLog: (line: string) => void;
}

interface Outcome {
  readonly id: string;
  /** KiB of resident memory at most, so far. */
  readonly peak: number;
  readonly result?: unknown;
  readonly error?: { readonly type: string; readonly message: string };
}

interface FunctionProperties {
  readonly Handler: string;
  readonly MemorySize: number;
  readonly Runtime: string;
  readonly Timeout: number;
  readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
}

const KILLED = 137;

/** A Lambda function of the template: its bundle in processes of their own, with its timeout, its memory and its variables. */
export class LocalFunction {
  readonly name: string;
  readonly arn: string;
  readonly #properties: FunctionProperties;
  readonly #options: FunctionOptions;
  readonly #idle: ChildProcess[] = [];
  readonly #busy = new Set<ChildProcess>();
  /** Killed, and perhaps not gone yet. */
  readonly #doomed = new WeakSet<ChildProcess>();
  readonly #waiting: (() => void)[] = [];
  #peak = 0;
  #stopped = false;

  constructor({ name, properties }: Resource, options: FunctionOptions) {
    this.name = name;
    this.arn = arn('lambda', `function:${name}`);
    this.#properties = properties as unknown as FunctionProperties;
    this.#options = options;
    const here = `nodejs${process.versions.node.split('.')[0]}.x`;
    if (this.#properties.Runtime !== here)
      throw new SignetError('other-runtime', `${name} wants ${this.#properties.Runtime}, and this is ${here}`, {
        remedy: 'Run npm ci: it brings the Node that the functions run on.',
      });
  }

  /** The most resident memory that any of its environments had, and what the template gives it; MiB. */
  get memory(): { readonly peak: number; readonly size: number } {
    return { peak: Math.round(this.#peak / 1024), size: this.#properties.MemorySize };
  }

  /** Runs the handler. Throws SignetError `invocation-failed` where it threw, took too long, or died. */
  async invoke(event: unknown): Promise<unknown> {
    const environment = await this.#take();
    const id = randomUUID();
    const { Timeout } = this.#properties;
    try {
      const outcome = await this.#run(environment, id, event, Timeout * 1000);
      this.#peak = Math.max(this.#peak, outcome.peak);
      if (outcome.error) throw new SignetError('invocation-failed', `${outcome.error.type}: ${outcome.error.message}`);
      return outcome.result;
    } finally {
      this.#release(environment);
    }
  }

  /** Kills an environment that is at work, as a machine may die; whether there was one. */
  kill(): boolean {
    const [environment] = this.#busy;
    return environment ? this.#end(environment) : false;
  }

  /** Stalls an environment that is at work for so many milliseconds, as a machine may be starved; whether there was one. */
  stall(milliseconds: number): boolean {
    const [environment] = this.#busy;
    if (environment?.pid === undefined) return false;
    environment.kill('SIGSTOP');
    setTimeout(() => environment.kill('SIGCONT'), milliseconds);
    return true;
  }

  stop(): void {
    this.#stopped = true;
    for (const environment of [...this.#idle, ...this.#busy]) environment.kill('SIGKILL');
  }

  #end(environment: ChildProcess): boolean {
    this.#doomed.add(environment);
    return environment.kill('SIGKILL');
  }

  async #take(): Promise<ChildProcess> {
    while (this.#idle.length === 0 && this.#busy.size >= this.#options.most)
      await new Promise<void>((free) => this.#waiting.push(free));
    const environment = this.#idle.pop() ?? this.#start();
    this.#busy.add(environment);
    return environment;
  }

  #release(environment: ChildProcess): void {
    this.#busy.delete(environment);
    if (environment.connected && !this.#doomed.has(environment)) this.#idle.push(environment);
    this.#waiting.shift()?.();
  }

  #start(): ChildProcess {
    const { Handler, MemorySize, Environment } = this.#properties;
    const [file, exported] = Handler.split('.') as [string, string];
    const environment = fork(
      path.join(import.meta.dirname, 'function-process.ts'),
      [path.join(this.#options.folder, `${file}.mjs`), exported, String(MemorySize)],
      {
        execArgv: [`--max-old-space-size=${Math.floor(MemorySize * 0.9)}`, '--no-warnings'],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: {
          ...Environment?.Variables,
          ...this.#options.environment,
          AWS_LAMBDA_FUNCTION_NAME: this.name,
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
          TZ: 'UTC',
        },
      },
    );
    for (const stream of [environment.stdout, environment.stderr])
      if (stream) createInterface({ input: stream }).on('line', this.#options.onLog);
    environment.once('exit', () => {
      const idle = this.#idle.indexOf(environment);
      if (idle >= 0) this.#idle.splice(idle, 1);
    });
    return environment;
  }

  #run(environment: ChildProcess, id: string, event: unknown, milliseconds: number): Promise<Outcome> {
    const context = {
      functionName: this.name,
      invokedFunctionArn: this.arn,
      memoryLimitInMB: String(this.#properties.MemorySize),
      logGroupName: `/aws/lambda/${this.name}`,
      logStreamName: String(environment.pid),
    };
    return new Promise((done, failed) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        environment.off('message', heard).off('exit', died);
        settle();
      };
      const fail = (says: string): void => end(() => failed(new SignetError('invocation-failed', says)));
      const heard = (message: unknown): void => end(() => done(message as Outcome));
      const died = (code: number | null): void => {
        if (code === KILLED) this.#peak = Math.max(this.#peak, this.#properties.MemorySize * 1024);
        const why = code === KILLED ? `grew beyond ${this.#properties.MemorySize} MB` : 'ended';
        if (!this.#stopped) this.#options.onLog(JSON.stringify({ level: 'ERROR', function: this.name, message: why }));
        fail(`the function ${why}`);
      };
      const timer = setTimeout(() => {
        this.#end(environment);
        fail(`the function took longer than ${milliseconds / 1000} s`);
      }, milliseconds);
      environment.once('message', heard).once('exit', died);
      environment.send({ id, event, deadline: Date.now() + milliseconds, context }, (error) => {
        if (error) fail('the function could not be reached');
      });
    });
  }
}
